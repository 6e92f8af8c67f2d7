"""The key account as a selling document needs it: its file and its rebate agreements, in one query."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import getdate

from kam_extension.integration.questions import Question, Row, ask
from kam_extension.policy.facts import AccountFacts

_FIELDS = (
	"name", "customer", "account_class", "tier", "tier_override", "tier_override_until", "status",
	"sales_partner", "responsible_unit", "credit_limit_override", "company", "credit_tier", "credit_review",
)  # fmt: skip
_AGREEMENT_FIELDS = (
	"name", "creation", "company", "rate_source", "special_rate", "priced_in_rate", "programmes_only",
)  # fmt: skip
_DOCUMENT_FIELDS = ("reference_doctype", "reference_name")
_NAMES = (
	*_FIELDS, "turn", *(f"agreement_{field}" for field in _AGREEMENT_FIELDS), *_DOCUMENT_FIELDS,
)  # fmt: skip
_COLUMNS = (
	*(f"account.`{field}`" for field in _FIELDS),
	"turn.turn",
	*(f"agreement.`{field}`" for field in _AGREEMENT_FIELDS),
	*(f"document.`{field}`" for field in _DOCUMENT_FIELDS),
)
_FILE = f"""
	select 'account', json_array({", ".join(_COLUMNS)}), null
	from `tabKey Account` account
		left join `tabKAM Turn` turn on turn.name = account.name
		left join `tabRebate Agreement` agreement on agreement.key_account = account.name
			and agreement.docstatus = 1 and agreement.valid_from <= %(today)s
			and (agreement.valid_to is null or agreement.valid_to >= %(today)s)
		left join `tabRebate Agreement Order` document on document.parent = agreement.name
	where account.name = %(key_account)s
"""


@dataclass(frozen=True)
class Account:
	"""A key account as selling documents need it; `tier` is the effective one."""

	name: str
	customer: str
	account_class: str
	tier: str | None
	status: str
	sales_partner: str | None
	responsible_unit: str | None
	credit_limit_override: float
	company: str
	credit_tier: str | None = None
	"""The tier whose credit limit and overdue days hold: that of a credit review, else the effective one."""
	turn: int = 0
	"""How many of its documents took their turn when this was read (`enforcement/turns.py`)."""
	agreements: tuple[dict, ...] = ()
	"""Rows (agreement, document that it names or none) of the approved Rebate Agreements in force today."""

	def facts(self) -> AccountFacts:
		return AccountFacts(self.name, self.customer, self.account_class, self.tier, self.status)


def load_account(name: str) -> Account:
	"""The key account's file as stored now, its tier the effective one. One query."""
	return account_from(name, ask(account_question(name)))


def account_question(name: str) -> Question:
	return Question((_FILE,), {"key_account": name, "today": getdate()})


def account_from(name: str, answers: Iterable[Row]) -> Account:
	"""The account by the answer to `account_question` among the `answers`. Raises DoesNotExistError for none."""
	found = (json.loads(subject) for kind, subject, _amount in answers if kind == "account")
	rows = [frappe._dict(zip(_NAMES, values, strict=True)) for values in found]
	if not rows:
		frappe.throw(_("{0} {1} not found").format(_("Key Account"), name), frappe.DoesNotExistError)
	row = rows[0]
	return Account(
		name=row.name,
		customer=row.customer,
		account_class=row.account_class,
		tier=effective_tier(row),
		status=row.status,
		sales_partner=row.sales_partner,
		responsible_unit=row.responsible_unit,
		credit_limit_override=row.credit_limit_override or 0,
		company=row.company,
		credit_tier=credit_tier_of(row),
		turn=row.turn or 0,
		agreements=tuple(row for row in rows if row.agreement_name),
	)


def effective_tier(account) -> str | None:
	"""The manual override while it lasts, else the tier of the file (R18)."""
	return account.tier_override if is_overridden(account) else account.tier or None


def credit_tier_of(account) -> str | None:
	"""The tier whose credit limit and overdue days hold (R17): a manual override while it lasts, then what the latest
	credit review gave, else the tier.
	"""
	if is_overridden(account) or not account.get("credit_review"):
		return effective_tier(account)
	return account.get("credit_tier") or None


def is_overridden(account) -> bool:
	"""Whether a manual override is in force today."""
	until = account.tier_override_until
	return bool(account.tier_override and until and getdate(until) >= getdate())
