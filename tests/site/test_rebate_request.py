"""A Rebate Request: rows from the ledger, each receipt claimed once, four eyes (R37–R39, R41)."""

import frappe
import pytest
from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return
from erpnext.controllers.accounts_controller import update_child_qty_rate
from frappe.core.doctype.version.version import get_diff
from frappe.permissions import add_permission, update_permission_property
from frappe.utils import add_days, add_months, getdate, nowdate
from pymysql import IntegrityError

from kam_extension.exceptions import ReceiptAlreadyClaimed
from tests.site.factories import company, make_key_account, make_policy, make_rebate_agreement, make_user
from tests.site.rebate_setup import (
	RULES_OFF,
	acting_as,
	approve,
	invoice_of,
	last_month,
	make_people,
	make_rebate_account,
	new_request,
	prepare_approval,
	receive,
	rows_of,
	set_rebate_accounts,
	this_month,
	verify,
)


@pytest.fixture
def account():
	set_rebate_accounts()
	return make_rebate_account()


@pytest.fixture
def people():
	return make_people()


def claims_of(request) -> list:
	return frappe.get_all(
		"KAM Rebate Claim",
		{"rebate_request": request.name},
		["payment_document", "claimed_amount", "rebate_rate", "rebate_amount", "is_reversal"],
		order_by="creation, claim_number",
	)


def claimed_total(account) -> float:
	return sum(frappe.get_all("KAM Rebate Claim", {"key_account": account.name}, pluck="rebate_amount"))


def reprice(order, rate: float) -> None:
	row = order.items[0]
	data = frappe.as_json(
		[{"docname": row.name, "item_code": row.item_code, "qty": row.qty, "rate": rate, "uom": row.uom}]
	)
	update_child_qty_rate("Sales Order", data, order.name)


# Rows


def test_rows_hold_what_was_received_in_the_month(account):
	order = account.order(1000)
	payment = receive(order, 400)
	request = account.request()
	row = request.receipts[0]
	assert rows_of(request) == [(payment.name, order.name, 400, 20)]
	assert (row.rebate_rate, row.order_amount, row.is_open_difference) == (5, order.base_grand_total, 0)
	assert (request.total_collected, request.total_rebate, request.open_differences_total) == (400, 20, 0)
	assert row.rebate_agreement == frappe.db.get_value("Rebate Agreement", {"key_account": account.name})


def test_saving_again_keeps_the_rows_and_their_order(account):
	receive(account.order(), 400)
	receive(account.order(), 300, posting_date=add_months(nowdate(), -1))
	request = account.request()
	names = [(row.idx, row.name) for row in request.receipts]
	request.reload()
	request.remarks = "Checked"
	request.save()
	assert [(row.idx, row.name) for row in request.receipts] == names
	difference = get_diff(request.get_doc_before_save(), request)
	assert not any(difference[part] for part in ("added", "removed", "row_changed"))


def test_receipt_after_the_period_is_left_out(account):
	receive(account.order(), 400)
	assert account.request(last_month()).receipts == []


def test_receipt_of_an_earlier_month_is_an_open_difference(account):
	payment = receive(account.order(), 400, posting_date=add_months(nowdate(), -2))
	request = account.request()
	assert rows_of(request)[0][0] == payment.name
	assert request.receipts[0].is_open_difference == 1
	assert request.open_differences_total == 400


def test_receipt_dated_in_the_future_is_left_out(account):
	receive(account.order(), 400, posting_date=add_days(nowdate(), 1))
	request = new_request(account.name, period_end=add_months(nowdate(), 1))
	request.fetch_receipts()
	assert request.receipts == []


def test_nothing_before_the_claims_start_date(account):
	day = add_days(nowdate(), -100)
	receive(account.order(), 300, posting_date=add_days(day, -1))
	later = receive(account.order(), 400, posting_date=day)
	frappe.db.set_single_value("KAM Settings", "claims_start_date", day)
	assert [row[0] for row in rows_of(account.request())] == [later.name]


def test_order_that_did_not_price_the_rebate_in_earns_none(account):
	order = account.order()
	receive(order, 400)
	assert order.kam_rebate_rate == 5
	order.db_set("kam_rebate_rate", 0)
	assert account.request().receipts == []


def test_nothing_is_owed_without_an_approved_agreement(account):
	receive(account.order(), 400)
	agreement = frappe.get_doc("Rebate Agreement", {"key_account": account.name})
	agreement.cancel()
	assert account.request().receipts == []


def test_agreement_covers_orders_within_its_dates(account):
	receive(account.order(), 400)
	agreement = frappe.get_doc("Rebate Agreement", {"key_account": account.name})
	agreement.db_set({"valid_from": add_months(nowdate(), -6), "valid_to": add_days(nowdate(), -1)})
	assert account.request().receipts == []
	agreement.db_set("valid_to", nowdate())
	assert len(account.request().receipts) == 1


def test_agreement_for_named_orders_covers_only_these():
	account = make_rebate_account()
	covered, other = account.order(), account.order()
	receive(covered, 100)
	receive(other, 100)
	frappe.get_doc("Rebate Agreement", {"key_account": account.name}).cancel()
	make_rebate_agreement(
		account.name,
		submit=True,
		rate_source="Special",
		special_rate=7.5,
		orders=[{"reference_doctype": "Sales Order", "reference_name": covered.name}],
	)
	request = account.request()
	assert [(row.sales_order, row.rebate_rate, row.rebate_amount) for row in request.receipts] == [
		(covered.name, 7.5, 7.5)
	]


@pytest.mark.parametrize("amount, rate", [(199_999.99, 5), (200_000, 8), (999_999.99, 8), (1_000_000, 10)])
def test_rate_follows_the_ladder_by_the_orders_net(account, amount, rate):
	receive(account.order(amount), 1000)
	request = account.request()
	assert (request.receipts[0].rebate_rate, request.total_rebate) == (rate, 1000 * rate / 100)


def test_a_negative_charge_lowers_the_net_that_the_ladder_reads(account):
	income = frappe.db.get_value("Company", company(), "default_income_account")
	charge = {"charge_type": "Actual", "account_head": income, "description": "Bonus", "tax_amount": -1}
	receive(account.order(200_000, taxes=[charge]), 1000)
	assert account.request().receipts[0].rebate_rate == 5


def test_rate_follows_the_order_after_update_items(account):
	order = account.order(199_000)
	receive(order, 1000)
	reprice(order, 200_000)
	assert account.request().total_rebate == 80


@pytest.mark.parametrize("base, rebate", [("Gross Receipts", 56.5), ("Net Receipts", 50)])
def test_rebate_on_receipts_with_tax_or_on_their_net_part(base, rebate):
	account = make_rebate_account(policy={"rebate_base": base})
	head = frappe.get_all(
		"Account", {"company": company(), "account_type": "Tax", "is_group": 0}, pluck="name"
	)[0]
	tax = {"charge_type": "On Net Total", "account_head": head, "rate": 13, "description": "VAT"}
	receive(account.order(1000, taxes=[tax]), 1130)
	assert account.request().total_rebate == rebate


def test_new_policy_does_not_change_what_an_old_order_earns(account):
	order = account.order()
	receive(order, 400)
	old = frappe.get_doc("KAM Policy", order.kam_policy)
	make_policy(
		**RULES_OFF,
		valid_from=nowdate(),
		supersedes=old.name,
		rebate_bands=[{"from_amount": 0, "rebate_rate": 1}],
	)
	assert account.request().total_rebate == 20


def test_other_accounts_receipts_are_left_out(account):
	receive(account.order(), 400)
	other = make_key_account(tier=None)
	assert new_request(other.name).insert().receipts == []


# Forgery


def test_forged_figures_are_recomputed(account):
	receive(account.order(), 400)
	request = account.request()
	request.receipts[0].update({"collected_amount": 4000, "rebate_rate": 50, "rebate_amount": 2000})
	request.update({"total_rebate": 2000, "total_collected": 4000, "status": "Settled"})
	request.save()
	row = request.receipts[0]
	assert (row.collected_amount, row.rebate_rate, row.rebate_amount) == (400, 5, 20)
	assert (request.total_rebate, request.total_collected, request.status) == (20, 400, "Draft")


def test_invented_row_is_dropped(account):
	payment = receive(account.order(), 400)
	request = account.request()
	request.append(
		"receipts",
		{
			"payment_document_type": "Payment Entry",
			"payment_document": payment.name,
			"sales_order": account.order().name,
			"collected_amount": 100,
			"rebate_rate": 5,
			"rebate_amount": 5,
		},
	)
	request.save()
	assert len(request.receipts) == 1


def test_customer_forged_in_the_submit_itself_is_not_paid(account, people):
	receive(account.order(), 400)
	request = prepare_approval(account.request(), people)
	other = make_key_account(tier=None).customer
	with acting_as(people.executive):
		forged = frappe.get_doc("Rebate Request", request.name)
		forged.customer = other
		forged.submit()
	parties = frappe.get_all(
		"GL Entry", {"voucher_no": forged.settlement_document, "party": ("is", "set")}, pluck="party"
	)
	assert parties == [account.customer]


def test_figures_forged_in_the_submit_itself_are_refused(account, people):
	receive(account.order(), 400)
	request = account.request()
	prepare_approval(request, people)
	with acting_as(people.executive):
		forged = frappe.get_doc("Rebate Request", request.name)
		forged.receipts[0].update({"rebate_amount": 300, "rebate_rate": 75})
		with pytest.raises(frappe.ValidationError):
			forged.submit()
	assert claims_of(request) == []


def test_order_changed_after_the_verification_stops_the_submit(account, people):
	order = account.order(199_000)
	receive(order, 1000)
	request = prepare_approval(account.request(), people)
	reprice(order, 200_000)
	with acting_as(people.executive), pytest.raises(frappe.ValidationError, match="is not what the ledger"):
		frappe.get_doc("Rebate Request", request.name).submit()


def test_part_of_a_receipt_can_be_claimed_and_the_rest_later(account, people):
	payment = receive(account.order(), 400)
	request = account.request()
	request.receipts[0].collected_amount = 150
	request.save()
	assert (request.total_collected, request.total_rebate) == (150, 7.5)
	approve(request, people)
	assert rows_of(account.request())[0][::2] == (payment.name, 250)


def test_row_left_out_stays_open(account, people):
	first, second = receive(account.order(), 100), receive(account.order(), 200)
	request = account.request()
	request.receipts = [row for row in request.receipts if row.payment_document == first.name]
	approve(request.save(), people)
	assert [row[0] for row in rows_of(account.request())] == [second.name]


# One claim


def test_claimed_once(account, people):
	receive(account.order(), 400)
	approve(account.request(), people)
	assert account.request().receipts == []


def test_second_request_for_the_same_receipts_is_refused(account, people):
	receive(account.order(), 400)
	first, second = account.request(), account.request()
	prepare_approval(second, people)
	approve(first, people)
	with acting_as(people.executive), pytest.raises(ReceiptAlreadyClaimed):
		frappe.get_doc("Rebate Request", second.name).submit()
	assert claims_of(second) == []
	assert claimed_total(account) == 20


def test_draft_follows_claims_made_meanwhile(account, people):
	receive(account.order(), 400)
	first, second = account.request(), account.request()
	approve(first, people)
	second.reload()
	second.save()
	assert second.receipts == []


@pytest.mark.committing
def test_two_submits_at_once_claim_once(account, people, in_parallel):
	receive(account.order(), 400)
	requests = [account.request(), account.request()]
	for request in requests:
		prepare_approval(request, people)

	def submit(name):
		return lambda: frappe.get_doc("Rebate Request", name).submit().name

	results = in_parallel(*(submit(request.name) for request in requests), user=people.executive)
	won = [result for result in results if isinstance(result, str)]
	lost = [result for result in results if isinstance(result, ReceiptAlreadyClaimed)]
	assert len(won) == len(lost) == 1, results
	assert claimed_total(account) == 20
	assert frappe.db.count("Journal Entry", {"kam_rebate_request": ("in", [r.name for r in requests])}) == 1


def test_ledger_itself_refuses_the_same_claim_number(account, people):
	receive(account.order(), 400)
	request = approve(account.request(), people)
	claim = frappe.get_all("KAM Rebate Claim", {"rebate_request": request.name}, "*")[0]
	columns = ["name", "payment_document_type", "payment_document", "sales_order", "claim_number"]
	values = ["another", *(claim[column] for column in columns[1:])]
	with pytest.raises(IntegrityError):
		frappe.db.bulk_insert("KAM Rebate Claim", columns, [values])


def test_claims_can_not_be_changed_by_hand(account, people):
	receive(account.order(), 400)
	request = approve(account.request(), people)
	claim = frappe.get_doc("KAM Rebate Claim", {"rebate_request": request.name})
	claim.claimed_amount = 0
	with pytest.raises(frappe.PermissionError):
		claim.save()
	with pytest.raises(frappe.PermissionError):
		claim.delete()


# Taken back


def test_receipt_taken_back_is_netted_at_the_rate_of_its_claim(account, people):
	order = account.order(199_000)
	payment = receive(order, 1000)
	approve(account.request(), people)
	reprice(order, 200_000)
	payment.reload()
	payment.cancel()
	request = account.request()
	assert rows_of(request) == [(payment.name, order.name, -1000, -50)]
	assert request.receipts[0].rebate_rate == 5


def test_row_taken_back_can_not_be_left_out(account, people):
	payment = receive(account.order(), 1000)
	approve(account.request(), people)
	payment.reload()
	payment.cancel()
	receive(account.order(3000), 3000)
	request = account.request()
	request.receipts = [row for row in request.receipts if row.collected_amount > 0]
	request.save()
	assert request.total_rebate == 100
	request = approve(request, people)
	assert request.total_collected == 2000
	assert claimed_total(account) == 150
	assert account.request().receipts == []


def test_receipt_taken_back_after_the_verification_stops_the_submit(account, people):
	taken = receive(account.order(), 1000)
	approve(account.request(), people)
	receive(account.order(), 400)
	request = prepare_approval(account.request(), people)
	taken.reload()
	taken.cancel()
	with acting_as(people.executive), pytest.raises(frappe.ValidationError, match="has to be netted"):
		frappe.get_doc("Rebate Request", request.name).submit()


def test_negative_balance_is_carried_forward(account, people):
	payment = receive(account.order(), 1000)
	approve(account.request(), people)
	payment.reload()
	payment.cancel()
	request = account.request()
	with pytest.raises(frappe.ValidationError, match="carried forward"):
		approve(request, people)
	assert account.request().total_rebate == -50


def test_refund_is_negative(account, people):
	order = account.order()
	invoice = invoice_of(order)
	receive(invoice, 1000)
	approve(account.request(), people)
	credit_note = make_sales_return(invoice.name)
	credit_note.update_outstanding_for_self = 1
	credit_note.insert()
	credit_note.submit()
	refund = receive(credit_note)
	assert rows_of(account.request()) == [(refund.name, order.name, -1000, -50)]


def test_changed_rate_is_an_open_difference(account, people):
	order = account.order(199_000)
	payment = receive(order, 1000, posting_date=add_months(nowdate(), -1))
	approve(account.request(last_month()), people)
	reprice(order, 200_000)
	request = account.request()
	assert rows_of(request) == [(payment.name, order.name, 0, 30)]
	assert request.receipts[0].is_open_difference == 1
	approve(request, people)
	assert claimed_total(account) == 80
	assert account.request().receipts == []


def test_an_ended_agreement_takes_nothing_back(account, people):
	payment = receive(account.order(), 1000)
	approve(account.request(), people)
	agreement = frappe.get_doc("Rebate Agreement", {"key_account": account.name})
	agreement.db_set({"valid_from": add_months(nowdate(), -6), "valid_to": add_days(nowdate(), -1)})
	assert account.request().receipts == []
	payment.reload()
	payment.cancel()
	assert account.request().total_rebate == -50


def test_earlier_month_claimed_later_leaves_the_later_claim_alone(account, people):
	receive(account.order(), 400)
	approve(account.request(), people)
	earlier = receive(account.order(), 100, posting_date=add_days(this_month(), -1))
	assert [row[0] for row in rows_of(account.request(last_month()))] == [earlier.name]


# Verification and approval


def test_finance_verifies_and_it_is_recorded(account, people):
	receive(account.order(), 400)
	request = verify(account.request(), people)
	assert (request.verified_collected, request.verified_by) == (400, people.finance)
	assert request.verified_on


def test_only_finance_verifies(account, people):
	receive(account.order(), 400)
	request = account.request()
	with acting_as(people.executive), pytest.raises(frappe.PermissionError):
		frappe.get_doc("Rebate Request", request.name).verify(400)
	with acting_as(people.requester):
		document = frappe.get_doc("Rebate Request", request.name)
		document.verified_collected = 400
		with pytest.raises(frappe.PermissionError):
			document.save()


def test_who_verified_can_not_be_forged(account, people):
	receive(account.order(), 400)
	request = account.request()
	with acting_as(people.requester):
		document = frappe.get_doc("Rebate Request", request.name)
		document.update({"verified_by": people.finance, "verified_on": nowdate()})
		document.save()
	assert frappe.db.get_value("Rebate Request", request.name, "verified_by") is None


def test_requester_does_not_verify(account):
	receive(account.order(), 400)
	user = make_user("KAM Finance", "KAM Manager")
	with acting_as(user):
		request = account.request()
		with pytest.raises(frappe.PermissionError, match="somebody else"):
			request.verify(400)


def test_wrong_figure_stops_the_approval(account, people):
	receive(account.order(), 400)
	request = account.request()
	verify(request, people, 399.99)
	with acting_as(people.executive), pytest.raises(frappe.ValidationError, match="differs"):
		frappe.get_doc("Rebate Request", request.name).submit()


def test_unverified_request_is_not_approved(account, people):
	receive(account.order(), 400)
	request = account.request()
	with acting_as(people.executive), pytest.raises(frappe.ValidationError, match="not verified"):
		frappe.get_doc("Rebate Request", request.name).submit()


def test_change_after_verification_clears_it(account, people):
	receive(account.order(), 400)
	request = verify(account.request(), people)
	request.receipts[0].collected_amount = 300
	request.save()
	assert (request.verified_by, request.verified_on, request.verified_collected) == (None, None, 0)


@pytest.mark.parametrize(
	"roles", [("KAM Finance",), ("KAM Manager",), ("KAM Director",), ("System Manager",)]
)
def test_only_an_executive_approves(account, people, roles):
	receive(account.order(), 400)
	request = prepare_approval(account.request(), people)
	with acting_as(make_user(*roles)), pytest.raises(frappe.PermissionError):
		frappe.get_doc("Rebate Request", request.name).submit()


def test_executive_does_not_approve_an_own_request(account, people):
	receive(account.order(), 400)
	with acting_as(people.executive):
		request = account.request()
	prepare_approval(request, people)
	with acting_as(people.executive), pytest.raises(frappe.PermissionError, match="somebody else"):
		frappe.get_doc("Rebate Request", request.name).submit()


def test_verifier_does_not_approve(account, people):
	receive(account.order(), 400)
	people.finance = people.executive = make_user("KAM Finance", "KAM Executive")
	with pytest.raises(frappe.PermissionError, match="verified this request"):
		approve(account.request(), people)


def test_fetching_needs_the_right_to_the_account(account):
	receive(account.order(), 400)
	add_permission("Rebate Request", "Sales User")
	for right in ("write", "create"):
		update_permission_property("Rebate Request", "Sales User", 0, right, 1)
	with acting_as(make_user("Sales User")), pytest.raises(frappe.PermissionError):
		new_request(account.name).fetch_receipts()


def test_fetching_needs_the_right_to_make_requests(account):
	with acting_as(make_user("Sales User")), pytest.raises(frappe.PermissionError):
		new_request(account.name).fetch_receipts()


def test_workflow_leads_through_finance_director_and_executive(account, people):
	from frappe.model.workflow import apply_workflow

	receive(account.order(), 400)
	with acting_as(people.requester):
		request = account.request()
	for user in (make_user("KAM Manager"), people.finance, people.director, people.executive):
		with acting_as(user):
			request = frappe.get_doc("Rebate Request", request.name)
			if user == people.finance:
				request.verify(400)
			apply_workflow(request, "Approve")
	request.reload()
	assert (request.docstatus, request.status, request.workflow_state) == (1, "Settled", "Approved")


def test_status_while_waiting(account, people):
	from frappe.model.workflow import apply_workflow

	receive(account.order(), 400)
	request = account.request()
	assert request.status == "Draft"
	with acting_as(make_user("KAM Manager")):
		request = apply_workflow(frappe.get_doc("Rebate Request", request.name), "Approve")
	assert request.status == "Pending"
	with acting_as(people.finance):
		request = apply_workflow(frappe.get_doc("Rebate Request", request.name), "Reject")
	assert request.status == "Rejected"


def test_period_has_to_run_forward(account):
	with pytest.raises(frappe.ValidationError, match="Period End"):
		new_request(account.name, period_end=add_days(this_month(), -1)).insert()


def test_fetching_says_what_is_missing():
	request = frappe.get_doc({"doctype": "Rebate Request", "company": company()})
	with pytest.raises(frappe.ValidationError, match="Period Start"):
		request.fetch_receipts()


def test_rows_are_dated_by_the_payment(account):
	day = add_days(this_month(), -3)
	receive(account.order(), 400, posting_date=day)
	assert getdate(account.request().receipts[0].posting_date) == getdate(day)
