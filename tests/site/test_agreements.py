"""Key Account Agreement: dates, signature, status, renewal, the renewal rate and the level it earns (R9, R16)."""

from datetime import date

import frappe
import pytest
from frappe.utils import add_days, add_months, getdate, nowdate

from kam_extension.integration.agreements.nightly import nightly, refresh_statuses
from kam_extension.integration.agreements.renewals import renewal_rate, renewals
from kam_extension.integration.policies.policies import policy_in_force
from kam_extension.integration.tiers.level_evidence import explain_level
from kam_extension.integration.tiers.levels import propose_levels
from kam_extension.integration.tiers.scorecards import score_accounts
from kam_extension.kam_extension.doctype.key_account_agreement.key_account_agreement import renew
from kam_extension.policy.agreements import status_of
from kam_extension.policy.terms import terms_from
from tests.site.agreement_setup import make_agreement
from tests.site.factories import make_key_account, make_policy, make_user

DOCTYPE = "Key Account Agreement"


@pytest.fixture
def account(site):
	return make_key_account(account_level=None)


def stored(name, *fields):
	return frappe.db.get_value(DOCTYPE, name, fields)


def move(agreement, **dates):
	"""As if the agreement had been made with these dates."""
	frappe.db.set_value(DOCTYPE, agreement.name, dates, update_modified=False)


class TestDocument:
	def test_a_draft_is_a_draft_and_a_signed_one_holds(self, account):
		draft = make_agreement(account, submit=False)
		assert draft.status == "Draft"
		assert draft.submit().status == "In Force"

	def test_unsigned_is_not_submitted(self, account):
		with pytest.raises(frappe.ValidationError, match="Signed On is missing"):
			make_agreement(account, signed_on=None)
		with pytest.raises(frappe.ValidationError, match="future"):
			make_agreement(account, signed_on=add_days(nowdate(), 1))

	def test_the_last_day_follows_the_first(self, account):
		with pytest.raises(frappe.ValidationError, match="Valid Until lies before"):
			make_agreement(account, valid_to=add_days(nowdate(), -2))

	def test_an_automatic_renewal_needs_its_figures(self, account):
		with pytest.raises(frappe.ValidationError, match="never ends"):
			make_agreement(account, renewal="Automatic", renewal_months=12, valid_to=None)
		with pytest.raises(frappe.ValidationError, match="Renewed for Months"):
			make_agreement(account, renewal="Automatic", renewal_months=0)

	def test_it_can_be_terminated_with_a_reason_only(self, account):
		agreement = make_agreement(account)
		agreement.terminated_on = nowdate()
		with pytest.raises(frappe.ValidationError, match="Reason is missing"):
			agreement.save()
		agreement.reload()
		agreement.update({"terminated_on": nowdate(), "termination_reason": "Sold"}).save()
		assert stored(agreement.name, "status") == "Terminated"

	def test_not_before_it_began(self, account):
		agreement = make_agreement(account)
		agreement.update({"terminated_on": add_days(nowdate(), -9), "termination_reason": "Sold"})
		with pytest.raises(frappe.ValidationError, match="before Valid From"):
			agreement.save()

	def test_a_cancelled_one_says_so(self, account):
		agreement = make_agreement(account)
		agreement.cancel()
		assert stored(agreement.name, "status") == "Cancelled"

	def test_a_user_drafts_and_a_manager_submits(self, account, as_user):
		user = make_user("KAM User")
		frappe.db.set_value("Key Account", account.name, "account_manager", user)
		with as_user(user):
			draft = make_agreement(account, submit=False)
			with pytest.raises(frappe.PermissionError):
				draft.submit()
		with as_user(make_user("KAM Manager")):
			assert frappe.get_doc(DOCTYPE, draft.name).submit().docstatus == 1

	def test_a_user_terminates_nothing(self, account, as_user):
		user = make_user("KAM User")
		frappe.db.set_value("Key Account", account.name, "account_manager", user)
		agreement = make_agreement(account)
		with as_user(user):
			mine = frappe.get_doc(DOCTYPE, agreement.name)
			mine.update({"terminated_on": nowdate(), "termination_reason": "Sold"})
			with pytest.raises(frappe.PermissionError):
				mine.save()


class TestStatuses:
	@pytest.mark.parametrize(
		("valid_from", "valid_to", "terminated"),
		[
			(1, 300, None),
			(0, 300, None),
			(-300, 91, None),
			(-300, 90, None),
			(-300, 0, None),
			(-300, -1, None),
			(-300, None, None),
			(-300, 50, 0),
			(-300, 50, 1),
		],
	)
	def test_the_statement_and_the_rule_agree(self, account, valid_from, valid_to, terminated):
		agreement = make_agreement(account)
		first, last, ended = (
			None if days is None else getdate(add_days(nowdate(), days))
			for days in (valid_from, valid_to, terminated)
		)
		move(agreement, valid_from=first, valid_to=last, terminated_on=ended)
		refresh_statuses(getdate())
		assert stored(agreement.name, "status") == status_of(first, last, ended, getdate(), 90)

	def test_drafts_keep_their_status(self, account):
		draft = make_agreement(account, submit=False)
		refresh_statuses(getdate(add_days(nowdate(), 900)))
		assert stored(draft.name, "status") == "Draft"

	def test_the_reminder_follows_the_present_manager(self, account):
		agreement = make_agreement(account)
		manager = make_user("KAM User")
		frappe.db.set_value("Key Account", account.name, "account_manager", manager)
		refresh_statuses(getdate())
		assert stored(agreement.name, "account_manager") == manager

	def test_a_second_night_writes_nothing(self, account):
		make_agreement(account)
		nightly()
		nightly()
		assert frappe.db.sql("select row_count()")[0][0] <= 0

	def test_expiring_days_are_a_setting(self, account):
		agreement = make_agreement(account, days=30)
		assert agreement.status == "Expiring"
		settings = frappe.get_doc("KAM Settings")
		settings.agreement_expiring_days = 10
		settings.save()
		refresh_statuses(getdate())
		assert stored(agreement.name, "status") == "In Force"


class TestRenewal:
	def test_the_successor_follows_for_as_long(self, account):
		agreement = make_agreement(account, days=100)
		successor = frappe.get_doc(renew(agreement.name))
		assert getdate(successor.valid_from) == getdate(add_days(agreement.valid_to, 1))
		assert (getdate(successor.valid_to) - getdate(successor.valid_from)).days == 99
		assert (successor.renews, successor.signed_on, successor.docstatus) == (agreement.name, None, 0)

	def test_it_is_linked_when_it_is_signed_and_freed_when_cancelled(self, account):
		agreement = make_agreement(account)
		successor = frappe.get_doc(renew(agreement.name))
		successor.signed_on = nowdate()
		successor.insert()
		assert stored(agreement.name, "renewed_by") is None
		successor.submit()
		assert stored(agreement.name, "renewed_by") == successor.name
		with pytest.raises(frappe.ValidationError, match="can be renewed"):
			renew(agreement.name)
		successor.cancel()
		assert stored(agreement.name, "renewed_by") is None

	def test_nobody_renews_twice_nor_anothers(self, account):
		agreement = make_agreement(account)
		later = {"valid_from": add_days(agreement.valid_to, 1), "valid_to": add_days(agreement.valid_to, 9)}
		make_agreement(account, renews=agreement.name, **later)
		with pytest.raises(frappe.ValidationError, match="is renewed by"):
			make_agreement(account, renews=agreement.name, **later)
		with pytest.raises(frappe.ValidationError, match="same account and type"):
			make_agreement(make_key_account(), renews=agreement.name, **later)
		with pytest.raises(frappe.ValidationError, match="same account and type"):
			make_agreement(account, renews=agreement.name, agreement_type="Service", **later)

	def test_a_request_cannot_forge_the_successor(self, account):
		draft = make_agreement(account, submit=False, renewed_by=make_agreement(account).name)
		assert draft.renewed_by is None

	def test_an_automatic_one_goes_on_by_itself_and_once(self, account):
		agreement = make_agreement(account, renewal="Automatic", renewal_months=6)
		move(agreement, valid_from=add_days(nowdate(), -100), valid_to=add_days(nowdate(), -1))
		nightly()
		nightly()
		[successor] = frappe.get_all(
			DOCTYPE, {"renews": agreement.name}, ["name", "docstatus", "status", "valid_from", "valid_to"]
		)
		assert (successor.docstatus, successor.status) == (1, "In Force")
		assert successor.valid_from == getdate()
		assert successor.valid_to == getdate(add_days(add_months(nowdate(), 6), -1))
		assert stored(agreement.name, "status", "renewed_by") == ("Expired", successor.name)

	@pytest.mark.parametrize(
		"changes", [{"renewal": "None"}, {"terminated_on": "2020-01-01"}, {"valid_to": "2099-01-01"}]
	)
	def test_what_does_not_go_on(self, account, changes):
		agreement = make_agreement(account, renewal="Automatic", renewal_months=6)
		move(agreement, valid_to=add_days(nowdate(), -1))
		move(agreement, **changes)
		nightly()
		assert not frappe.db.exists(DOCTYPE, {"renews": agreement.name})

	@pytest.mark.committing
	def test_two_nights_at_once_renew_once(self, in_parallel):
		account = make_key_account()
		agreement = make_agreement(account, renewal="Automatic", renewal_months=6)
		move(agreement, valid_from=add_days(nowdate(), -100), valid_to=add_days(nowdate(), -1))
		in_parallel(commit_nightly, commit_nightly)
		assert frappe.db.count(DOCTYPE, {"renews": agreement.name}) == 1


def commit_nightly():
	nightly()
	frappe.db.commit()


class TestRenewalRate:
	YEAR = (date(2025, 1, 1), date(2025, 12, 31))

	def ended(self, account, last_day, renewed=False, **fields):
		agreement = make_agreement(account, **fields)
		move(agreement, valid_from="2024-01-01", valid_to=last_day)
		if renewed:
			move(agreement, renewed_by=make_agreement(account, **fields).name)
		return agreement

	def test_of_those_due_in_the_period(self, account):
		self.ended(account, "2025-01-01", renewed=True)
		self.ended(account, "2025-12-31")
		self.ended(account, "2026-01-01", renewed=True)
		self.ended(account, "2024-12-31", renewed=True)
		found = renewal_rate(*self.YEAR, [account.name])
		assert (found.due, found.renewed, found.rate) == (2, 1, 50)

	def test_non_disclosure_says_nothing(self, account):
		self.ended(account, "2025-06-01", agreement_type="Non-disclosure")
		assert renewal_rate(*self.YEAR, [account.name]).rate is None

	def test_a_termination_ends_it_earlier(self, account):
		agreement = self.ended(account, "2027-06-01")
		move(agreement, terminated_on="2025-03-01")
		assert renewals(*self.YEAR, [account.name])[account.name].due == 1
		endless = self.ended(account, None)
		move(endless, terminated_on="2025-03-01")
		assert renewals(*self.YEAR, [account.name])[account.name].due == 2

	def test_by_account_and_over_all(self, account):
		other = make_key_account()
		before = renewal_rate(*self.YEAR)
		self.ended(account, "2025-06-01", renewed=True)
		self.ended(other, "2025-06-01")
		found = renewals(*self.YEAR, [account.name, other.name])
		assert (found[account.name].renewed, found[other.name].renewed) == (1, 0)
		after = renewal_rate(*self.YEAR)
		assert (after.due - before.due, after.renewed - before.renewed) == (2, 1)
		assert renewals(*self.YEAR, []) == {}


class TestLevel:
	LEVELS = ({"account_level": "Group", "counts": "Strategic Agreement", "min_contracts": 1},)

	def proposed(self, account, as_of=None):
		terms = terms_from({"levels": list(self.LEVELS)})
		found = propose_levels([account], terms, as_of or getdate()).get(account.name)
		return found and found.level

	def test_a_signed_strategic_agreement_earns_group(self, account):
		assert self.proposed(account) is None
		make_agreement(account)
		assert self.proposed(account) == "Group"

	def test_a_draft_or_another_kind_does_not(self, account):
		make_agreement(account, submit=False)
		make_agreement(account, agreement_type="Service")
		make_agreement(make_key_account())
		assert self.proposed(account) is None

	def test_only_while_it_is_in_force(self, account):
		agreement = make_agreement(account, days=10)
		assert self.proposed(account, getdate(agreement.valid_from)) == "Group"
		assert self.proposed(account, getdate(agreement.valid_to)) == "Group"
		assert self.proposed(account, getdate(add_days(agreement.valid_to, 1))) is None
		assert self.proposed(account, getdate(add_days(agreement.valid_from, -1))) is None
		move(agreement, terminated_on=nowdate())
		assert self.proposed(account) is None

	def test_the_review_says_why(self, account):
		make_policy(levels=list(self.LEVELS))
		make_agreement(account)
		[card] = score_accounts([account], policy_in_force(account.company), getdate())
		assert explain_level(card) == (
			"Signed strategic cooperation agreements in force: 1; the policy asks for 1."
		)


def test_reminders_are_seeded_and_name_what_is_not_renewed(account):
	names = frappe.get_all(
		"Notification", {"document_type": DOCTYPE, "module": "KAM Extension"}, pluck="name"
	)
	assert len(names) == 2
	agreement = make_agreement(account)
	for name in names:
		condition = frappe.db.get_value("Notification", name, "condition")
		assert frappe.safe_eval(condition, None, {"doc": agreement})
		renewed = agreement.as_dict() | {"renewed_by": "AGR-1"}
		assert not frappe.safe_eval(condition, None, {"doc": frappe._dict(renewed)})
