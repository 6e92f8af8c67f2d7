"""`make bench`: the scripts in bench/, most on fresh sites that are dropped afterwards. Only the scripts write to standard output."""

import sys
from contextlib import redirect_stdout

from harness import python_tools, sites, stage
from harness.bench import find_bench
from harness.shell import CHECKOUT, clean_environment, run
from harness.stage import Stage

SITE, SITE_WITHOUT, SITE_WITH_BOOK = (
	"kam-bench.localhost",
	"kam-bench-plain.localhost",
	"kam-bench-book.localhost",
)
DOCUMENT_SCRIPTS = ("sales_order.py", "panel.py", "rebate_request.py")
BOOK_SCRIPTS = ("tier_recompute.py", "receivables.py", "account_nights.py", "desk_replay.py")
REPLAY_SCRIPT = "replay.py"


def run_benchmarks() -> int:
	"""Exit code of the first script that fails, or 0."""
	with redirect_stdout(sys.stderr):
		if code := without_a_site():
			return code
		bench = find_bench()
		python_tools.complete_bench(bench, python_tools.SITE_PACKAGES)
		with stage.opened(bench, "bench") as place:
			return on_small_sites(place) or on_large_books(place)


def without_a_site() -> int:
	"""What the standalone replay costs."""
	command = [python_tools.project_python(), CHECKOUT / "bench" / REPLAY_SCRIPT]
	return run(command, cwd=CHECKOUT, env=clean_environment())


def on_small_sites(place: Stage) -> int:
	"""What single documents cost: one site with the app and one without."""
	with sites.site_with_app(place, SITE):
		try:
			sites.restore(place, SITE_WITHOUT, sites.base_dump(place.bench))
			codes = (run_script(place, script, SITE, SITE_WITHOUT) for script in DOCUMENT_SCRIPTS)
			return next(filter(None, codes), 0)
		finally:
			sites.drop(place, SITE_WITHOUT)


def on_large_books(place: Stage) -> int:
	"""What work over all accounts costs, each script on a site that it fills itself."""
	return next(filter(None, (on_large_book(place, script) for script in BOOK_SCRIPTS)), 0)


def on_large_book(place: Stage, script: str) -> int:
	with sites.site_with_app(place, SITE_WITH_BOOK):
		return run_script(place, script, SITE_WITH_BOOK)


def run_script(place: Stage, script: str, *names: str) -> int:
	command = [place.bench.python, CHECKOUT / "bench" / script, *names]
	return run(command, cwd=place.sites, env=place.environment())
