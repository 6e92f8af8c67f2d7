"""Sites on a stage: made from a dump of an ERPNext site whose setup wizard is done, dropped when no longer needed."""

import base64
import hashlib
import json
import os
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from harness import stage as stages
from harness.bench import Bench
from harness.shell import CHECKOUT, say
from harness.stage import APP, Stage

ADMIN_PASSWORD = "admin"
ERPNEXT = ("erpnext",)


def database_name(stage: Stage, site: str) -> str:
	"""Differs between checkouts, so that two of them can work on one server."""
	return "_" + hashlib.sha1(str(stage.sites / site).encode(), usedforsecurity=False).hexdigest()[:16]


def test_site_name(number: int = 0) -> str:
	checkout = hashlib.sha1(str(CHECKOUT).encode(), usedforsecurity=False).hexdigest()[:8]
	return f"kam-test-{checkout}{f'-{number}' if number else ''}.localhost"


def write_folder(stage: Stage, site: str, password: str) -> None:
	folder = stage.sites / site
	stages.remove(folder)
	for part in ("public/files", "private/files", "private/backups", "logs", "locks"):
		(folder / part).mkdir(parents=True)
	configuration = {
		"db_name": database_name(stage, site),
		"db_password": password,
		"db_type": "mariadb",
		"encryption_key": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
		"allow_tests": True,
		"pause_scheduler": 1,
	}
	(folder / "site_config.json").write_text(json.dumps(configuration, indent=1), encoding="utf-8")


def restore(stage: Stage, site: str, dump: Path) -> None:
	"""A site from a dump. An old one of that name is replaced."""
	password = secrets.token_hex(16)
	name = database_name(stage, site)
	stage.server.create(name, password)
	stage.server.load(name, dump)
	write_folder(stage, site, password)


def drop(stage: Stage, site: str) -> None:
	stage.server.drop(database_name(stage, site))
	stages.remove(stage.sites / site)


def dump_folder(bench: Bench) -> Path:
	"""Where dumps are kept for later runs: in the bench, for all checkouts, or here when that is read-only."""
	for folder in (bench.root / ".kam-test", stages.STAGES / "dumps"):
		try:
			folder.mkdir(parents=True, exist_ok=True)
		except OSError:
			continue
		if os.access(folder, os.W_OK):
			return folder
	raise AssertionError("the checkout itself is read-only")


def base_dump(bench: Bench) -> Path:
	"""A dump of an ERPNext site with the setup wizard done; made once for each version of Frappe and ERPNext."""
	steps = (CHECKOUT / "harness" / "inside.py").read_bytes() + str(date.today().year).encode()
	return kept_dump(bench, "erpnext", steps, lambda stage, site: stage.inside("wizard", site))


def kept_dump(
	bench: Bench,
	label: str,
	steps: bytes,
	fill: Callable[[Stage, str], object],
	apps: Sequence[str] = ERPNEXT,
) -> Path:
	"""A dump of a site with these apps after `fill`; made once for each version of ERPNext and of the `steps`."""
	key = f"{bench.version('frappe')}-{bench.version('erpnext')}-{hashlib.sha1(steps).hexdigest()[:8]}"
	folder = dump_folder(bench)
	path = folder / f"{label}-{key}.sql"
	with stages.locked(folder / "lock"):
		if not path.exists():
			make_dump(bench, path, fill, apps)
	return path


def make_dump(bench: Bench, path: Path, fill: Callable[[Stage, str], object], apps: Sequence[str]) -> None:
	say(f"making a base site with ERPNext {bench.version('erpnext')}, once (a minute or two)")
	site = "kam-base.localhost"
	with stages.opened(bench, "base", apps=("frappe", *apps)) as stage:
		password = secrets.token_hex(16)
		name = database_name(stage, site)
		stage.server.create(name, password)
		stages.remove(stage.sites / site)
		try:
			stage.frappe(
				site,
				*("new-site", site, "--db-name", name, "--db-password", password, "--no-setup-db"),
				*("--admin-password", ADMIN_PASSWORD),
				*(word for app in apps for word in ("--install-app", app)),
			)
			fill(stage, site)
			stage.server.dump(name, path)
		finally:
			drop(stage, site)


@contextmanager
def site_with_app(stage: Stage, site: str, keep: bool = False) -> Iterator[str]:
	"""A fresh site with ERPNext and this checkout's app, dropped at the end unless `keep`."""
	started = time.monotonic()
	dump = base_dump(stage.bench)
	try:
		restore(stage, site, dump)
		stage.frappe(site, "install-app", APP)
		say(f"site {site} with the app of this checkout is ready after {time.monotonic() - started:.0f} s")
		yield site
	finally:
		if not keep:
			drop(stage, site)
