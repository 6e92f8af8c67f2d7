"""Point of sale: POS Invoices, their returns, and the invoices that closing a shift makes of them (R25)."""

import frappe
import pytest

from kam_extension.exceptions import PolicyViolation
from tests.site.doors.market import FAILING, PASSING
from tests.site.doors.pos import close_till, open_till, pos_invoice
from tests.site.factories import BASE_PRICE_LIST, company, make_customer, make_sales_order


@pytest.fixture
def till(market) -> str:
	return open_till()


def sell(till: str, market, rate: float = PASSING, quantity: float = 1, more=None, **fields):
	document = pos_invoice(till, market.customer, [(market.item, quantity, rate, more or {})], **fields)
	return frappe.get_doc(document).insert().submit()


def raise_list_price(market) -> None:
	"""From now on 170 is far below the floor."""
	price = {"item_code": market.item, "price_list": BASE_PRICE_LIST}
	frappe.db.set_value("Item Price", price, "price_list_rate", 900)


def test_pos_invoice(market, till):
	with pytest.raises(PolicyViolation):
		sell(till, market, FAILING)
	assert sell(till, market).kam_verdict == "Pass"


def test_closing_the_shift_makes_an_exempt_invoice(market, till):
	sold = [sell(till, market), sell(till, market, PASSING + 1, quantity=3)]
	close_till(till)
	(made,) = {frappe.db.get_value("POS Invoice", invoice.name, "consolidated_invoice") for invoice in sold}
	fields = ("docstatus", "is_consolidated", "kam_verdict", "net_total")
	assert frappe.db.get_value("Sales Invoice", made, fields) == (1, 1, "Not Applicable", 4 * PASSING + 3)


def test_closing_the_shift_is_not_hindered_by_a_later_policy(market, till):
	"""What was sold at the till is sold; a rise of the list price does not stop the accounts."""
	sold = sell(till, market)
	raise_list_price(market)
	close_till(till)
	assert frappe.db.get_value("POS Invoice", sold.name, "consolidated_invoice")


def test_closing_a_shift_with_a_return(market, till):
	from erpnext.accounts.doctype.pos_invoice.pos_invoice import make_sales_return

	sold = sell(till, market, quantity=2)
	back = make_sales_return(sold.name)
	back.items[0].qty = -1
	back.payments[0].amount = back.paid_amount = -PASSING
	back.insert().submit()
	assert back.kam_verdict == "Not Applicable"
	close_till(till)
	verdicts = frappe.get_all("Sales Invoice", {"customer": market.customer}, pluck="kam_verdict")
	assert verdicts == ["Not Applicable"] * 2


def repeat(sold, **changes) -> dict:
	"""A consolidated invoice as a client would forge it of a POS Invoice."""
	row = sold.items[0]
	link = {"pos_invoice": sold.name, "pos_invoice_item": row.name, "net_rate": row.net_rate}
	values = {"item_code": row.item_code, "qty": row.qty, "rate": row.rate} | link | changes
	return {
		"doctype": "Sales Invoice",
		"customer": sold.customer,
		"company": company(),
		"is_consolidated": 1,
		"items": [values],
		"docstatus": 1,
	}


@pytest.mark.parametrize(
	"changes", [{"qty": 5}, {"rate": FAILING, "net_rate": FAILING}, {"pos_invoice_item": "none"}], ids=str
)
def test_an_invoice_that_only_looks_consolidated_is_judged(market, till, changes):
	sold = sell(till, market)
	raise_list_price(market)
	with pytest.raises(PolicyViolation):
		frappe.client.insert(repeat(sold, **changes))


def test_a_pos_invoice_is_consolidated_once(market, till):
	sold = sell(till, market)
	close_till(till)
	raise_list_price(market)
	with pytest.raises(PolicyViolation):
		frappe.client.insert(repeat(sold.reload()))


def test_a_pos_invoice_does_not_borrow_the_price_of_an_order(market, till):
	"""ERPNext does not count what a POS Invoice takes of an order, so the order's price would last for ever."""
	order = make_sales_order(market.customer, [(market.item, 1, PASSING)], submit=True)
	raise_list_price(market)
	with pytest.raises(PolicyViolation):
		sell(till, market, quantity=50, more={"sales_order": order.name, "so_detail": order.items[0].name})


def test_a_return_to_the_till_of_somebody_elses_goods_is_judged(market, till):
	sold = sell(till, market)
	frappe.db.set_value("POS Invoice", sold.name, "customer", make_customer().name)
	lines = [(market.item, -1, PASSING)]
	back = pos_invoice(till, market.customer, lines, is_return=1, return_against=sold.name)
	with pytest.raises(PolicyViolation):
		frappe.get_doc(back).insert().submit()
