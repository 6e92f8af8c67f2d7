"""Exposure: outstanding + ordered, not billed + delivered, not billed − approved rebates, each once (R31).

Company currency, tax included. Drafts never count. An order's charges and discounts fall on its rows by their share.

- The receivable ledger holds invoices, payments, advances, credit notes and settled rebates, matched or not.
- An order counts what is left to bill of it. Closed, it counts what was delivered and not billed: the goods are out.
- A delivery counts where no order counts it, less returns and what is billed; ERPNext marks the goods of an invoice as
  billed. Closing a delivery note settles nothing, so it goes on counting.
- A POS Invoice is in the ledger once it is consolidated; until then what is unpaid of it counts.
- What is left to settle of an approved rebate is taken off; attached credits are in the ledger already.

The document that is being judged is left out; it is added as it would stand (`counted.py`).
"""

from collections.abc import Sequence
from decimal import Decimal

from kam_extension.integration.questions import Row
from kam_extension.policy.money import ZERO, decimal

_LEDGER = """
select 'exposure' kind, party subject, sum(amount) amount from `tabPayment Ledger Entry`
where party_type = 'Customer' and party in %(customers)s and company = %(company)s
	and account_type = 'Receivable' and delinked = 0 and voucher_no != %(name)s
group by party
"""

# A row with a negative amount is a discount: it counts as it is.
_ORDERS = """
select 'exposure', sales_order.customer, sum(
	if(row.amount < 0, row.amount - row.billed_amt, greatest(
		if(
			sales_order.status = 'Closed',
			row.delivered_qty * row.rate,
			greatest(row.amount, row.delivered_qty * row.rate)
		) - row.billed_amt, 0
	)) * sales_order.base_grand_total / sales_order.total
)
from `tabSales Order` sales_order join `tabSales Order Item` row on row.parent = sales_order.name
where sales_order.customer in %(customers)s and sales_order.company = %(company)s and sales_order.docstatus = 1
	and sales_order.per_billed < 100 and sales_order.total != 0 and sales_order.name != %(name)s
group by sales_order.customer
"""

_DELIVERIES = """
select 'exposure', note.customer, sum(
	greatest(
		row.amount - row.billed_amt - row.returned_qty / ifnull(nullif(row.conversion_factor, 0), 1) * row.rate, 0
	) * note.base_grand_total / note.total
)
from `tabDelivery Note` note join `tabDelivery Note Item` row on row.parent = note.name
where note.customer in %(customers)s and note.company = %(company)s and note.docstatus = 1
	and note.is_return = 0 and note.per_billed < 100 and note.total != 0 and note.name != %(name)s
	and ifnull(row.so_detail, '') = ''
group by note.customer
"""

_POINT_OF_SALE = """
select 'exposure', customer, sum(greatest(
	if(base_rounded_total, base_rounded_total, base_grand_total) - base_paid_amount - base_write_off_amount, 0
))
from `tabPOS Invoice`
where customer in %(customers)s and company = %(company)s and docstatus = 1
	and ifnull(consolidated_invoice, '') = '' and name != %(name)s
group by customer
"""

_REBATES = """
select 'exposure', customer, -sum(total_rebate - ifnull(attached_total, 0))
from `tabRebate Request`
where customer in %(customers)s and company = %(company)s and docstatus = 1 and status = 'Approved'
group by customer
"""

EXPOSURE = (_LEDGER, _ORDERS, _DELIVERIES, _POINT_OF_SALE, _REBATES)


def exposure_by_customer(answers: Sequence[Row]) -> dict[str, Decimal]:
	"""Customer → exposure, from the answers to `position_question`; customers without any are left out."""
	exposure: dict[str, Decimal] = {}
	for kind, customer, amount in answers:
		if kind == "exposure":
			exposure[customer] = exposure.get(customer, ZERO) + decimal(amount)
	return exposure
