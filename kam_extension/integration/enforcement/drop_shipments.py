"""Purchase orders whose supplier delivers to a key account: deliveries without a Delivery Note (R32).

Judged when the purchase order is submitted, when it is reopened, and when it is set *Delivered*.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import frappe

from kam_extension.integration.accounts.accounts import account_of
from kam_extension.integration.decisions.decisions import record_decision, release_decisions
from kam_extension.integration.enforcement.account_judgement import judge_standing
from kam_extension.integration.enforcement.consequences import act_on
from kam_extension.integration.enforcement.judgement import CLOSED, DROP_SHIPMENT, Judgement
from kam_extension.integration.enforcement.turns import judge_in_turn
from kam_extension.integration.money import company_currency
from kam_extension.integration.policies.policies import is_enabled

PURCHASE_ORDER = "Purchase Order"
DELIVERED = "Delivered"


@dataclass
class DropShipment:
	"""The rows of a purchase order that go to one key account, read like a selling document without prices."""

	name: str | None
	company: str
	kam_key_account: str
	items: list
	currency: str
	transaction_date: str | None = None
	amended_from: str | None = None
	doctype: str = PURCHASE_ORDER
	flags: frappe._dict = field(default_factory=frappe._dict)

	def get(self, fieldname: str, default=None):
		return getattr(self, fieldname, default)


def before_submit(doc, method: str | None = None) -> None:
	doc.flags.kam_drop_shipments = _let_go(doc)


def on_submit(doc, method: str | None = None) -> None:
	"""Record the decisions. A submit that skipped validation is judged here: this event always fires."""
	judged = doc.flags.kam_drop_shipments
	_record(_let_go(doc) if judged is None else judged)
	doc.flags.kam_drop_shipments = None


def on_change(doc, method: str | None = None) -> None:
	"""ERPNext writes a new status straight into the table; of all events only this one fires."""
	before = doc.get_doc_before_save()
	if before is None or doc.docstatus != 1:
		return
	previous = doc.flags.kam_status or before.status
	doc.flags.kam_status = doc.status
	is_delivery = doc.status == DELIVERED or previous == CLOSED
	if previous != doc.status and is_delivery and doc.status != CLOSED:
		_record(_let_go(doc))


def release_name(doc, method: str | None = None) -> None:
	"""Event on_trash: as `decisions.release_name`."""
	if any(row.delivered_by_supplier for row in doc.items):
		release_decisions(doc)


def judgement_to_except(doc) -> Judgement | None:
	"""The judgement of a purchase order on the first account that still needs a Price Exception; None if none does."""
	for _shipment, judgement in _judged(doc, _judge):
		if any(not violation.exception for violation in judgement.verdict.violations):
			return judgement
	return None


def _shipments(doc) -> list[DropShipment]:
	"""What a purchase order delivers to key accounts, one for each account; one query where it drop-ships at all."""
	rows = [row for row in doc.items if row.delivered_by_supplier]
	if not rows or not is_enabled():
		return []
	customers = _customers({row.sales_order for row in rows if row.sales_order})
	by_account: dict[str, list] = {}
	for row in rows:
		account = account_of(customers.get(row.sales_order) or doc.get("customer"))
		if account:
			by_account.setdefault(account, []).append(row)
	return [_shipment(doc, account, rows) for account, rows in by_account.items()]


def _judged(
	doc, judge: Callable[[DropShipment], Judgement | None]
) -> Iterator[tuple[DropShipment, Judgement]]:
	"""Each shipment with the judgement on its account, where there is one."""
	for shipment in _shipments(doc):
		judgement = judge(shipment)
		if judgement:
			yield shipment, judgement


def _judge(shipment: DropShipment) -> Judgement | None:
	return judge_standing(shipment, DROP_SHIPMENT)


def _let_go(doc) -> list[tuple[DropShipment, Judgement]]:
	judged = list(_judged(doc, lambda shipment: judge_in_turn(shipment, lambda: _judge(shipment))))
	for shipment, judgement in judged:
		act_on(shipment, judgement)
	return judged


def _record(judged: list[tuple[DropShipment, Judgement]]) -> None:
	for shipment, judgement in judged:
		record_decision(shipment, judgement)


def _customers(orders: set[str]) -> dict[str, str]:
	if not orders:
		return {}
	# The buyer need not be allowed to read sales orders; only their customers are looked at.
	rows = frappe.get_all("Sales Order", {"name": ("in", list(orders))}, ["name", "customer"])
	return {row.name: row.customer for row in rows}


def _shipment(doc, account: str, rows: list) -> DropShipment:
	return DropShipment(
		name=doc.name,
		company=doc.company,
		kam_key_account=account,
		items=rows,
		currency=company_currency(doc.company),
		transaction_date=doc.transaction_date,
		amended_from=doc.get("amended_from"),
	)
