"""Document events: stamp the account, show the figures, stop what the policy blocks (R25, R26)."""

import frappe
from frappe import _
from frappe.utils import flt

from kam_extension.integration.accounts.accounts import account_of
from kam_extension.integration.decisions.decisions import record_decision
from kam_extension.integration.documents.exemptions import drop_false_claims
from kam_extension.integration.documents.figures import FIGURES, clear_figures, write_figures
from kam_extension.integration.documents.selling_documents import customer_of
from kam_extension.integration.enforcement.consequences import act_on
from kam_extension.integration.enforcement.judgement import Judgement, judge_document
from kam_extension.integration.enforcement.reading import read
from kam_extension.integration.enforcement.turns import judge_in_turn
from kam_extension.integration.enforcement.unit_access import check_access, selling_unit
from kam_extension.integration.policies.policies import is_enabled, policy_in_force
from kam_extension.integration.policies.tier_price_lists import price_list_of
from kam_extension.policy.terms import PolicyTerms, TierTerms


def before_validate(doc, method: str | None = None) -> None:
	"""Stamp account, tier and class before ERPNext prices the rows, and choose the tier's price list (R20)."""
	doc.flags.kam_judgement = None
	reading = doc.flags.kam_reading = read(doc)
	if reading is None:
		_unstamp(doc)
		return
	account = reading.account
	doc.kam_key_account = account.name
	doc.kam_tier = account.tier
	doc.kam_account_class = account.account_class
	doc.kam_unit = selling_unit(doc, account)
	drop_false_claims(doc)
	_refuse_negative_other_costs(doc)
	terms = policy_in_force(doc.company)
	if terms:
		_give_service_level(doc, terms, terms.service_level(account.account_class, account.tier))


def validate(doc, method: str | None = None) -> None:
	"""Show figures and verdict on the draft. A submit is judged once, by `before_submit`, on final values."""
	if doc.get("kam_key_account") and doc._action == "save":
		_show(doc, _judge(doc))


def before_submit(doc, method: str | None = None) -> None:
	check_access(doc)
	_enforce(doc)


def on_submit(doc, method: str | None = None) -> None:
	"""Record the decision. A submit that skipped validation is judged here: this event always fires."""
	if not doc.get("kam_key_account") and _has_account_to_judge(doc):
		before_validate(doc)
	judgement = doc.flags.kam_judgement
	if judgement is None and doc.get("kam_key_account"):
		check_access(doc)
		judgement = _enforce(doc)
		if judgement:
			_store_figures(doc)
	_record(doc, judgement)


def before_update_after_submit(doc, method: str | None = None) -> None:
	"""Update Items and any other change of money after submit is judged like a submit (R25)."""
	if is_enabled() and _is_repriced(doc):
		before_validate(doc)
		_record(doc, _enforce(doc))


def _has_account_to_judge(doc) -> bool:
	"""Whose customer is no key account pays for no query."""
	return bool(account_of(customer_of(doc))) and is_enabled()


def _record(doc, judgement: Judgement | None) -> None:
	if judgement:
		record_decision(doc, judgement)
		doc.flags.kam_judgement = None


def _store_figures(doc) -> None:
	"""The document is in the database already when a submit that skipped validation is judged."""
	doc.db_update()
	for row in doc.items:
		row.db_update()


def _judge(doc) -> Judgement | None:
	"""What was just read to stamp the document says that the app acts."""
	return judge_document(doc) if doc.flags.kam_reading or is_enabled() else None


def _show(doc, judgement: Judgement | None) -> None:
	if judgement:
		write_figures(doc, judgement)
	else:
		clear_figures(doc)


def _enforce(doc) -> Judgement | None:
	if not doc.get("kam_key_account"):
		return None
	judgement = doc.flags.kam_judgement = judge_in_turn(doc, lambda: _judge(doc))
	_show(doc, judgement)
	if judgement:
		act_on(doc, judgement)
	return judgement


def _is_repriced(doc) -> bool:
	"""Update Items saves its rows first and says so by a flag; anything else shows in the totals.

	But for the accounts of charges, which stay editable: what was tax becomes a discount on another account.
	"""
	if doc.flags.ignore_validate_update_after_submit:
		return True
	before = doc.get_doc_before_save()
	if not before:
		return False
	fields = ("base_net_total", "base_grand_total", "total_qty")
	is_repriced = any(flt(doc.get(field)) != flt(before.get(field)) for field in fields)
	return is_repriced or _deducting_accounts(doc) != _deducting_accounts(before)


def _deducting_accounts(doc) -> list[str]:
	charges = doc.get("taxes") or ()
	return [row.account_head for row in charges if flt(row.base_tax_amount_after_discount_amount) < 0]


def _unstamp(doc) -> None:
	if doc.get("kam_shipping_priority"):
		doc.kam_shipping_priority = 0
	# Where the customer was changed, Frappe has fetched the new one's empty account already.
	if any(doc.get(field) for field in ("kam_key_account", *FIGURES)):
		doc.update({"kam_key_account": None, "kam_tier": None, "kam_account_class": None})
		clear_figures(doc)


def _give_service_level(doc, terms: PolicyTerms, level: TierTerms) -> None:
	"""Shipping priority (R36), and the tier's price list for a new document that leaves prices to ERPNext.

	Frappe fills in the site's default list before any event, so an empty field can't be told from the default.
	"""
	if doc.meta.has_field("kam_shipping_priority"):
		doc.kam_shipping_priority = level.shipping_priority
	if doc.is_new() and _has_unpriced_row(doc):
		default = frappe.db.get_single_value("Selling Settings", "selling_price_list", cache=True)
		if (doc.get("selling_price_list") or None) in (None, default, terms.base_price_list):
			doc.selling_price_list = price_list_of(terms, level) or doc.get("selling_price_list")


def _has_unpriced_row(doc) -> bool:
	return any(
		not (flt(row.get("rate")) or flt(row.get("price_list_rate"))) for row in doc.get("items") or ()
	)


def _refuse_negative_other_costs(doc) -> None:
	if flt(doc.get("kam_other_costs")) < 0:
		frappe.throw(
			_(
				"Other Costs must not be negative. Enter zero, or what freight, installation and the like will cost."
			),
			title=_("Other Costs"),
		)


def on_cancel(doc, method: str | None = None) -> None:
	"""Our records about a document never hinder its cancellation; the rebate ledger nets what changes (R29, R41)."""
	ours = ("Price Exception", "Rebate Agreement", "Rebate Request", "KAM Decision", "KAM Rebate Claim")
	doc.ignore_linked_doctypes = (*(doc.get("ignore_linked_doctypes") or ()), *ours)
