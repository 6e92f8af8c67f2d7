"""Policies follow one another without a gap, and never two are in force for a company on a day (R13)."""

import threading

import frappe
import pytest
from frappe.utils import add_days, getdate, nowdate

from kam_extension.integration.policies.policies import policy_in_force
from kam_extension.integration.policies.policy_turns import take_policy_turn
from tests.site.factories import company, make_policy, make_user, unique


def days_of(policy) -> tuple:
	row = frappe.db.get_value("KAM Policy", policy.name, ["valid_from", "valid_to"])
	return tuple(str(day) if day else None for day in row)


def in_force(day: str) -> list[str]:
	"""Names of all submitted policies for all companies that hold on the day, straight from the table."""
	rows = frappe.get_all(
		"KAM Policy", {"docstatus": 1, "company": ("is", "not set")}, ["name", "valid_from", "valid_to"]
	)
	day = getdate(day)
	return [row.name for row in rows if row.valid_from <= day and (not row.valid_to or row.valid_to >= day)]


class TestChain:
	@pytest.fixture
	def chain(self):
		first = make_policy(valid_from="2030-01-01")
		second = make_policy(valid_from="2031-01-01", supersedes=first.name)
		third = make_policy(valid_from="2032-01-01", supersedes=second.name)
		return first, second, third

	def test_each_ends_the_day_before_the_next(self, chain):
		assert [days_of(policy) for policy in chain] == [
			("2030-01-01", "2030-12-31"),
			("2031-01-01", "2031-12-31"),
			("2032-01-01", None),
		]
		for day in ("2030-12-31", "2031-01-01", "2031-12-31", "2032-01-01", "2040-01-01"):
			assert in_force(day) == [policy_in_force("Anybody", day).name]

	def test_only_the_last_can_be_cancelled(self, chain):
		first, second, third = chain
		for policy, successor in ((first, second), (second, third)):
			with pytest.raises(frappe.ValidationError, match=f"superseded by .*{successor.name}"):
				policy.reload().cancel()
		third.reload().cancel()
		assert days_of(second) == ("2031-01-01", None)
		second.reload().cancel()
		assert days_of(first) == ("2030-01-01", None)

	def test_a_cancelled_one_is_amended_and_follows_again(self, chain):
		_first, second, third = chain
		third.reload().cancel()
		amended = frappe.copy_doc(third)
		amended.update(
			{
				"amended_from": third.name,
				"supersedes": second.name,
				"valid_from": "2032-06-01",
				"docstatus": 0,
			}
		)
		amended.insert().submit()
		assert days_of(second) == ("2031-01-01", "2032-05-31")


class TestDays:
	def test_a_predecessor_that_ended_earlier_is_prolonged_up_to_its_successor(self):
		first = make_policy(valid_from="2030-01-01", valid_to="2030-06-30")
		make_policy(valid_from="2030-09-01", supersedes=first.name)
		assert days_of(first) == ("2030-01-01", "2030-08-31")

	def test_but_not_into_the_days_of_another(self):
		first = make_policy(valid_from="2030-01-01", valid_to="2030-06-30")
		between = make_policy(valid_from="2030-08-31", valid_to="2030-08-31")
		with pytest.raises(frappe.ValidationError, match=f"{between.name} is in force after it"):
			make_policy(valid_from="2030-09-01", supersedes=first.name)
		assert days_of(first) == ("2030-01-01", "2030-06-30")

	def test_a_reopened_one_ends_before_whoever_came_meanwhile(self):
		first = make_policy(valid_from="2030-01-01")
		second = make_policy(valid_from="2030-07-01", valid_to="2030-07-31", supersedes=first.name)
		meanwhile = make_policy(valid_from="2030-09-01")
		second.reload().cancel()
		assert days_of(first) == ("2030-01-01", "2030-08-31")
		assert in_force("2030-09-01") == [meanwhile.name]

	def test_a_policy_of_the_company_is_no_neighbour_of_the_one_for_all(self):
		general = make_policy(valid_from="2030-01-01")
		own = make_policy(company=company(), valid_from="2030-01-01", valid_to="2030-01-31")
		assert days_of(general) == ("2030-01-01", None)
		assert policy_in_force(company(), "2030-01-31").name == own.name
		assert policy_in_force(company(), "2030-02-01").name == general.name

	def test_ends_are_days_of_force(self):
		ended = make_policy(valid_from="2020-01-01", valid_to=add_days(nowdate(), -1))
		assert policy_in_force(company()) is None
		ending = make_policy(valid_from=nowdate(), valid_to=nowdate())
		assert policy_in_force(company()).name == ending.name
		assert policy_in_force(company(), add_days(nowdate(), -1)).name == ended.name
		assert policy_in_force(company(), add_days(nowdate(), 1)) is None

	def test_a_switch_to_block_ends_when_the_policy_would_have(self):
		end = add_days(nowdate(), 30)
		policy = make_policy(valid_from="2020-01-01", valid_to=end)
		later = make_policy(valid_from=add_days(end, 1))
		successor = frappe.get_doc("KAM Policy", policy.start_blocking())
		assert days_of(successor) == (nowdate(), end)
		assert in_force(add_days(end, 1)) == [later.name]


class TestTurns:
	def test_one_session_takes_as_many_as_it_likes(self):
		policy = make_policy(submit=False)
		for _number in range(3):
			take_policy_turn(policy)

	@pytest.mark.committing
	def test_never_two_from_parallel_submits(self, in_parallel):
		drafts = [make_policy(submit=False, valid_from="2030-01-01", title=unique("Rival")) for _ in range(3)]
		results = in_parallel(*(submission(draft.name) for draft in drafts))
		refused = [result for result in results if isinstance(result, Exception)]
		assert len(refused) == 2, results
		for error in refused:
			assert isinstance(error, frappe.ValidationError)
			assert "at the same moment" in str(error) or "overlap" in str(error)
		assert len(in_force("2030-01-01")) == 1

	@pytest.mark.committing
	def test_never_two_successors(self, in_parallel):
		first = make_policy(valid_from="2030-01-01")
		drafts = [
			make_policy(submit=False, valid_from=day, supersedes=first.name)
			for day in ("2030-06-01", "2030-07-01")
		]
		results = in_parallel(*(submission(draft.name) for draft in drafts))
		assert sum(isinstance(result, frappe.ValidationError) for result in results) == 1, results
		assert frappe.db.count("KAM Policy", {"supersedes": first.name, "docstatus": 1}) == 1
		for day in ("2030-05-31", "2030-06-01", "2030-07-01", "2031-01-01"):
			assert len(in_force(day)) == 1

	@pytest.mark.committing
	def test_never_a_successor_of_one_that_was_just_cancelled(self, in_parallel):
		"""The submit began, and saw its predecessor, before the other session's cancel was done."""
		first = make_policy(valid_from="2030-01-01")
		second = make_policy(valid_from="2031-01-01", supersedes=first.name)
		third = make_policy(submit=False, valid_from="2032-01-01", supersedes=second.name)
		seen, cancelled = threading.Event(), threading.Event()

		def submit():
			draft = frappe.get_doc("KAM Policy", third.name)
			seen.set()
			assert cancelled.wait(30)
			return draft.submit().name

		def cancel():
			assert seen.wait(30)
			frappe.get_doc("KAM Policy", second.name).cancel()
			frappe.db.commit()
			cancelled.set()

		refused, done = in_parallel(submit, cancel)
		assert done is None
		assert isinstance(refused, frappe.ValidationError) and "at the same moment" in str(refused)
		for day in ("2030-12-31", "2031-06-01", "2032-06-01"):
			assert in_force(day) == [first.name]

	@pytest.mark.committing
	def test_who_was_refused_succeeds_when_tried_again(self, in_parallel):
		general = make_policy(submit=False, valid_from="2030-01-01")
		own = make_policy(submit=False, valid_from="2030-01-01", company=company())
		names = [general.name, own.name]
		results = in_parallel(*map(submission, names))
		for name, result in zip(names, results, strict=True):
			if isinstance(result, Exception):
				assert "at the same moment" in str(result)
				frappe.get_doc("KAM Policy", name).submit()
		assert frappe.db.count("KAM Policy", {"name": ("in", names), "docstatus": 1}) == 2


def submission(name: str):
	return lambda: frappe.get_doc("KAM Policy", name).submit().name


@pytest.mark.parametrize("role", ["KAM Manager", "KAM Finance", "KAM User"])
def test_four_eyes_are_those_of_directors_and_executives(as_user, role):
	draft = make_policy(submit=False)
	with as_user(make_user(role)), pytest.raises(frappe.PermissionError):
		frappe.get_doc("KAM Policy", draft.name).submit()
