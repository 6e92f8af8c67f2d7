"""Rebate programmes from the agreement to the claim ledger: net, once, to the cent (R72, R73)."""

from decimal import Decimal

import frappe
import pytest
from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return
from frappe.utils import add_days, nowdate

from kam_extension.integration.rebates.claims import ProgrammeKey, ProgrammeShare
from kam_extension.integration.rebates.programme_claims import with_lasting
from kam_extension.integration.rebates.rebates import OpenRebates
from kam_extension.integration.rebates.receipts import ReceiptKey
from kam_extension.policy.money import Rounding
from kam_extension.policy.programme_scope import Paid
from tests.site.factories import company
from tests.site.programme_setup import (
	STEPS,
	claim,
	claimed_for,
	make_programme_account,
	month,
	programme,
	programmes_of,
	request_of,
)
from tests.site.rebate_setup import (
	acting_as,
	approve,
	invoice_of,
	make_people,
	prepare_approval,
	receive,
	set_rebate_accounts,
	verify,
)


@pytest.fixture
def people():
	set_rebate_accounts()
	return make_people()


@pytest.fixture
def account():
	return make_programme_account(programme("VOL", *STEPS))


def test_interim_settlements_are_net(account, people):
	order = account.order(100_000)
	first = receive(order, 14_000, posting_date=month(2, 5))
	one = approve(account.request(month(2)), people)
	second = receive(order, 13_000, posting_date=month(1, 5))
	two = approve(account.request(month(1)), people)
	assert programmes_of(one) == [("VOL", 14_000, 140, 0, 140)]
	assert programmes_of(two) == [("VOL", 27_000, 1080, 140, 940)]
	assert (one.total_rebate, two.total_rebate) == (700 + 140, 650 + 940)
	assert claimed_for(account, "VOL") == {first.name: 560, second.name: 520}
	assert (request_of(one), request_of(two)) == (840, 1590)


def test_a_request_settles_its_programmes_too(account, people):
	receive(account.order(100_000), 14_000)
	request = approve(account.request(), people)
	credited = frappe.db.get_value(
		"GL Entry", {"voucher_no": request.settlement_document, "party": account.customer}, "sum(credit)"
	)
	assert (request.total_rebate, credited) == (840, 840)


def test_the_row_says_what_it_counts(account):
	order = account.order(100_000)
	receive(order, 14_000, posting_date=month(1, 5))
	receive(order, 6_000)
	(row,) = account.request().programmes
	assert (row.title, row.receipt_count, row.rebate_rate) == ("Programme VOL", 2, 4)
	assert (row.period_from, row.period_to) == (month(4), add_days(month(-8), -1))
	assert "20" in row.note and "4" in row.note


def test_what_earns_nothing_yet_is_shown_while_its_receipts_are_claimed(account):
	receive(account.order(), 500)
	request = claim(account.request())
	assert programmes_of(request) == [("VOL", 500, 0, 0, 0)]
	assert "Below the first band" in request.programmes[0].note
	assert account.request().programmes == []


def test_a_late_receipt_of_an_earlier_month_counts_in_its_period(account):
	order = account.order(100_000)
	receive(order, 14_000)
	claim(account.request())
	late = receive(order, 6_000, posting_date=month(2, 3))
	request = account.request(month(2))
	assert [row.payment_document for row in request.receipts] == [late.name]
	assert programmes_of(request) == [("VOL", 20_000, 800, 140, 660)]


def test_only_what_is_claimed_counts(account):
	order = account.order(100_000)
	payment = receive(order, 30_000)
	request = account.request()
	request.receipts[0].collected_amount = 12_000
	request.save()
	assert programmes_of(request) == [("VOL", 12_000, 120, 0, 120)]
	claim(request)
	rest = account.request()
	assert programmes_of(rest) == [("VOL", 30_000, 1200, 120, 1080)]
	claim(rest)
	assert claimed_for(account, "VOL") == {payment.name: 1200}


def test_a_row_left_out_stays_open(account):
	receive(account.order(100_000), 14_000)
	request = account.request()
	request.programmes = []
	request.save()
	assert (request.programmes, request.total_rebate) == ([], 700)
	claim(request)
	assert programmes_of(account.request()) == [("VOL", 14_000, 140, 0, 140)]


def test_money_taken_back_after_the_better_band_takes_the_band_back(account):
	order = account.order(100_000)
	kept, lost = receive(order, 14_000), receive(order, 13_000)
	claim(account.request())
	lost.reload()
	lost.cancel()
	request = account.request()
	assert programmes_of(request) == [("VOL", 14_000, 140, 1080, -940)]
	assert request.total_rebate == -650 - 940
	receive(account.order(300_000), 50_000)
	request = account.request()
	assert programmes_of(request) == [("VOL", 64_000, 2560, 1080, 1480)]
	claim(request)
	assert claimed_for(account, "VOL")[kept.name] == 560
	assert claimed_for(account, "VOL")[lost.name] == 0


def test_what_is_owed_back_can_not_be_left_out(account):
	order = account.order(100_000)
	receive(order, 14_000)
	lost = receive(order, 13_000)
	claim(account.request())
	lost.reload()
	lost.cancel()
	receive(account.order(), 900)
	request = account.request()
	request.programmes = []
	request.save()
	assert [row[-1] for row in programmes_of(request)] == [149 - 1080]


def test_cancelling_a_request_gives_back_what_it_took(account, people):
	order = account.order(100_000)
	receive(order, 14_000, posting_date=month(1, 2))
	approve(account.request(month(1)), people)
	receive(order, 13_000)
	second = approve(account.request(), people)
	second.cancel()
	assert request_of(second) == 0
	again = frappe.copy_doc(second, ignore_no_copy=False)
	again.update({"amended_from": second.name, "docstatus": 0, "workflow_state": "Draft", "status": "Draft"})
	assert again.programmes == []
	again.fetch_receipts()
	again.insert()
	assert programmes_of(again) == [("VOL", 27_000, 1080, 140, 940)]
	approve(again, people)
	assert sum(claimed_for(account, "VOL").values()) == 1080


def test_cancelling_the_earlier_request_is_netted_by_the_next(account, people):
	order = account.order(100_000)
	receive(order, 14_000, posting_date=month(1, 2))
	first = approve(account.request(month(1)), people)
	receive(order, 13_000)
	approve(account.request(), people)
	first.reload()
	first.cancel()
	request = account.request()
	assert programmes_of(request) == [("VOL", 27_000, 1080, 940, 140)]
	approve(request, people)
	assert sum(claimed_for(account, "VOL").values()) == 1080


def test_forged_figures_of_a_programme_are_recomputed(account):
	receive(account.order(100_000), 14_000)
	request = account.request()
	request.programmes[0].update({"rebate_amount": 9000, "earned_amount": 9000})
	request.append(
		"programmes",
		{"programme": "MINE", "period_from": month(0), "period_to": month(0), "rebate_amount": 500},
	)
	request.save()
	assert programmes_of(request) == [("VOL", 14_000, 140, 0, 140)]
	assert request.total_rebate == 840


def test_a_changed_programme_clears_the_verification(account, people):
	order = account.order(100_000)
	receive(order, 14_000)
	request = verify(account.request(), people)
	request.programmes = []
	request.save()
	assert request.verified_by is None


def test_claims_made_meanwhile_stop_the_submit(account, people):
	order = account.order(100_000)
	receive(order, 14_000)
	receive(order, 13_000)
	first, second = account.request(), account.request()
	first.receipts, second.receipts = first.receipts[:1], second.receipts[1:]
	prepare_approval(second.save(), people)
	claim(first.save())
	with acting_as(people.executive), pytest.raises(frappe.ValidationError, match="Programmes, row 1: "):
		frappe.get_doc("Rebate Request", second.name).submit()


def test_ended_agreement_takes_nothing_back_but_money_does(account):
	order = account.order(100_000)
	payment = receive(order, 14_000)
	claim(account.request())
	agreement = frappe.get_doc("Rebate Agreement", {"key_account": account.name})
	agreement.db_set({"valid_from": month(9), "valid_to": month(8)})
	receive(order, 20_000)
	request = account.request()
	assert (request.receipts, request.programmes) == ([], [])
	payment.reload()
	payment.cancel()
	assert [row[-1] for row in programmes_of(account.request())] == [-140]


def test_what_lasts_of_an_ended_agreement_shrinks_with_the_money():
	key = ReceiptKey("Payment Entry", "PAY", "SO")
	before = {key: ProgrammeShare(Decimal(300), Decimal(10))}

	def lasting(stayed):
		paid = {key: Paid(key, month(0), "SO", Decimal(stayed))} if stayed else {}
		return with_lasting({}, before, paid, Rounding()).get(key)

	assert lasting(100) == ProgrammeShare(Decimal(100), Decimal("3.33"))
	assert lasting(500) == before[key]
	assert lasting(0) is None


def test_money_refunded_in_the_next_period_takes_back_what_the_old_one_earned():
	account = make_programme_account(programme("VOL", *STEPS, starts_on=month(13)))
	order = account.order(20_000)
	receive(order, 20_000, posting_date=month(2, 27))
	receive(account.order(100_000), 30_000)
	request = claim(account.request())
	assert [row.period_from for row in request.programmes] == [month(13), month(1)]
	assert [row[1:] for row in programmes_of(request)] == [(20_000, 800, 0, 800), (30_000, 1200, 0, 1200)]
	_refund(order, 15_000)
	request = account.request()
	assert programmes_of(request) == [("VOL", 5_000, 0, 800, -800)]
	assert request.programmes[0].period_from == month(13)


def _refund(order, amount: float):
	credit_note = make_sales_return(invoice_of(order).name)
	credit_note.update_outstanding_for_self = 1
	credit_note.insert()
	credit_note.submit()
	return receive(credit_note, -amount)


def test_a_period_says_what_was_claimed_and_what_is_open(account):
	receive(account.order(100_000), 14_000, posting_date=month(1, 2))
	claim(account.request(month(1)))
	receive(account.order(100_000), 6_000)
	key = ProgrammeKey("VOL", month(4), add_days(month(-8), -1))
	rebates = OpenRebates(company(), [account.name], nowdate())
	(line,) = rebates.programmes(rebates.rows(month(0)))
	assert (line.key, line.key_account) == (key, account.name)
	assert (line.earned, line.claimed_before, line.rebate) == (800, 140, 660)


@pytest.mark.committing
def test_two_submits_at_once_claim_a_programme_once(account, people, in_parallel):
	order = account.order(100_000)
	receive(order, 14_000)
	receive(order, 13_000)
	requests = [account.request(), account.request()]
	for request, row in zip(requests, (0, 1), strict=True):
		request.receipts = [request.receipts[row]]
		request.save()
		prepare_approval(request, people)

	def submit(name):
		return lambda: frappe.get_doc("Rebate Request", name).submit().name

	results = in_parallel(*(submit(request.name) for request in requests), user=people.executive)
	assert sorted(isinstance(result, str) for result in results) == [False, True], results
	lost = next(result for result in results if not isinstance(result, str))
	assert "Programmes, row 1: " in str(lost)
	assert sum(claimed_for(account, "VOL").values()) in (140, 130)
	assert [row[1:] for row in programmes_of(account.request())] in (
		[(27_000, 1080, 140, 940)],
		[(27_000, 1080, 130, 950)],
	)
