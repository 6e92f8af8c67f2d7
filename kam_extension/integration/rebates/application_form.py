"""What the papers of rebates show: the application form (返点申请单) and the agreement's letter (S4 2.1–2.4; R12)."""

import frappe
from frappe.utils import get_fullname, money_in_words

from kam_extension.integration.policies.policies import policy_in_force
from kam_extension.integration.rebates.approval_steps import steps_of
from kam_extension.policy.bands import edges
from kam_extension.policy.chinese_amounts import in_chinese
from kam_extension.policy.codes import RateSource
from kam_extension.policy.money import decimal
from kam_extension.policy.rebates import ladder_rate

AGREEMENT = "Rebate Agreement"


def application(request) -> dict:
	"""The application's parts: `agreements`, `receipts` of the period, `differences` of earlier months, `in_words`,
	`steps` of the approval."""
	return {
		"agreements": _agreements(request),
		"receipts": [row for row in request.receipts if not row.is_open_difference],
		"differences": [row for row in request.receipts if row.is_open_difference],
		"in_words": in_words(request.total_rebate, request.currency),
		"steps": approval_boxes(request),
	}


def letter(agreement) -> dict:
	"""The letter's parts: `bands` of the ladder for the account, empty without it; `currency` of amounts."""
	return {
		"bands": _bands(agreement),
		"currency": frappe.get_cached_value("Company", agreement.company, "default_currency"),
	}


def approval_boxes(doc) -> list[dict]:
	"""One box for each step in order, filled with the approval that holds, else empty for a signature."""
	rows = {row.role: row for row in doc.approvals if not row.withdrawn_on}
	return [_box(role, rows.get(role)) for role in steps_of(doc.doctype)]


def in_words(amount: float, currency: str) -> str:
	"""Capital numerals for yuan on a Chinese paper, Frappe's words otherwise."""
	if (frappe.local.lang or "").startswith("zh") and currency == "CNY":
		return in_chinese(decimal(amount))
	return money_in_words(abs(amount), currency)


def _box(role: str, row) -> dict:
	return {
		"role": role,
		"name": get_fullname(row.approved_by) if row else None,
		"on": row.approved_on if row else None,
		"amount": row.amount if row else None,
	}


def _agreements(request) -> list:
	names = {row.rebate_agreement for row in request.receipts if row.rebate_agreement}
	fields = ["name", "valid_from", "valid_to", "rate_source", "special_rate"]
	return (
		frappe.get_all(AGREEMENT, {"name": ("in", sorted(names))}, fields, order_by="name") if names else []
	)


def _bands(agreement) -> list[dict]:
	"""The ladder of the policy at the agreement's beginning, as far as it is meant for the account's tier."""
	if agreement.rate_source != RateSource.POLICY_LADDER or agreement.programmes_only:
		return []
	policy = policy_in_force(agreement.company, agreement.valid_from)
	tier = frappe.db.get_value("Key Account", agreement.key_account, "tier") or None
	bands = policy.rebate_bands if policy else ()
	starts = sorted(edges(bands, tier))
	return [
		{
			"from_amount": float(start),
			"below": float(end) if end is not None else None,
			"rate": float(ladder_rate(bands, start, tier)),
		}
		for start, end in zip(starts, [*starts[1:], None], strict=False)
	]
