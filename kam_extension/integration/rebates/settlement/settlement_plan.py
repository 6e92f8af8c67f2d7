"""What a request says about its own settlement: checked on every save, once more under locks on submit (R40, R73)."""

from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import flt, formatdate, getdate

from kam_extension.integration.rebates.settlement.attached_credits import prepare_credits
from kam_extension.integration.rebates.settlement.offsets import lock_offsets, prepare_offsets
from kam_extension.integration.security.roles import require_role
from kam_extension.policy.money import decimal
from kam_extension.setup.roles import KAM_EXECUTIVE, KAM_FINANCE

SETTLERS = (KAM_FINANCE, KAM_EXECUTIVE)
BOOKKEEPING = (
	"settlement_date",
	"cost_center",
	"project",
	"payment_account",
	"mode_of_payment",
	"offset_invoices",
)
"""Where and when the settlement is booked: finance's choice, which changes nothing that is approved."""
CARRY_FORWARD, CHARGE, WRITE_OFF = "Carry Forward", "Charge Customer", "Write Off"


def prepare_settlement(request) -> None:
	"""Bring the settlement fields of a request in line with its rows; nothing computed is the client's."""
	if not (request.company and request.customer and request.period_start):
		return
	if request.docstatus.is_draft():
		request.settlement_terms = None
	_check_date(request)
	_check_negative_balance(request)
	_check_own_records(request)
	prepare_credits(request)
	precision = request.precision("amount_to_settle")
	request.amount_to_settle = flt(request.total_rebate - request.attached_total, precision)
	prepare_offsets(request)


def lock_settlement(request) -> None:
	"""Before a submit writes anything, and after the account's lock is had: the plan holds on what is committed."""
	prepare_credits(request, for_update=True)
	lock_offsets(request)


def is_decided(request) -> bool:
	"""Whether the total can be settled: an amount to pay, or a negative balance that is not carried forward."""
	total = flt(request.total_rebate, request.precision("total_rebate"))
	return total > 0 or (total < 0 and request.negative_balance_action in (CHARGE, WRITE_OFF))


def amount_to_post(request) -> Decimal:
	"""What the settlement posts, in company currency: negative where the customer is charged, zero for nothing."""
	amount = decimal(
		flt(request.total_rebate - flt(request.attached_total), request.precision("total_rebate"))
	)
	return amount if amount > 0 or request.negative_balance_action == CHARGE else Decimal(0)


def decisions_of(request) -> tuple:
	"""What finance verifies besides the receipts: the credits given already, and a negative balance's fate."""
	credits = sorted(
		(row.credit_document_type, row.credit_document or "", flt(row.attached_amount, 6))
		for row in request.attached_credits
	)
	return credits, request.negative_balance_action or CARRY_FORWARD


def _check_date(request) -> None:
	before = request.get_doc_before_save()
	date = getdate(request.settlement_date) if request.settlement_date else None
	stored = before.settlement_date if before else None
	if date != (getdate(stored) if stored else None):
		require_role(SETTLERS, _("Settlement Date"))
	if date and not getdate(request.period_start) <= date <= getdate():
		frappe.throw(
			_("Settlement Date has to lie between {0} and today. Empty means the day of the posting.").format(
				formatdate(request.period_start)
			),
			title=_("Settlement Date"),
		)


def _check_negative_balance(request) -> None:
	if flt(request.total_rebate, request.precision("total_rebate")) >= 0:
		request.negative_balance_action, request.negative_balance_reason = CARRY_FORWARD, None
	elif request.negative_balance_action in (CHARGE, WRITE_OFF) and not request.negative_balance_reason:
		frappe.throw(
			_("Negative Balance: give the Reason why it is not carried forward to the next request."),
			title=_("Missing Reason"),
		)


def _check_own_records(request) -> None:
	for field, doctype in (("cost_center", "Cost Center"), ("project", "Project")):
		name = request.get(field)
		owner = name and frappe.get_cached_value(doctype, name, "company")
		if owner and owner != request.company:
			frappe.throw(
				_("{0} {1} belongs to company {2}. Choose one of {3}.").format(
					_(doctype), name, owner, request.company
				),
				title=_(doctype),
			)
