"""What a judgement needs to know, read in one statement when the document is stamped."""

from collections.abc import Sequence
from dataclasses import dataclass

from kam_extension.integration.accounts.account_file import Account, account_from, account_question
from kam_extension.integration.accounts.accounts import account_of
from kam_extension.integration.credit.groups import belongs_to_a_group
from kam_extension.integration.documents.catalogue import (
	FOLLOWS_DOCUMENTS,
	prices_follow_documents,
	prices_written,
)
from kam_extension.integration.documents.selling_documents import customer_of, judges_credit, questions_about
from kam_extension.integration.money import company_currency, site_rounding
from kam_extension.integration.policies.policies import IS_ENABLED, is_enabled_by, policy_in_force
from kam_extension.integration.questions import Question, Row, ask
from kam_extension.policy.terms import PolicyTerms


@dataclass(frozen=True)
class Reading:
	"""A key account, and answers to questions about the document."""

	account: Account
	questions: tuple[Question, ...] = ()
	answers: Sequence[Row] = ()
	prices_written: int = 0

	def ask(self, *questions: Question) -> Sequence[Row]:
		"""The answers; asked anew where ERPNext's validation changed the document or entered an item's first price."""
		is_current = questions == self.questions and self.prices_written == prices_written()
		return self.answers if is_current else ask(*questions)


def read(doc) -> Reading | None:
	"""Read the document's account and, in the same statement, what its judgement will ask.

	None where the app has no say: the customer is no key account, for which no query is spent, or the app is off.
	"""
	customer = customer_of(doc)
	name = account_of(customer)
	if not name:
		return None
	terms = policy_in_force(doc.company)
	questions = _questions(doc, terms, name, customer) if terms else ()
	answers = ask(IS_ENABLED, account_question(name), FOLLOWS_DOCUMENTS, *questions)
	if not is_enabled_by(answers):
		return None
	account = account_from(name, answers)
	if prices_follow_documents(answers):
		return Reading(account)
	return Reading(account, questions, answers, prices_written())


def _questions(doc, terms: PolicyTerms, name: str, customer: str) -> tuple[Question, ...]:
	"""None for what is hardly ever judged, and where the members of a group have to be found first."""
	if not (doc.company and doc.get("items")) or doc.get("is_return"):
		return ()
	if judges_credit(doc, terms) and belongs_to_a_group(name):
		return ()
	rounding = site_rounding(company_currency(doc.company))
	return tuple(questions_about(doc, terms, customer, None, rounding))
