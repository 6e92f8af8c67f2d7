"""The parts of `make test`. Each ends as an Outcome: passed, failed, or not run with the reason."""

import os
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness import assets, node_tools, python_tools, sites, stage
from harness.bench import Bench, find_bench
from harness.shell import CHECKOUT, OUTPUT, Failure, Unavailable, clean_environment, run, say
from harness.stage import Stage

PASSED, FAILED, NOT_RUN = "passed", "failed", "not run"
NO_TESTS = 5
MOST_SITES = 4
"""Tests on a site keep one core busy, and the database some of another."""


@dataclass(frozen=True)
class Totals:
	"""What pytest counted, from its JUnit file."""

	passed: int = 0
	failed: int = 0
	skipped: int = 0

	def __add__(self, other: "Totals") -> "Totals":
		return Totals(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

	def __str__(self) -> str:
		return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


@dataclass(frozen=True)
class Outcome:
	part: str
	state: str
	why: str = ""
	totals: Totals = Totals()


def lint() -> list[Outcome]:
	"""ruff, and prettier and eslint where node is there."""
	return [checked("ruff", ruff), checked("prettier and eslint", javascript)]


def checked(part: str, commands) -> Outcome:
	try:
		failed = [" ".join(words) for words in commands() if run(words, env=clean_environment())]
	except Unavailable as missing:
		return Outcome(part, NOT_RUN, str(missing))
	except Failure as failure:
		return Outcome(part, FAILED, str(failure))
	return Outcome(part, FAILED, ", ".join(failed)) if failed else Outcome(part, PASSED)


def ruff() -> Iterator[Sequence[str]]:
	tool = Path(python_tools.project_python()).parent / "ruff"
	yield [str(tool), "check", "."]
	yield [str(tool), "format", "--check", "."]


def javascript() -> Iterator[Sequence[str]]:
	node_tools.install_node_tools()
	yield ["npx", "prettier", "--check", "."]
	yield ["npx", "eslint", "--max-warnings", "0", "."]


def unit() -> list[Outcome]:
	"""Tests that need no Frappe."""
	try:
		python = python_tools.project_python()
	except Failure as failure:
		return [Outcome("unit", FAILED, str(failure))]
	return [pytest("unit", python, CHECKOUT, clean_environment(), os.cpu_count() or 1)]


def site() -> list[Outcome]:
	return on_bench(["site"])


def ui() -> list[Outcome]:
	return on_bench(["ui"])


def site_and_ui() -> list[Outcome]:
	return on_bench(["site", "ui"])


def on_bench(parts: Sequence[str]) -> list[Outcome]:
	"""Run parts that need a bench, one after the other. Tests of the site share fresh sites, one for each core."""
	try:
		bench = find_bench()
	except Unavailable as missing:
		return [Outcome(part, NOT_RUN, str(missing)) for part in parts]
	except Failure as failure:
		return [Outcome(part, FAILED, str(failure)) for part in parts]
	possible, outcomes = sort_out(bench, parts)
	if possible:
		say(f"using the bench at {bench.root}")
		outcomes += run_on_site(bench, possible)
	return outcomes


def sort_out(bench: Bench, parts: Sequence[str]) -> tuple[list[str], list[Outcome]]:
	"""The parts that this machine can run, and an Outcome for each that it can't."""
	possible, outcomes = [], []
	for part in parts:
		try:
			REQUIREMENTS[part](bench)
			possible.append(part)
		except Unavailable as missing:
			outcomes.append(Outcome(part, NOT_RUN, str(missing)))
		except Failure as failure:
			outcomes.append(Outcome(part, FAILED, str(failure)))
	return possible, outcomes


def require_site(bench: Bench) -> None:
	python_tools.complete_bench(bench, python_tools.SITE_PACKAGES)


def require_ui(bench: Bench) -> None:
	assets.require_desk(bench)
	assets.find_browser()
	python_tools.complete_bench(bench, python_tools.SITE_PACKAGES | python_tools.UI_PACKAGES)


REQUIREMENTS = {"site": require_site, "ui": require_ui}


def run_on_site(bench: Bench, parts: Sequence[str]) -> list[Outcome]:
	outcomes = []
	wanted = min(os.cpu_count() or 1, MOST_SITES) if "site" in parts else 1
	try:
		with test_sites(bench, wanted) as (place, names):
			for part in parts:
				used = names if part == "site" else names[:1]
				environment = place.environment(KAM_TEST_SITE=" ".join(used))
				outcomes.append(pytest(part, str(bench.python), place.sites, environment, len(used)))
	except Failure as failure:
		done = {outcome.part for outcome in outcomes}
		outcomes += [Outcome(part, FAILED, str(failure)) for part in parts if part not in done]
	return outcomes


@contextmanager
def test_sites(bench: Bench, wanted: int) -> Iterator[tuple[Stage, list[str]]]:
	"""Sites for the tests of this checkout, dropped at the end unless KAM_KEEP_SITE is set."""
	keep = bool(os.environ.get("KAM_KEEP_SITE"))
	with stage.opened(bench, "test") as place, ExitStack() as made:
		names = [sites.test_site_name(number) for number in range(wanted)]
		yield place, [made.enter_context(sites.site_with_app(place, name, keep=keep)) for name in names]


def pytest(part: str, python: str, folder: Path, environment: dict, processes: int = 1) -> Outcome:
	"""Run tests/<part>, limited to the -k expression in K if there is one; the tests of a file stay together."""
	OUTPUT.mkdir(exist_ok=True)
	report = OUTPUT / f"junit-{part}.xml"
	report.unlink(missing_ok=True)
	words = [python, "-m", "pytest", CHECKOUT / "tests" / part, "-c", CHECKOUT / "pyproject.toml"]
	words += ["--rootdir", CHECKOUT, "--junitxml", report]
	if processes > 1:
		words += ["-n", str(processes), "--dist", "loadfile"]
	expression = os.environ.get("K")
	if expression:
		words += ["-k", expression]
	code = run(words, cwd=folder, env=environment)
	totals = read_totals(report)
	if code == NO_TESTS and expression:
		return Outcome(part, NOT_RUN, f"no test matches K={expression}")
	if code:
		return Outcome(part, FAILED, f"pytest ended with {code}", totals)
	return Outcome(part, PASSED, totals=totals)


def read_totals(report: Path) -> Totals:
	"""Sum of the test suites of a JUnit file; nothing when pytest died before it wrote one."""
	if not report.exists():
		return Totals()
	totals = Totals()
	for suite in ElementTree.parse(report).getroot().iter("testsuite"):
		counted = {name: int(suite.get(name) or 0) for name in ("tests", "failures", "errors", "skipped")}
		failed = counted["failures"] + counted["errors"]
		passed = max(counted["tests"] - failed - counted["skipped"], 0)
		totals += Totals(passed, failed, counted["skipped"])
	return totals


def summarise(outcomes: Sequence[Outcome]) -> int:
	"""Print the totals and the one line that says what ran; returns the exit code, not 0 when nothing ran."""
	totals = sum((outcome.totals for outcome in outcomes), Totals())
	for outcome in outcomes:
		if outcome.state == FAILED:
			say(f"FAILED {outcome.part}: {outcome.why}")
	say(f"\n{totals}")
	say(closing_line(outcomes))
	states = {outcome.state for outcome in outcomes}
	return 1 if FAILED in states or states == {NOT_RUN} else 0


def closing_line(outcomes: Sequence[Outcome]) -> str:
	groups = []
	for state, title in ((PASSED, "passed"), (FAILED, "FAILED"), (NOT_RUN, "could not run")):
		members = [outcome for outcome in outcomes if outcome.state == state]
		if members:
			groups.append(f"{title}: {', '.join(described(outcome) for outcome in members)}")
	return "; ".join(groups) + "."


def described(outcome: Outcome) -> str:
	if outcome.state == NOT_RUN:
		return f"{outcome.part} ({first_line(outcome.why)})"
	return f"{outcome.part} ({outcome.totals})" if outcome.totals != Totals() else outcome.part


def first_line(text: str) -> str:
	return re.sub(r"\s+", " ", text.strip().splitlines()[0] if text.strip() else "no reason given")
