"""The desk's JavaScript and CSS, as `bench build` makes them."""

import json
import shutil
from pathlib import Path

from harness.bench import Bench
from harness.shell import Unavailable

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def require_desk(bench: Bench) -> None:
	"""`Unavailable` unless the bench's desk was built, every file of it."""
	assets = bench.sites / "assets"
	index = assets / "assets.json"
	if not index.exists():
		raise Unavailable("the bench's desk was never built: run 'bench build' there")
	bundles = json.loads(index.read_text(encoding="utf-8"))
	for name in ("desk.bundle.js", "desk.bundle.css", "erpnext.bundle.js"):
		if name not in bundles:
			raise Unavailable(f"the bench's desk lacks {name}: run 'bench build' there")
	missing = [url for url in bundles.values() if not (assets / url.removeprefix("/assets/")).exists()]
	if missing:
		raise Unavailable(f"the bench's desk lacks {missing[0]}: run 'bench build' there")


def find_browser() -> Path:
	for name in BROWSERS:
		if found := shutil.which(name):
			return Path(found)
	raise Unavailable("no Chromium or Chrome is installed")
