"""The settlement left as a draft for finance, and nothing settled twice (R40)."""

import frappe
import pytest
from frappe.utils import add_days, nowdate

from tests.site.factories import company, make_customer
from tests.site.rebate_setup import (
	acting_as,
	approve,
	make_people,
	make_rebate_account,
	receive,
	set_rebate_accounts,
)
from tests.site.settlement_setup import (
	entry_of,
	ledger,
	make_cost_center,
	open_claims,
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


# Draft or submitted


@pytest.fixture
def drafted(account, people):
	set_options(submit_settlement=0)
	receive(account.order(), 400)
	return approve(account.request(), people)


def test_a_draft_settles_when_finance_submits_it(drafted, account, people):
	assert (drafted.docstatus, drafted.status, open_claims(drafted)) == (1, "Approved", 20)
	draft = entry_of(drafted)
	assert draft.docstatus == 0
	with acting_as(people.finance):
		draft.submit()
	drafted.reload()
	assert (drafted.status, drafted.settlement_document) == ("Settled", draft.name)
	drafted.cancel()
	assert draft.reload().docstatus == 2


def test_finance_may_change_dates_dimensions_and_remarks_of_the_draft(drafted, people):
	draft, cost_center = entry_of(drafted), make_cost_center()
	with acting_as(people.finance):
		draft.update({"posting_date": add_days(nowdate(), -1), "user_remark": "November"})
		for row in draft.accounts:
			row.cost_center = cost_center
		draft.save().submit()
	assert {row[2] for row in ledger(draft.name, "cost_center")} == {cost_center}


def test_nobody_changes_amount_account_or_customer_of_the_draft(drafted, account, expense, people):
	other = set_rebate_accounts()
	draft = entry_of(drafted)
	changes = (
		{"debit_in_account_currency": 200, "debit": 200},
		{"account": other},
	)
	for values in changes:
		draft.reload()
		draft.accounts[0].update(values)
		if "debit" in values:
			draft.accounts[1].update({"credit_in_account_currency": 200, "credit": 200})
		with pytest.raises(frappe.ValidationError, match="has to stay CNY 20"):
			draft.save()
	draft.reload()
	draft.accounts[1].party = make_customer().name
	with pytest.raises(frappe.ValidationError, match="has to stay"):
		draft.save()


def test_a_draft_whose_row_was_changed_behind_its_back_is_not_submitted(drafted):
	draft = entry_of(drafted)
	for row, side in zip(draft.accounts, ("debit", "credit"), strict=True):
		frappe.db.set_value("Journal Entry Account", row.name, f"{side}_in_account_currency", 900)
	draft.reload()
	with pytest.raises(frappe.ValidationError, match="has to stay"):
		draft.submit()


def test_a_deleted_draft_frees_the_request_to_be_settled_again(drafted, people):
	draft = entry_of(drafted)
	frappe.delete_doc("Journal Entry", draft.name)
	drafted.reload()
	assert (drafted.status, drafted.settlement_document, open_claims(drafted)) == ("Approved", None, 20)
	set_options(submit_settlement=1)
	with acting_as(people.finance):
		drafted.settle_again()
	assert drafted.reload().status == "Settled"


def test_cancelling_the_request_deletes_the_draft(drafted, account, people):
	draft = drafted.settlement_document
	with acting_as(people.executive):
		drafted.cancel()
	assert not frappe.db.exists("Journal Entry", draft)
	assert drafted.reload().settlement_document is None
	assert open_claims(drafted) == 0
	assert account.request().total_rebate == 20


def test_a_rebate_that_waits_as_a_draft_still_lowers_the_exposure(drafted, account):
	from kam_extension.integration.credit.exposure import EXPOSURE

	query = EXPOSURE[-1]
	values = {"customers": [account.customer], "company": company(), "name": ""}
	assert frappe.db.sql(query, values)[0][2] == -20
	entry_of(drafted).submit()
	assert not frappe.db.sql(query, values)


# Twice


def test_an_amended_entry_is_refused_when_the_request_was_settled_again(account, people):
	receive(account.order(), 400)
	request = approve(account.request(), people)
	first = entry_of(request)
	first.cancel()
	request.reload().settle_again()
	amended = frappe.copy_doc(first)
	amended.update({"docstatus": 0, "amended_from": first.name})
	amended.insert()
	with pytest.raises(frappe.ValidationError, match="settled by another entry"):
		amended.submit()


@pytest.mark.committing
def test_two_people_settle_again_once(account, people, in_parallel):
	receive(account.order(), 400)
	request = approve(account.request(), people)
	entry_of(request).cancel()

	def settle():
		return frappe.get_doc("Rebate Request", request.name).settle_again() or "settled"

	results = in_parallel(settle, settle, user=people.finance)
	assert [result for result in results if result == "settled"] == ["settled"], results
	filters = {"kam_rebate_request": request.name, "docstatus": 1}
	assert frappe.db.count("Journal Entry", filters) == 1
