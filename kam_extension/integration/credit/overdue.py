"""Days since the oldest unpaid instalment of the customer's open invoices (R32).

What is open of an invoice is the ledger's figure, less credit notes on it that nobody matched. The instalments' own
outstanding goes stale when payments are reconciled, so what was paid is laid on them oldest first: an instalment is
unpaid when more is open than falls due after it. Without instalments (opening invoices) the due date counts.
"""

from collections.abc import Sequence

from kam_extension.integration.questions import Row

OVERDUE = (
	"""
select 'overdue_days', '', greatest(datediff(%(today)s, min(coalesce(term.due_date, invoice.due_date))), 0)
from `tabSales Invoice` invoice
left join `tabPayment Schedule` term on term.parent = invoice.name and term.parenttype = 'Sales Invoice'
where invoice.customer = %(customer)s and invoice.company = %(company)s and invoice.docstatus = 1
	and invoice.outstanding_amount > 0 and invoice.name != %(name)s
	and coalesce(term.due_date, invoice.due_date) < %(today)s
	and invoice.outstanding_amount + ifnull((
		select sum(note.outstanding_amount) from `tabSales Invoice` note
		where note.return_against = invoice.name and note.docstatus = 1 and note.outstanding_amount < 0
	), 0) - ifnull((
		select sum(
			if(invoice.party_account_currency = invoice.currency, later.payment_amount, later.base_payment_amount)
		) from `tabPayment Schedule` later
		where later.parent = invoice.name and later.parenttype = 'Sales Invoice' and later.due_date > term.due_date
	), 0) >= %(smallest_unit)s / 2
""",
)


def overdue_days(answers: Sequence[Row]) -> int:
	"""Days late, from the answers to `position_question`; 0 when nothing is."""
	return next((int(days or 0) for kind, _subject, days in answers if kind == "overdue_days"), 0)
