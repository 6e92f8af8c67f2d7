"""What is left of an order that is closed after a part: what it would have been judged (R25).

A large order gets the low markup of its band. When only a part of it is delivered and the rest is closed, that part
was sold at a price of a larger order. The record says so; it never hinders the closing.
"""

from dataclasses import replace
from decimal import Decimal

from frappe.utils import getdate

from kam_extension.integration.accounts.account_file import load_account
from kam_extension.integration.decisions.decisions import record_decision
from kam_extension.integration.documents.selling_documents import read_document
from kam_extension.integration.enforcement.judgement import CLOSED, Judgement
from kam_extension.integration.exceptions.price_exceptions import approved_exceptions
from kam_extension.integration.policies.policies import policy_in_force
from kam_extension.policy.codes import Action
from kam_extension.policy.exceptions import apply_exceptions
from kam_extension.policy.judge import judge
from kam_extension.policy.money import ZERO, decimal
from kam_extension.policy.remainder import remainder_of

WHOLE = Decimal(1)


def record_remainder(doc) -> None:
	"""Record how the delivered or billed part of a closed sales order is judged by itself, at its own band."""
	terms = policy_in_force(doc.company) if doc.doctype == "Sales Order" else None
	if terms is None:
		return
	shares = {row.idx: _kept_share(row) for row in doc.items}
	if not any(shares.values()) or all(share == WHOLE for share in shares.values()):
		return
	account = load_account(doc.kam_key_account)
	document = read_document(doc, replace(terms, credit_action=Action.OFF), account)
	facts = remainder_of(document, shares)
	verdict = judge(facts, terms)
	if verdict.violations:
		verdict = apply_exceptions(verdict, facts, approved_exceptions(doc), getdate())
	record_decision(doc, Judgement(doc.company, account, terms, facts, verdict, CLOSED))


def _kept_share(row) -> Decimal:
	"""The part of an order row, 0 to 1, that was delivered or billed, whichever is more."""
	quantity, amount = decimal(row.qty), decimal(row.amount)
	delivered = decimal(row.delivered_qty) / quantity if quantity else ZERO
	billed = decimal(row.billed_amt) / amount if amount else ZERO
	return min(max(delivered, billed, ZERO), WHOLE)
