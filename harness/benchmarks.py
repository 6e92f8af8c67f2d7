"""`make bench`: every script in bench/ on two fresh sites, one with the app and one without."""

import sys
from contextlib import redirect_stdout

from harness import python_tools, sites, stage
from harness.bench import find_bench
from harness.shell import CHECKOUT, run
from harness.stage import Stage

SITE, SITE_WITHOUT = "kam-bench.localhost", "kam-bench-plain.localhost"
SCRIPTS = ("sales_order.py", "panel.py")


def run_benchmarks() -> int:
	"""Exit code of the first script that fails, or 0. Only the scripts write to standard output."""
	with redirect_stdout(sys.stderr):
		bench = find_bench()
		python_tools.complete_bench(bench, python_tools.SITE_PACKAGES)
		with stage.opened(bench, "bench") as place, sites.site_with_app(place, SITE):
			try:
				sites.restore(place, SITE_WITHOUT, sites.base_dump(bench))
				return run_scripts(place)
			finally:
				sites.drop(place, SITE_WITHOUT)


def run_scripts(place: Stage) -> int:
	for script in SCRIPTS:
		command = [place.bench.python, CHECKOUT / "bench" / script, SITE, SITE_WITHOUT]
		if code := run(command, cwd=place.sites, env=place.environment()):
			return code
	return 0
