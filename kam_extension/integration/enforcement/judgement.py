"""One judgement of one document: read the facts, decide, apply approved exceptions."""

from dataclasses import dataclass

import frappe
from frappe.utils import getdate

from kam_extension.integration.accounts.account_file import Account, load_account
from kam_extension.integration.documents.exemptions import is_exempt
from kam_extension.integration.documents.selling_documents import is_commitment, read_document
from kam_extension.integration.enforcement.reading import Reading
from kam_extension.integration.exceptions.price_exceptions import approved_exceptions
from kam_extension.integration.policies.policies import policy_in_force
from kam_extension.policy.codes import AccountStatus, VerdictCode
from kam_extension.policy.exceptions import apply_exceptions
from kam_extension.policy.facts import DocumentFacts
from kam_extension.policy.judge import judge
from kam_extension.policy.terms import NO_RULES, PolicyTerms
from kam_extension.policy.verdict import Verdict

REOPENED, RELEASED, CLOSED, DROP_SHIPMENT = "Reopened", "Released", "Closed", "Drop Shipment"
COST_ROLES = {"KAM Manager", "KAM Finance", "KAM Director", "KAM Executive"}


@dataclass(frozen=True)
class Judgement:
	company: str
	account: Account
	terms: PolicyTerms
	facts: DocumentFacts | None
	verdict: Verdict
	occasion: str | None = None
	"""What was judged when it was no submit: REOPENED, RELEASED, CLOSED or DROP_SHIPMENT."""


def judge_document(doc) -> Judgement | None:
	"""Judge `doc` (a selling document with a key account) under the policy in force.

	None without one, but for the orders and deliveries of a suspended account.
	"""
	# What was read to stamp the document serves one judgement; a later one reads anew.
	reading = doc.flags.pop("kam_reading", None) or Reading(load_account(doc.kam_key_account))
	account = reading.account
	# Validation may have changed the company.
	terms = policy_in_force(doc.company)
	if terms is None and is_commitment(doc) and not is_exempt(doc):
		terms = terms_without_policy(account)
	if terms is None:
		return None
	if is_exempt(doc):
		return Judgement(doc.company, account, terms, None, Verdict(VerdictCode.NOT_APPLICABLE))
	facts = read_document(doc, terms, account, reading.ask)
	verdict = judge(facts, terms)
	if verdict.violations:
		verdict = apply_exceptions(verdict, facts, approved_exceptions(doc), getdate())
	return Judgement(doc.company, account, terms, facts, verdict)


def terms_without_policy(account: Account) -> PolicyTerms | None:
	"""A suspended account orders nothing and gets nothing, policy or not (R32). For all others there are no terms."""
	return NO_RULES if account.status == AccountStatus.SUSPENDED else None


def may_see_cost(terms: PolicyTerms, user: str | None = None) -> bool:
	"""Whether the user may read cost figures and markups (R82)."""
	return terms.show_cost_to_sales or bool(COST_ROLES & set(frappe.get_roles(user)))
