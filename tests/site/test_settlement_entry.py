"""What the settlement is booked on and when: cost centers, projects, dimensions, dates (R40)."""

import frappe
import pytest
from frappe.utils import add_days, getdate, nowdate

from tests.site.factories import bank_account, company, insert, unique
from tests.site.rebate_setup import (
	acting_as,
	approve,
	last_month,
	make_people,
	make_rebate_account,
	prepare_approval,
	receive,
	set_rebate_accounts,
	this_month,
)
from tests.site.settlement_setup import (
	change,
	entry_of,
	ledger,
	make_cost_center,
	make_project,
	open_claims,
	receivable_account,
	set_options,
)


@pytest.fixture
def expense():
	return set_rebate_accounts()


@pytest.fixture
def account(expense):
	return make_rebate_account()


@pytest.fixture
def people():
	return make_people()


def main_cost_center() -> str:
	return frappe.get_cached_value("Company", company(), "cost_center")


# Cost center, project, dimensions


def test_cost_centers_and_projects_of_the_orders_are_carried(account, people, expense):
	east, west, project = make_cost_center(), make_cost_center(), make_project()
	receive(account.order(cost_center=east, project=project), 400)
	receive(account.order(cost_center=west), 200)
	receive(account.order(), 100)
	request = approve(account.request(), people)
	assert set(ledger(request.settlement_document, "cost_center", "project")) == {
		(expense, 20, east, project),
		(expense, 10, west, None),
		(expense, 5, main_cost_center(), None),
		(receivable_account(), -20, east, project),
		(receivable_account(), -10, west, None),
		(receivable_account(), -5, main_cost_center(), None),
	}


def test_the_request_names_cost_center_and_project_for_all(account, people, expense):
	own, project = make_cost_center(), make_project()
	receive(account.order(cost_center=make_cost_center()), 400)
	request = account.request(cost_center=own, project=project)
	request = approve(request, people)
	assert ledger(request.settlement_document, "cost_center", "project") == sorted(
		[(expense, 20, own, project), (receivable_account(), -20, own, project)]
	)


def test_the_company_may_book_all_rebates_on_one_cost_center(account, people, expense):
	marketing = make_cost_center()
	set_options(split_by_cost_center=0, rebate_cost_center=marketing)
	receive(account.order(cost_center=make_cost_center(), project=make_project()), 400)
	request = approve(account.request(), people)
	assert ledger(request.settlement_document, "cost_center", "project") == sorted(
		[(expense, 20, marketing, None), (receivable_account(), -20, marketing, None)], key=str
	)


def test_a_cost_center_of_another_company_is_refused(account):
	other = insert("Company", company_name=unique("Other"), default_currency="CNY", country="China")
	foreign = frappe.get_cached_value("Company", other.name, "cost_center")
	receive(account.order(), 400)
	with pytest.raises(frappe.ValidationError, match="belongs to company"):
		account.request(cost_center=foreign)


def test_a_paid_out_rebate_has_one_bank_row(account, people, expense):
	east, west = make_cost_center(), make_cost_center()
	receive(account.order(cost_center=east), 400)
	receive(account.order(cost_center=west), 400)
	request = account.request(settlement_method="Pay Customer", payment_account=bank_account())
	request = approve(request, people)
	assert [row for row in ledger(request.settlement_document) if row[0] == bank_account()] == [
		(bank_account(), -40)
	]
	assert sum(row[1] for row in ledger(request.settlement_document) if row[0] == receivable_account()) == 0


def test_a_mandatory_project_is_named_and_taken_from_the_request(account, people, expense):
	project = make_project()
	insert(
		"Accounting Dimension Filter",
		accounting_dimension="Project",
		company=company(),
		allow_or_restrict="Allow",
		accounts=[{"applicable_on_account": expense, "is_mandatory": 1}],
		dimensions=[{"accounting_dimension": "Project", "dimension_value": project}],
	)
	receive(account.order(), 400)
	request = prepare_approval(account.request(), people)
	frappe.db.savepoint("before_submit")
	with acting_as(people.executive), pytest.raises(frappe.ValidationError, match="Project.* is mandatory"):
		request.submit()
	frappe.db.rollback(save_point="before_submit")
	change(request, people.finance, project=project)
	with acting_as(people.executive):
		frappe.get_doc("Rebate Request", request.name).submit()
	assert {row[2] for row in ledger(entry_of(request).name, "project")} == {project}


def test_dimensions_of_the_site_are_fields_of_a_request():
	assert "Rebate Request" in frappe.get_hooks("accounting_dimension_doctypes")
	meta = frappe.get_meta("Rebate Request")
	assert all(meta.has_field(field) for field in ("accounting_dimensions_section", "dimension_col_break"))


# Date and closed periods


def test_finance_sets_the_date_of_the_settlement(account, people):
	receive(account.order(), 400)
	request = account.request()
	yesterday = add_days(nowdate(), -1)
	if getdate(yesterday) < getdate(this_month()):
		yesterday = nowdate()
	with pytest.raises(frappe.PermissionError):
		change(request, people.requester, settlement_date=yesterday)
	change(request, people.finance, settlement_date=yesterday)
	request = approve(request, people)
	assert str(entry_of(request).posting_date) == yesterday


@pytest.mark.parametrize("days", [1, -62])
def test_a_settlement_date_is_neither_in_the_future_nor_before_the_period(account, days):
	receive(account.order(), 400)
	request = account.request()
	with pytest.raises(frappe.ValidationError, match="Settlement Date"):
		change(request, settlement_date=add_days(nowdate(), days))


def test_nothing_is_half_written_when_the_period_is_closed(account, people):
	receive(account.order(), 400)
	request = prepare_approval(account.request(), people)
	frappe.db.set_single_value("Accounts Settings", "acc_frozen_upto", nowdate())
	frappe.db.savepoint("before_submit")
	with (
		acting_as(people.executive),
		pytest.raises(frappe.ValidationError, match="Settlement Date") as refused,
	):
		request.submit()
	assert request.name in str(refused.value)
	frappe.db.rollback(save_point="before_submit")
	assert open_claims(request) == 0
	assert frappe.db.count("Journal Entry", {"kam_rebate_request": request.name}) == 0
	frappe.db.set_single_value("Accounts Settings", "acc_frozen_upto", None)
	with acting_as(people.executive):
		frappe.get_doc("Rebate Request", request.name).submit()
	assert open_claims(request) == 20


def test_a_request_settled_in_a_closed_period_is_reversed_today(account, people, expense):
	receive(account.order(), 400)
	request = approve(account.request(), people)
	entry = entry_of(request)
	frappe.db.set_value("Journal Entry", entry.name, "posting_date", last_month())
	frappe.db.set_single_value("Accounts Settings", "acc_frozen_upto", add_days(this_month(), -1))
	with acting_as(people.executive):
		request.cancel()
	assert (open_claims(request), entry.reload().docstatus) == (0, 1)
	reversal = frappe.get_doc("Journal Entry", {"reversal_of": entry.name})
	assert getdate(reversal.posting_date) == getdate()
	assert ledger(reversal.name) == sorted([(expense, -20), (receivable_account(), 20)])
	with pytest.raises(frappe.ValidationError, match="took back"):
		reversal.cancel()
	assert account.request().total_rebate == 20


def test_a_settlement_reversed_by_hand_leaves_the_request_to_be_settled_again(account, people):
	from erpnext.accounts.doctype.journal_entry.journal_entry import make_reverse_journal_entry

	receive(account.order(), 400)
	request = approve(account.request(), people)
	entry = entry_of(request)
	reversal = make_reverse_journal_entry(entry.name)
	reversal.posting_date = nowdate()
	reversal.insert().submit()
	assert request.reload().status == "Approved"
	reversal.cancel()
	assert (request.reload().status, request.settlement_document) == ("Settled", entry.name)
