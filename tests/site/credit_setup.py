"""What the credit tests share: a policy in which only credit is judged, and where an account stands under it."""

from decimal import Decimal

import frappe
from frappe.utils import add_days

from kam_extension.integration.accounts.account_file import load_account
from kam_extension.integration.credit import credit_facts
from kam_extension.integration.policies.policies import policy_in_force
from kam_extension.policy.facts import CreditFacts
from tests.site.factories import company, insert, make_policy, unique

ONLY_CREDIT = {
	"margin_action": "Off",
	"price_action": "Off",
	"unknown_cost_action": "Off",
	"credit_action": "Block",
}


def make_credit_policy(**overrides):
	return make_policy(**ONLY_CREDIT | overrides)


def standing(account, document=None) -> CreditFacts:
	"""Where the account stands with `document`, or with nothing added."""
	nothing = frappe.get_doc({"doctype": "Sales Order", "company": company(), "base_grand_total": 0})
	return credit_facts(document or nothing, policy_in_force(company()), load_account(account.name))


def exposure(account, document=None) -> Decimal:
	return standing(account, document).exposure


def suspend(account) -> None:
	account.reload()
	account.status = "Suspended"
	account.save()


def due(days: int) -> dict:
	"""Fields of an invoice that fell due `days` ago."""
	date = add_days(None, -days)
	return {"posting_date": date, "due_date": date}


def make_terms(*rows: tuple[int, float]) -> str:
	"""A payment terms template; a row is (credit days, portion in percent)."""
	terms = [
		{
			"payment_term": insert(
				"Payment Term", payment_term_name=unique("Term"), invoice_portion=portion, credit_days=days
			).name,
			"invoice_portion": portion,
			"credit_days": days,
			"due_date_based_on": "Day(s) after invoice date",
		}
		for days, portion in rows
	]
	return insert("Payment Terms Template", template_name=unique("Terms"), terms=terms).name


def qty_of(document, quantity: float):
	"""The mapped draft with this quantity in its first row, submitted."""
	document.items[0].qty = quantity
	return document.save().submit()


def queries_of(account, document=None) -> int:
	"""How many queries it takes to know where the account stands, the second time, its own file included."""
	standing(account, document)
	terms = policy_in_force(company())
	document = document or frappe.get_doc(
		{"doctype": "Sales Order", "company": company(), "base_grand_total": 0}
	)
	return queries_during(lambda: credit_facts(document, terms, load_account(account.name)))


def queries_during(action) -> int:
	seen, run = [], frappe.db.sql

	def watched(query, *arguments, **options):
		seen.append(str(query))
		return run(query, *arguments, **options)

	frappe.db.sql = watched
	try:
		action()
	finally:
		frappe.db.sql = run
	return len(seen)
