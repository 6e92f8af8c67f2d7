"""Instalments that an order's own payment terms make due before its delivery (R32).

Due is what the terms of the delivered orders make due up to today by the server's date. Paid is what was received for
the order, each once: advances that no invoice has taken up yet, and what is settled of its invoices by the order's
share in them. ERPNext gives every order without terms one row over all of it, due on the day of the order; nobody
agreed that. So only an order with a payment terms template, with a row that names a payment term or with more than
one row has instalments.
"""

from collections.abc import Sequence
from decimal import Decimal

from kam_extension.integration.documents.earlier_rows import LINKS
from kam_extension.integration.questions import Row
from kam_extension.policy.facts import InstalmentFacts
from kam_extension.policy.money import ZERO, Rounding, decimal

_DUE = """
	select sum(term.base_payment_amount) from `tabPayment Schedule` term
	where term.parent = sales_order.name and term.parenttype = 'Sales Order' and term.due_date <= %(today)s
"""
_ADVANCES = """
	select -sum(
		advance.amount * if(advance.currency = sales_order.currency, sales_order.conversion_rate, 1)
	) from `tabAdvance Payment Ledger Entry` advance
	where advance.against_voucher_type = 'Sales Order' and advance.against_voucher_no = sales_order.name
		and advance.event = 'Submit' and advance.delinked = 0
"""
_INVOICES = """
	select sum(
		row.amount / invoice.total * (
			if(invoice.rounded_total, invoice.base_rounded_total, invoice.base_grand_total)
			- invoice.outstanding_amount
				* if(invoice.party_account_currency = invoice.currency, invoice.conversion_rate, 1)
		)
	) from `tabSales Invoice Item` row join `tabSales Invoice` invoice on invoice.name = row.parent
	where row.sales_order = sales_order.name and invoice.docstatus = 1 and invoice.is_return = 0
		and invoice.total != 0 and invoice.name != %(name)s
"""
_AGREED = """
	select count(*) > 1 or max(ifnull(term.payment_term, '')) != '' from `tabPayment Schedule` term
	where term.parent = sales_order.name and term.parenttype = 'Sales Order'
"""

INSTALMENTS = (
	f"""
select 'instalment', sales_order.name, ifnull(({_DUE}), 0) - ifnull(({_ADVANCES}), 0) - ifnull(({_INVOICES}), 0)
from `tabSales Order` sales_order
where sales_order.customer = %(customer)s and sales_order.company = %(company)s and sales_order.docstatus = 1
	and (
		sales_order.name in %(orders)s
		or sales_order.name in (select parent from `tabSales Order Item` where name in %(order_rows)s)
	)
	and (ifnull(sales_order.payment_terms_template, '') != '' or ({_AGREED}))
""",
)


def delivered_orders(doc) -> set[str]:
	"""Names of the sales orders that the rows of `doc` say they deliver."""
	fields = [link.parent_field for link in LINKS[doc.doctype] if link.doctype == "Sales Order"]
	return {row.get(field) for field in fields for row in doc.items if row.get(field)}


def unpaid_instalments(
	answers: Sequence[Row], paid_now: Decimal, rounding: Rounding
) -> tuple[InstalmentFacts, ...]:
	"""Unpaid amounts by order, from the answers to `position_question`; money paid with the document comes off."""
	found = []
	unpaid_by_order = {order: amount for kind, order, amount in answers if kind == "instalment"}
	for order in sorted(unpaid_by_order):
		unpaid = rounding.money(decimal(unpaid_by_order[order]))
		if unpaid > paid_now:
			found.append(InstalmentFacts(order, unpaid - paid_now))
		paid_now = max(paid_now - max(unpaid, ZERO), ZERO)
	return tuple(found)
