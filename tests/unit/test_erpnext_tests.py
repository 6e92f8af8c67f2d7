"""`make erpnext-tests`: what counts as a difference between ERPNext's tests without and with the app."""

import io
import unittest

import pytest

from harness.erpnext_tests.comparison import (
	confirmed,
	differences,
	methods_that_fail,
	passing,
	short_name,
	totals,
)
from harness.erpnext_tests.modules import IN_FORCE, KEY_ACCOUNTS, MODULES, PLAIN, chosen
from harness.erpnext_tests.recording import RecordingResult
from harness.erpnext_tests.target import compare_module
from harness.shell import Failure

MODULE = MODULES["quotation"]
A, B, C = (f"{MODULE}.TestQuotation.test_{letter}" for letter in "abc")


def outcomes(**results: str) -> dict:
	"""Outcomes of tests `a`, `b` … of one class, with a reason for those that didn't pass."""
	return {
		f"{MODULE}.TestQuotation.test_{letter}": {
			"outcome": outcome,
			"why": "" if outcome == "passed" else f"{letter} is broken",
		}
		for letter, outcome in results.items()
	}


class TestDifferences:
	def test_equal_sets_of_passing_tests_do_not_differ(self):
		plain = outcomes(a="passed", b="failed", c="skipped")
		assert differences(plain, outcomes(a="passed", b="error", c="failed")) == []

	def test_a_test_that_passes_only_without_the_app_is_named_with_its_reason(self):
		(difference,) = differences(outcomes(a="passed", b="passed"), outcomes(a="passed", b="error"))
		assert (difference.test, difference.plain, difference.other) == (B, "passed", "error")
		assert str(difference) == (
			"TestQuotation.test_b: passed without the app, error with it (b is broken)"
		)

	def test_a_test_that_passes_only_with_the_app_differs_too(self):
		(difference,) = differences(outcomes(a="failed"), outcomes(a="passed"))
		assert (difference.plain, difference.other, difference.why) == ("failed", "passed", "a is broken")

	def test_tests_that_never_ran_name_the_step_that_broke_their_class(self):
		broken = {f"setUpClass ({MODULE}.TestQuotation)": {"outcome": "error", "why": "no test company"}}
		found = differences(outcomes(a="passed", b="passed"), broken)
		assert [(difference.test, difference.other, difference.why) for difference in found] == [
			(A, "did not run", "no test company"),
			(B, "did not run", "no test company"),
		]

	def test_a_long_reason_is_cut_and_set_on_one_line(self):
		plain, other = outcomes(a="passed"), outcomes(a="failed")
		other[A]["why"] = "AssertionError: 1 != 2\n" + "x" * 1000
		(difference,) = differences(plain, other)
		assert difference.reason.startswith(" (AssertionError: 1 != 2 xxx")
		assert len(difference.reason) == 303

	def test_a_difference_is_confirmed_when_the_second_round_shows_it_again(self):
		plain = outcomes(a="passed", b="passed")
		first = differences(plain, outcomes(a="failed", b="failed"))
		second = differences(plain, outcomes(a="passed", b="error"))
		steady, unsteady = confirmed(first, second)
		assert [difference.test for difference in steady] == [B]
		assert [difference.test for difference in unsteady] == [A]

	def test_set_up_steps_keep_their_name(self):
		assert short_name(f"setUpClass ({MODULE}.TestQuotation)") == f"setUpClass ({MODULE}.TestQuotation)"

	def test_totals_count_each_outcome(self):
		counted = totals(outcomes(a="passed", b="passed", c="failed"))
		assert counted == "3 tests: 2 passed, 1 failed"


class TestRecording:
	@staticmethod
	def run(case: type[unittest.TestCase]) -> dict[str, tuple[str, str]]:
		suite = unittest.TestLoader().loadTestsFromTestCase(case)
		result = unittest.TextTestRunner(io.StringIO(), resultclass=RecordingResult).run(suite)
		return {
			test.rpartition(".")[2].rstrip(")"): (kept["outcome"], kept["why"])
			for test, kept in result.outcomes.items()
		}

	def test_each_outcome_is_kept(self):
		class Case(unittest.TestCase):
			def test_passes(self):
				pass

			def test_fails(self):
				raise AssertionError("one is not two")

			def test_breaks(self):
				raise KeyError("rate")

			@unittest.skip("not here")
			def test_is_skipped(self):
				pass

			@unittest.expectedFailure
			def test_fails_as_expected(self):
				raise AssertionError

			@unittest.expectedFailure
			def test_passes_unexpectedly(self):
				pass

		assert self.run(Case) == {
			"test_passes": ("passed", ""),
			"test_fails": ("failed", "AssertionError: one is not two"),
			"test_breaks": ("error", "KeyError: 'rate'"),
			"test_is_skipped": ("skipped", "not here"),
			"test_fails_as_expected": ("failed as expected", ""),
			"test_passes_unexpectedly": ("passed unexpectedly", ""),
		}

	def test_one_broken_subtest_fails_its_test(self):
		class Case(unittest.TestCase):
			def test_rates(self):
				for rate in (1, 2, 3):
					with self.subTest(rate=rate):
						self.assertNotEqual(rate, 2)

		assert self.run(Case)["test_rates"][0] == "failed"

	def test_a_clean_up_that_breaks_after_a_good_test_is_an_error(self):
		class Case(unittest.TestCase):
			def test_rates(self):
				self.addCleanup(lambda: {}["rate"])

		assert self.run(Case)["test_rates"] == ("error", "KeyError: 'rate'")

	def test_a_class_that_cannot_be_set_up_is_kept_as_a_step(self):
		class Case(unittest.TestCase):
			@classmethod
			def setUpClass(cls):
				raise KeyError("company")

			def test_rates(self):
				pass

		assert self.run(Case) == {"Case": ("error", "KeyError: 'company'")}


class Runs:
	"""Results of runs by setting, attempt or methods, handed out as real runs would; remembers which were asked for."""

	def __init__(self, results: dict, seen: dict | None = None):
		self.results = results
		self.seen = {"key accounts made": 1} if seen is None else seen
		self.asked = []

	def __call__(self, module, setting, attempt, only):
		self.asked.append((setting.name, attempt, *only))
		results = self.results.get((setting, *(only or [attempt]))) or self.results[setting]
		return {"outcomes": results, "seen": self.seen if setting.has_key_accounts else {}}


class TestComparingAModule:
	def test_equal_runs_are_not_repeated(self, capsys):
		same = outcomes(a="passed", b="skipped")
		runs = Runs({PLAIN: same, IN_FORCE: same, KEY_ACCOUNTS: same})
		assert compare_module(runs, MODULE) == []
		assert runs.asked == [("plain", 1), ("policy", 1), ("key-accounts", 1)]
		assert capsys.readouterr().out.count("the same tests pass") == 2

	def test_a_difference_that_shows_twice_is_returned(self, capsys):
		plain = outcomes(a="passed", b="passed")
		runs = Runs({PLAIN: plain, IN_FORCE: plain, KEY_ACCOUNTS: outcomes(a="passed", b="failed")})
		assert [difference.test for difference in compare_module(runs, MODULE)] == [B]
		assert runs.asked[-2:] == [("plain", 2), ("key-accounts", 2)]
		assert "DIFFERS: TestQuotation.test_b" in capsys.readouterr().out

	def test_a_flaky_test_is_told_but_no_difference(self, capsys):
		plain = outcomes(a="passed")
		runs = Runs({PLAIN: plain, IN_FORCE: outcomes(a="failed"), (IN_FORCE, 2): plain, KEY_ACCOUNTS: plain})
		assert compare_module(runs, MODULE) == []
		assert "unsteady, not so the second time: TestQuotation.test_a" in capsys.readouterr().out

	def test_tests_that_fail_anyway_are_compared_by_themselves_until_no_more_pass(self, capsys):
		same, alone = outcomes(a="passed", b="failed", c="error"), outcomes(b="passed", c="error")
		runs = Runs(
			{
				PLAIN: same,
				IN_FORCE: same,
				KEY_ACCOUNTS: same,
				(PLAIN, "test_b", "test_c"): alone,
				(IN_FORCE, "test_b", "test_c"): alone,
				(KEY_ACCOUNTS, "test_b", "test_c"): outcomes(b="error", c="error"),
				(PLAIN, "test_c"): outcomes(c="error"),
			}
		)
		assert [difference.test for difference in compare_module(runs, MODULE)] == [B]
		assert runs.asked[3:] == [
			("plain", 1, "test_b", "test_c"),
			("policy", 1, "test_b", "test_c"),
			("key-accounts", 1, "test_b", "test_c"),
			("plain", 2, "test_b", "test_c"),
			("key-accounts", 2, "test_b", "test_c"),
			("plain", 1, "test_c"),
		]

	def test_tests_that_fail_alone_too_are_left_at_that(self):
		same = outcomes(a="passed", b="failed")
		runs = Runs(
			{PLAIN: same, IN_FORCE: same, KEY_ACCOUNTS: same, (PLAIN, "test_b"): outcomes(b="failed")}
		)
		assert compare_module(runs, MODULE) == []
		assert runs.asked[3:] == [("plain", 1, "test_b")]

	def test_a_module_that_passes_nothing_anywhere_proves_nothing(self):
		with pytest.raises(Failure, match="nothing can be compared"):
			compare_module(Runs({PLAIN: outcomes(a="error")}), MODULE)

	def test_a_run_without_any_key_account_proves_nothing(self):
		same = outcomes(a="passed")
		with pytest.raises(Failure, match="no customer was made a key account"):
			compare_module(Runs({PLAIN: same, IN_FORCE: same, KEY_ACCOUNTS: same}, seen={}), MODULE)


class TestChoosingModules:
	def test_all_by_default(self):
		assert chosen(None) == MODULES
		assert len(MODULES) == 7

	def test_named_ones_by_commas_or_spaces(self):
		assert list(chosen("customer, quotation")) == ["customer", "quotation"]

	def test_an_unknown_name_is_refused(self):
		with pytest.raises(Failure, match="invoice"):
			chosen("customer invoice")


def test_methods_that_fail_are_those_that_failed_or_broke():
	broken = outcomes(a="passed", b="failed", c="error", d="skipped")
	step = {f"setUpClass ({MODULE}.TestQuotation)": {"outcome": "error", "why": ""}}
	assert methods_that_fail(broken | step) == ["test_b", "test_c"]


def test_passing_takes_only_passed_tests():
	assert passing(outcomes(a="passed", b="skipped", c="passed unexpectedly")) == {A}
