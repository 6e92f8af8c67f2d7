"""Finding a bench that has Frappe and ERPNext."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from harness.shell import CHECKOUT, Failure, Unavailable

BENCH_VARIABLE = "FRAPPE_BENCH_ROOT"


@dataclass(frozen=True)
class Bench:
	root: Path

	@property
	def python(self) -> Path:
		return self.root / "env" / "bin" / "python"

	@property
	def sites(self) -> Path:
		return self.root / "sites"

	@cached_property
	def configuration(self) -> dict:
		"""The bench's common_site_config.json."""
		path = self.sites / "common_site_config.json"
		return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

	def version(self, app: str) -> str:
		"""Version of one of the bench's apps, as its package says."""
		text = (self.root / "apps" / app / app / "__init__.py").read_text(encoding="utf-8")
		found = re.search(r"^__version__\s*=\s*[\"']([^\"']+)", text, re.MULTILINE)
		return found.group(1) if found else "unknown"

	def lacks(self) -> list[str]:
		"""What a folder lacks to be a bench with ERPNext."""
		needed = (
			"apps/frappe/frappe/__init__.py",
			"apps/erpnext/erpnext/__init__.py",
			"env/bin/python",
			"sites",
		)
		return [part for part in needed if not (self.root / part).exists()]


def candidates() -> Iterator[Path]:
	"""Where a bench may be, likeliest first."""
	yield from (folder for folder in CHECKOUT.parents if (folder / "apps" / "frappe").is_dir())
	yield Path.home() / "frappe-bench"


def find_bench() -> Bench:
	"""The bench named by FRAPPE_BENCH_ROOT, the one that holds this checkout, or ~/frappe-bench.

	A named bench that is none is a `Failure`; finding none at all is `Unavailable`.
	"""
	named = os.environ.get(BENCH_VARIABLE)
	if named:
		bench = Bench(Path(named).expanduser().resolve())
		if bench.lacks():
			raise Failure(
				f"{BENCH_VARIABLE}={named} is no bench with ERPNext: it lacks {', '.join(bench.lacks())}"
			)
		return bench
	for folder in candidates():
		if not Bench(folder).lacks():
			return Bench(folder.resolve())
	raise Unavailable(f"no bench with ERPNext found (set {BENCH_VARIABLE} to name one)")
