"""Fresh sites for ERPNext's tests, and one run of a test module on one of them."""

import json
import os
import subprocess
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from harness import sites
from harness.bench import Bench
from harness.erpnext_tests.modules import Setting
from harness.shell import CHECKOUT, Failure, Unavailable, quiet
from harness.stage import APP, STAGES, Stage

RESULTS = STAGES / "erpnext-tests" / "results"
PAYMENTS = "payments"
APPS = (PAYMENTS, "erpnext")
SITE = "kam-erpnext-tests.localhost"
LONGEST_RUN = 2 * 60 * 60


def command(bench: Bench, *arguments: str) -> list[str]:
	return [str(bench.python), "-m", "harness.erpnext_tests.inside", *arguments]


def inside(stage: Stage, *arguments: str) -> str:
	return quiet(command(stage.bench, *arguments), cwd=stage.sites, env=stage.environment())


def require_payments(bench: Bench) -> None:
	"""`Unavailable` without an app that ERPNext's tests link to and that their own pipeline installs as well."""
	if not (bench.root / "apps" / PAYMENTS).is_dir():
		raise Unavailable(
			f"ERPNext's tests need the app {PAYMENTS}: run 'bench get-app {PAYMENTS} --branch version-15' in {bench.root}"
		)


def ready_dump(bench: Bench) -> Path:
	"""A dump of a site with ERPNext after its `before_tests`, made once for each version and year."""
	steps = Path(__file__).with_name("inside.py").read_bytes() + f"{APPS}{date.today().year}".encode()
	return sites.kept_dump(
		bench, "erpnext-tests", steps, lambda stage, site: inside(stage, "make-ready", site), APPS
	)


def run_fresh(
	stage: Stage, dump: Path, module: str, setting: Setting, attempt: int, only: Sequence[str]
) -> dict:
	"""Run a test module, or `only` some methods, on a fresh site in this setting; RESULTS keeps what it wrote."""
	part = f"-{len(only)}-tests" if only else ""
	target = RESULTS / f"{module.rpartition('.')[2]}-{setting.name}{part}-{attempt}.json"
	target.parent.mkdir(parents=True, exist_ok=True)
	target.unlink(missing_ok=True)
	try:
		sites.restore(stage, SITE, dump)
		if setting.has_app:
			stage.frappe(SITE, "install-app", APP)
			inside(stage, "policy", SITE, setting.action)
		words = command(stage.bench, "run", SITE, module, setting.name, str(target), *only)
		logged(words, stage, target.with_suffix(".log"))
	finally:
		if not os.environ.get("KAM_KEEP_SITE"):
			sites.drop(stage, SITE)
	return json.loads(target.read_text(encoding="utf-8"))


def logged(words: Sequence[str], stage: Stage, log: Path) -> None:
	"""Run a command with its output in a file. That tests fail is no failure; that the run breaks off is one."""
	try:
		with log.open("w", encoding="utf-8") as output:
			code = subprocess.run(
				words,
				cwd=stage.sites,
				env=stage.environment(),
				stdin=subprocess.DEVNULL,
				stdout=output,
				stderr=subprocess.STDOUT,
				timeout=LONGEST_RUN,
			).returncode
	except subprocess.TimeoutExpired as late:
		raise Failure(f"{late}, see {log.relative_to(CHECKOUT)}") from late
	if code:
		tail = log.read_text(encoding="utf-8", errors="replace")[-3000:]
		raise Failure(f"'{' '.join(words)}' ended with {code}, see {log.relative_to(CHECKOUT)}:\n{tail}")
