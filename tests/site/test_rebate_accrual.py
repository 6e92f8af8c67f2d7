"""Rebates earned and not settled are accrued at the month's end and reversed on the next day (R42, R73)."""

import frappe
import pytest
from frappe.utils import add_days, get_last_day, getdate

from kam_extension.integration.rebates import accrual_drafts
from tests.site.factories import (
	company,
	insert,
	make_item,
	make_key_account,
	make_rebate_agreement,
	make_user,
	unique,
)
from tests.site.rebate_setup import (
	Account,
	acting_as,
	approve,
	expense_account,
	last_month,
	make_people,
	make_rebate_account,
	receive,
	this_month,
)


@pytest.fixture
def accounts():
	return set_accrual_accounts()


@pytest.fixture
def account(accounts):
	return make_rebate_account()


@pytest.fixture
def reviewer():
	return make_user("KAM Finance")


def set_accrual_accounts(**row) -> frappe._dict:
	"""Expense and liability account of rebates, named in KAM Settings."""
	parent = frappe.get_all(
		"Account",
		{"company": company(), "root_type": "Liability", "is_group": 1},
		pluck="name",
		order_by="lft desc",
	)[0]
	liability = insert("Account", account_name=unique("Accrued"), company=company(), parent_account=parent)
	values = {
		"company": company(),
		"rebate_expense_account": expense_account(),
		"rebate_accrual_account": liability.name,
		"accrue_rebates": 1,
	}
	settings = frappe.get_doc("KAM Settings")
	settings.set("companies", [values | row])
	settings.save()
	return frappe._dict(expense=values["rebate_expense_account"], liability=liability.name)


def end_of_last_month():
	return get_last_day(last_month())


def make_accrual(**fields):
	values = {"company": company(), "accrual_date": end_of_last_month()}
	return insert("Rebate Accrual", **values | fields)


def reviewed(accrual, reviewer):
	with acting_as(reviewer):
		return frappe.get_doc("Rebate Accrual", accrual.name).submit()


def row_of(accrual, account):
	[row] = [row for row in accrual.accounts if row.key_account == account.name]
	return row.open_rebate, row.unsettled_rebate, row.accrued_rebate


def balance(account: str, start=None, end=None) -> float:
	filters = {
		"account": account,
		"is_cancelled": 0,
		"posting_date": ("between", (start or "2000-01-01", end or "2099-12-31")),
	}
	return sum(row.debit - row.credit for row in frappe.get_all("GL Entry", filters, ["debit", "credit"]))


def another_account() -> Account:
	account = make_key_account(tier=None)
	make_rebate_agreement(account.name, submit=True)
	return Account(account.name, account.customer, make_item(cost=1, list_price=1000).name)


def receive_last_month(account, amount: float = 1000, **order):
	return receive(account.order(**order), amount, posting_date=add_days(this_month(), -3))


class TestFigures:
	def test_what_was_earned_and_not_claimed(self, account):
		receive_last_month(account)
		receive(account.order(), 600)
		accrual = make_accrual()
		assert row_of(accrual, account) == (50, 0, 50)
		assert (accrual.total_accrued, accrual.reversal_date) == (50, getdate(this_month()))

	def test_claimed_but_settled_after_the_month_s_end(self, account):
		receive_last_month(account)
		approve(account.request(last_month()), make_people())
		assert row_of(make_accrual(), account) == (0, 50, 50)

	def test_settled_by_then(self, account):
		receive_last_month(account)
		request = approve(account.request(last_month()), make_people())
		frappe.db.set_value("Journal Entry", request.settlement_document, "posting_date", end_of_last_month())
		assert account.name not in [row.key_account for row in make_accrual().accounts]

	def test_a_credit_given_by_hand_and_attached_is_no_expense_any_more(self, account):
		receive_last_month(account)
		request = approve(account.request(last_month()), make_people())
		credit = {"parent": request.name, "parenttype": request.doctype, "parentfield": "attached_credits"}
		frappe.get_doc(doctype="Rebate Request Credit", attached_amount=20, **credit).db_insert()
		assert row_of(make_accrual(), account) == (0, 30, 30)

	def test_a_cancelled_request_claims_nothing(self, account):
		receive_last_month(account)
		approve(account.request(last_month()), make_people()).cancel()
		assert row_of(make_accrual(), account) == (50, 0, 50)

	def test_who_owes_back_is_shown_and_not_accrued(self, account):
		other = another_account()
		receive_last_month(other)
		payment = receive_last_month(account, 1000)
		request = approve(account.request(last_month()), make_people())
		frappe.db.set_value("Journal Entry", request.settlement_document, "posting_date", end_of_last_month())
		payment.reload()
		payment.cancel()
		accrual = make_accrual()
		assert row_of(accrual, account) == (-50, 0, 0)
		assert (accrual.total_accrued, accrual.total_owed_back) == (50, -50)

	def test_no_figure_is_the_clients(self, account):
		receive_last_month(account)
		accrual = make_accrual(
			accounts=[{"key_account": account.name, "accrued_rebate": 999}], total_accrued=999
		)
		assert (row_of(accrual, account), accrual.total_accrued) == ((50, 0, 50), 50)

	def test_receipts_before_the_claims_start_date(self, account):
		receive_last_month(account)
		frappe.db.set_single_value("KAM Settings", "claims_start_date", this_month())
		assert make_accrual().accounts == []


class TestPosting:
	def test_accrual_and_reversal(self, account, accounts, reviewer):
		receive_last_month(account)
		accrual = reviewed(make_accrual(), reviewer)
		day, next_day = end_of_last_month(), this_month()
		assert balance(accounts.expense, day, day) == 50
		assert balance(accounts.liability, day, day) == -50
		assert balance(accounts.expense, next_day) == -50
		assert balance(accounts.liability) == 0
		assert (
			frappe.db.get_value("Journal Entry", accrual.reversal_entry, "reversal_of")
			== accrual.journal_entry
		)

	def test_two_months_carry_each_rebate_once(self, account, accounts, reviewer):
		"""The month of the receipt bears the expense; reversal and settlement are nothing together."""
		receive_last_month(account)
		reviewed(make_accrual(), reviewer)
		approve(account.request(last_month()), make_people())
		assert balance(accounts.expense, last_month(), end_of_last_month()) == 50
		assert balance(accounts.expense, this_month()) == 0
		assert (balance(accounts.expense), balance(accounts.liability)) == (50, 0)

	def test_it_is_neither_receipt_nor_claim(self, account, reviewer):
		receive_last_month(account)
		before = account.request(last_month())
		reviewed(make_accrual(), reviewer)
		after = account.request(last_month())
		assert (
			[row.rebate_amount for row in before.receipts]
			== [row.rebate_amount for row in after.receipts]
			== [50]
		)
		assert not frappe.db.count("KAM Rebate Claim", {"key_account": account.name})

	def test_cancelling_undoes_both_entries(self, account, accounts, reviewer):
		receive_last_month(account)
		accrual = reviewed(make_accrual(), reviewer)
		with acting_as(reviewer):
			accrual.reload()
			accrual.cancel()
		assert (balance(accounts.expense), balance(accounts.liability)) == (0, 0)
		entries = (accrual.journal_entry, accrual.reversal_entry)
		assert [frappe.db.get_value("Journal Entry", name, "docstatus") for name in entries] == [2, 2]

	@pytest.mark.parametrize("entry", ["journal_entry", "reversal_entry"])
	def test_an_entry_is_not_cancelled_by_itself(self, account, reviewer, entry):
		receive_last_month(account)
		accrual = reviewed(make_accrual(), reviewer)
		with pytest.raises(frappe.LinkExistsError):
			frappe.get_doc("Journal Entry", accrual.get(entry)).cancel()

	@pytest.mark.parametrize("step", ["submit", "cancel"])
	def test_a_closed_month_is_left_alone(self, account, accounts, reviewer, step):
		receive_last_month(account)
		accrual = make_accrual()
		if step == "cancel":
			accrual = reviewed(accrual, reviewer)
		freeze_until(end_of_last_month())
		with acting_as(reviewer), pytest.raises(frappe.ValidationError, match="(?i)frozen|freez|before"):
			getattr(frappe.get_doc("Rebate Accrual", accrual.name), step)()

	def test_anew_after_a_late_receipt(self, account, accounts, reviewer):
		receive_last_month(account)
		first = reviewed(make_accrual(), reviewer)
		receive_last_month(account, 200)
		first.reload()
		first.cancel()
		second = frappe.copy_doc(first)
		second.update({"amended_from": first.name, "docstatus": 0})
		second = reviewed(second.insert(), reviewer)
		assert second.total_accrued == 60
		assert balance(accounts.expense, last_month(), end_of_last_month()) == 60


def freeze_until(day) -> None:
	frappe.db.set_single_value("Accounts Settings", "acc_frozen_upto", day)
	frappe.db.set_single_value("Accounts Settings", "frozen_accounts_modifier", "Accounts Manager")
	frappe.clear_cache(doctype="Accounts Settings")


class TestGuards:
	@pytest.mark.parametrize("day", ["2026-01-30", "2026-02-29", get_last_day("2099-01-01")], ids=str)
	def test_the_date_ends_a_month_that_is_over(self, accounts, day):
		with pytest.raises((frappe.ValidationError, ValueError)):
			make_accrual(accrual_date=day)

	def test_one_for_each_month(self, account):
		receive_last_month(account)
		first = make_accrual()
		with pytest.raises(frappe.ValidationError, match=first.name):
			make_accrual()

	@pytest.mark.committing
	def test_one_for_each_month_at_the_same_time(self, account, in_parallel):
		receive_last_month(account)
		results = in_parallel(*[lambda: make_accrual().name] * 2)
		assert sum(isinstance(result, str) for result in results) == 1, results
		assert frappe.db.count("Rebate Accrual", {"accrual_date": end_of_last_month()}) == 1

	def test_whoever_made_it_does_not_review_it(self, account, reviewer):
		receive_last_month(account)
		with acting_as(reviewer):
			accrual = make_accrual()
			with pytest.raises(frappe.PermissionError, match="somebody else"):
				accrual.submit()

	@pytest.mark.parametrize("role", ["KAM User", "KAM Manager", "KAM Director"])
	def test_only_finance_and_executives_review(self, account, role):
		receive_last_month(account)
		with pytest.raises(frappe.PermissionError):
			reviewed(make_accrual(), make_user(role))

	def test_what_was_reviewed_is_what_is_posted(self, account, reviewer):
		receive_last_month(account)
		accrual = make_accrual()
		receive_last_month(account, 200)
		with pytest.raises(frappe.ValidationError, match="review it again"):
			reviewed(accrual, reviewer)
		frappe.get_doc("Rebate Accrual", accrual.name).save()
		assert reviewed(accrual, reviewer).total_accrued == 60

	def test_forged_figures_are_not_posted(self, account, reviewer):
		receive_last_month(account)
		forged = frappe.get_doc("Rebate Accrual", make_accrual().name)
		forged.accounts[0].accrued_rebate = 999
		with acting_as(reviewer), pytest.raises(frappe.ValidationError, match="review it again"):
			forged.submit()

	def test_nothing_to_accrue(self, account, reviewer):
		with pytest.raises(frappe.ValidationError, match="nothing to accrue"):
			reviewed(make_accrual(), reviewer)

	def test_missing_accounts_are_named(self, account, reviewer):
		receive_last_month(account)
		accrual = make_accrual()
		settings = frappe.get_doc("KAM Settings")
		settings.companies[0].update({"accrue_rebates": 0, "rebate_accrual_account": None})
		settings.save()
		with pytest.raises(frappe.ValidationError, match="Rebate Accrual Account"):
			reviewed(accrual, reviewer)

	def test_the_switch_needs_the_account(self):
		with pytest.raises(frappe.ValidationError, match="Rebate Accrual Account"):
			set_accrual_accounts(rebate_accrual_account=None)

	def test_the_account_is_a_liability_without_party(self):
		for root_type, account_type in (("Asset", ""), ("Liability", "Payable")):
			filters = {"company": company(), "root_type": root_type, "is_group": 0}
			if account_type:
				filters["account_type"] = account_type
			account = frappe.get_all("Account", filters, pluck="name")[0]
			with pytest.raises(frappe.ValidationError, match="has to be a liability"):
				set_accrual_accounts(rebate_accrual_account=account)


class TestNight:
	def drafts(self) -> list[str]:
		return frappe.get_all("Rebate Accrual", {"accrual_date": end_of_last_month()}, pluck="name")

	def test_a_draft_is_made_once_and_finance_told(self, account, reviewer, jobs):
		receive_last_month(account)
		accrual_drafts.nightly()
		accrual_drafts.nightly()
		[name] = self.drafts()
		assert frappe.db.get_value("Rebate Accrual", name, ["docstatus", "total_accrued"]) == (0, 50)
		frappe.db.commit()
		[notice] = jobs.named("make_notification_logs")
		assert reviewer in notice.arguments["users"] and notice.arguments["doc"].document_name == name

	def test_only_where_it_is_wanted(self, account):
		receive_last_month(account)
		settings = frappe.get_doc("KAM Settings")
		settings.companies[0].accrue_rebates = 0
		settings.save()
		accrual_drafts.nightly()
		assert self.drafts() == []

	def test_nothing_makes_no_draft(self, account):
		receive(account.order(), 100)
		accrual_drafts.nightly()
		assert self.drafts() == []

	def test_a_cancelled_one_is_not_made_again(self, account, reviewer):
		receive_last_month(account)
		reviewed(make_accrual(), reviewer).cancel()
		accrual_drafts.nightly()
		assert len(self.drafts()) == 1
