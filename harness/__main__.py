"""`python3 -m harness test|lint|unit|site|ui|run|bench|erpnext-tests`, from the repository's root."""

import os
import signal
import sys

from harness.shell import CHECKOUT, Failure, Unavailable, say


def test_parts() -> dict:
	from harness import parts

	return {
		"lint": parts.lint,
		"unit": parts.unit,
		"site": parts.site,
		"ui": parts.ui,
		"test": lambda: [*parts.lint(), *parts.unit(), *parts.site_and_ui()],
	}


def run_tests(target: str) -> int:
	from harness.parts import summarise

	return summarise(test_parts()[target]())


def run_app() -> int:
	from harness.demo import run_demo

	return run_demo()


def run_benchmarks() -> int:
	from harness.benchmarks import run_benchmarks

	return run_benchmarks()


def run_erpnext_tests() -> int:
	from harness.erpnext_tests.target import run_erpnext_tests

	return run_erpnext_tests()


COMMANDS = {"run": run_app, "bench": run_benchmarks, "erpnext-tests": run_erpnext_tests}


def main(target: str) -> int:
	os.chdir(CHECKOUT)
	# Ending on a signal like on an error, so that servers are stopped and sites dropped.
	signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
	try:
		return COMMANDS[target]() if target in COMMANDS else run_tests(target)
	except (Failure, Unavailable) as problem:
		say(f"make {target}: {problem}")
		return 1
	except KeyboardInterrupt:
		say(f"make {target}: stopped")
		return 130


if __name__ == "__main__":
	sys.exit(main(sys.argv[1]))
