"""What differs between the outcomes of a test module without and with the app. Pure, so that it can be tested."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from harness.erpnext_tests.recording import ERROR, FAILED, PASSED

ABSENT = "did not run"
LONGEST_REASON = 300

Outcomes = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Difference:
	"""A test that passes in one run and not in the other."""

	test: str
	plain: str
	other: str
	why: str

	def __str__(self) -> str:
		return f"{short_name(self.test)}: {self.plain} without the app, {self.other} with it{self.reason}"

	@property
	def reason(self) -> str:
		text = " ".join(self.why.split())
		return f" ({text[:LONGEST_REASON]})" if text else ""


def short_name(test: str) -> str:
	"""Class and method of a test id; set-up steps of a class (`setUpClass (module.Class)`) stay as they are."""
	return test if " " in test else ".".join(test.split(".")[-2:])


def passing(outcomes: Outcomes) -> set[str]:
	return {test for test, result in outcomes.items() if result["outcome"] == PASSED}


def methods_that_fail(outcomes: Outcomes) -> list[str]:
	"""Names of the test methods that failed or broke; set-up steps have none."""
	tests = [test for test, result in outcomes.items() if result["outcome"] in (FAILED, ERROR)]
	return sorted(test.rpartition(".")[2] for test in tests if " " not in test)


def differences(plain: Outcomes, other: Outcomes) -> list[Difference]:
	"""Tests that pass in exactly one of both runs, by name."""
	return [
		Difference(
			test,
			outcome_of(plain, test),
			outcome_of(other, test),
			reason_of(other, test) or reason_of(plain, test),
		)
		for test in sorted(passing(plain) ^ passing(other))
	]


def outcome_of(outcomes: Outcomes, test: str) -> str:
	return outcomes[test]["outcome"] if test in outcomes else ABSENT


def reason_of(outcomes: Outcomes, test: str) -> str:
	"""Why a test didn't pass; one that never ran names the set-up step of its class that failed."""
	if test in outcomes:
		return outcomes[test]["why"]
	owner = test.rpartition(".")[0]
	return next((result["why"] for step, result in outcomes.items() if f"({owner})" in step), "")


def confirmed(first: list[Difference], second: list[Difference]) -> tuple[list[Difference], list[Difference]]:
	"""Split the first round's differences into those that the second round shows too, and the unsteady ones."""
	again = {difference.test for difference in second}
	steady = [difference for difference in first if difference.test in again]
	return steady, [difference for difference in first if difference.test not in again]


def totals(outcomes: Outcomes) -> str:
	"""For example `35 tests: 33 passed, 2 failed`."""
	counted = Counter(result["outcome"] for result in outcomes.values())
	return f"{len(outcomes)} tests: {', '.join(f'{number} {outcome}' for outcome, number in counted.most_common())}"
