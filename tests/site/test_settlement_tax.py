"""Rebates that reduce sales tax are settled by a credit note over the rebate, to the cent (R40)."""

import frappe
import pytest
from frappe.utils import getdate

from kam_extension.integration.rebates.receipt_sources import Scope
from kam_extension.integration.rebates.receipts import receipts_on_orders
from tests.site.factories import bank_account, company, make_item
from tests.site.rebate_setup import (
	acting_as,
	approve,
	make_people,
	make_rebate_account,
	prepare_approval,
	receive,
	set_rebate_accounts,
)
from tests.site.settlement_setup import (
	change,
	entry_of,
	ledger,
	make_cost_center,
	make_tax_account,
	make_tax_template,
	open_claims,
	open_invoice,
	outstanding_of,
	receivable_account,
	reduce_tax,
	set_options,
)

BLOCKING = {"margin_action": "Block", "price_action": "Block", "credit_action": "Block"}


@pytest.fixture
def expense():
	return set_rebate_accounts()


@pytest.fixture
def account(expense):
	return make_rebate_account()


@pytest.fixture
def people():
	return make_people()


@pytest.fixture
def tax():
	account = make_tax_account()
	reduce_tax(account)
	return account


def test_the_credit_note_is_the_rebate_to_the_cent(account, people, tax, expense):
	receive(account.order(), 400)
	request = approve(account.request(), people)
	note = entry_of(request)
	assert (note.doctype, note.docstatus, note.is_return, note.return_against) == (
		"Sales Invoice",
		1,
		1,
		None,
	)
	assert (note.base_grand_total, note.outstanding_amount, note.kam_rebate_request) == (
		-20,
		-20,
		request.name,
	)
	assert ledger(note.name) == sorted([(expense, 17.7), (tax, 2.3), (receivable_account(), -20)])
	assert request.status == "Settled"


@pytest.mark.parametrize("received", [0.4, 33.33, 777.77, 999.99])
def test_every_cent_is_right_with_several_cost_centers(account, people, tax, expense, received):
	for cost_center in (make_cost_center(), make_cost_center(), None):
		receive(account.order(cost_center=cost_center), received)
	request = approve(account.request(), people)
	assert entry_of(request).base_grand_total == -request.total_rebate
	assert round(sum(row[1] for row in ledger(request.settlement_document)), 2) == 0


def test_it_is_no_receipt_and_no_rule_of_prices_blocks_it(expense, people, tax):
	account = make_rebate_account()
	receive(account.order(), 400)
	request = prepare_approval(account.request(), people)
	frappe.db.set_value("KAM Policy", {"docstatus": 1}, BLOCKING)
	with acting_as(people.executive):
		request.submit()
	assert entry_of(request).kam_verdict in (None, "", "Not Applicable")
	assert len(receipts_on_orders(Scope(company(), (account.customer,), getdate()))) == 1


def test_cancelling_the_request_cancels_the_credit_note(account, people, tax):
	receive(account.order(), 400)
	request = approve(account.request(), people)
	with acting_as(people.executive):
		request.cancel()
	assert (entry_of(request).docstatus, open_claims(request)) == (2, 0)


def test_a_cancelled_credit_note_releases_and_an_amended_one_settles_again(account, people, tax):
	receive(account.order(), 400)
	request = approve(account.request(), people)
	note = entry_of(request)
	note.cancel()
	assert (request.reload().status, request.settlement_document) == ("Approved", None)
	amended = frappe.copy_doc(note)
	amended.update({"docstatus": 0, "amended_from": note.name})
	amended.insert()
	frappe.db.savepoint("before_submit")
	amended.items[0].rate = 40
	with pytest.raises(frappe.ValidationError, match="has to stay"):
		amended.save().submit()
	frappe.db.rollback(save_point="before_submit")
	amended.reload().submit()
	assert (request.reload().status, request.settlement_document) == ("Settled", amended.name)


def test_a_draft_credit_note_keeps_its_amount(account, people, tax):
	set_options(submit_settlement=0)
	receive(account.order(), 400)
	request = approve(account.request(), people)
	draft = entry_of(request)
	draft.items[0].rate = 40
	with pytest.raises(frappe.ValidationError, match="has to stay"):
		draft.save()
	draft.reload().submit()
	assert request.reload().status == "Settled"


def test_the_credit_note_pays_named_invoices(account, people, tax):
	receive(account.order(), 400)
	invoice = open_invoice(account.customer, 12)
	request = account.request()
	change(request, offset_invoices=[{"sales_invoice": invoice.name, "allocated_amount": 12}])
	request = approve(request, people)
	assert (outstanding_of(invoice), outstanding_of(entry_of(request))) == (0, -8)
	with acting_as(people.executive):
		request.cancel()
	assert outstanding_of(invoice) == 12


def test_nobody_claims_to_be_a_settlement(account, people, tax):
	receive(account.order(), 400)
	request = approve(account.request(), people)
	forged = frappe.copy_doc(entry_of(request))
	forged.kam_rebate_request = request.name
	assert not forged.insert().kam_rebate_request


def test_paying_out_a_credit_note_is_refused_with_what_to_do(account, people, tax):
	receive(account.order(), 400)
	request = account.request(settlement_method="Pay Customer", payment_account=bank_account())
	with pytest.raises(frappe.ValidationError, match="Payment Entry"):
		approve(request, people)


def test_settings_that_reduce_tax_are_complete_and_fit(expense):
	tax = make_tax_account()
	with pytest.raises(frappe.ValidationError, match="Rebate Item"):
		set_options(tax_treatment="Reduce Tax")
	template = make_tax_template(tax)
	with pytest.raises(frappe.ValidationError, match="without stock"):
		set_options(
			tax_treatment="Reduce Tax",
			rebate_item=make_item(is_stock_item=1).name,
			rebate_tax_template=template,
		)
	with pytest.raises(frappe.ValidationError, match="percentages"):
		set_options(
			tax_treatment="Reduce Tax",
			rebate_item=make_item().name,
			rebate_tax_template=make_tax_template(tax, charge_type="Actual"),
		)
