"""Outcome of each test of a run, as plain data."""

import unittest

PASSED, FAILED, ERROR, SKIPPED = "passed", "failed", "error", "skipped"
EXPECTED, UNEXPECTED = "failed as expected", "passed unexpectedly"


class RecordingResult(unittest.TextTestResult):
	"""Keeps `{"outcome", "why"}` of each test id; what went wrong in any part of a test (subtest, clean-up) wins."""

	def __init__(self, *args, **kwargs):
		super().__init__(*args, **kwargs)
		self.outcomes: dict[str, dict[str, str]] = {}

	def addSuccess(self, test):
		super().addSuccess(test)
		self.outcomes.setdefault(test.id(), {"outcome": PASSED, "why": ""})

	def addFailure(self, test, err):
		super().addFailure(test, err)
		self._went_wrong(test, FAILED, err)

	def addError(self, test, err):
		super().addError(test, err)
		self._went_wrong(test, ERROR, err)

	def addSubTest(self, test, subtest, err):
		super().addSubTest(test, subtest, err)
		if err is not None:
			self._went_wrong(test, FAILED if issubclass(err[0], test.failureException) else ERROR, err)

	def addSkip(self, test, reason):
		super().addSkip(test, reason)
		self.outcomes[test.id()] = {"outcome": SKIPPED, "why": reason}

	def addExpectedFailure(self, test, err):
		super().addExpectedFailure(test, err)
		self.outcomes[test.id()] = {"outcome": EXPECTED, "why": ""}

	def addUnexpectedSuccess(self, test):
		super().addUnexpectedSuccess(test)
		self.outcomes[test.id()] = {"outcome": UNEXPECTED, "why": ""}

	def _went_wrong(self, test, outcome: str, err) -> None:
		self.outcomes[test.id()] = {"outcome": outcome, "why": f"{err[0].__name__}: {err[1]}"}
