"""No submitted document of a key account is below its floor without an approved exception that covers it (R25, R27).

Hypothesis draws a document, a way in, and what is done with it next. After every move the stored document is held
against `fuzz/reference.py`, which knows the requirements and not the app. It works both ways: what was refused is done
again under a policy that only warns, and has to be below the floor then.

The same examples every time, as they were drawn, unless KAM_FUZZ_EXAMPLES asks for so many new ones and for the
smallest one that fails: `KAM_FUZZ_EXAMPLES=2000 make site K=fuzz`.
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import frappe
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from kam_extension.exceptions import PolicyViolation
from tests.site.case_market import CUSTOMER_FIELD, approve_exception
from tests.site.fuzz.moves import change_rate, document_of, next_move, send
from tests.site.fuzz.plans import Plan, plans
from tests.site.fuzz.reference import Finding, examine, is_covered
from tests.site.fuzz.world import World, make_world

EXAMPLES = os.environ.get("KAM_FUZZ_EXAMPLES")
FIRST_DOCUMENTS = (
	("Sales Order", "CNY"),
	("Sales Order", "USD"),
	("Quotation", "CNY"),
	("Quotation", "USD"),
	("Delivery Note", "CNY"),
	("Delivery Note", "USD"),
	("Sales Invoice", "CNY"),
	("POS Invoice", "CNY"),
)
"""Hypothesis likes to vary what it drew before, so each kind is asked for by itself."""
PROFILE = settings(
	max_examples=int(EXAMPLES or 64) // len(FIRST_DOCUMENTS),
	derandomize=not EXAMPLES,
	database=None,
	deadline=None,
	phases=(Phase.generate, Phase.shrink) if EXAMPLES else (Phase.generate,),
	suppress_health_check=list(HealthCheck),
)
SUBMITTED, REFUSED, IMPOSSIBLE = "submitted", "refused", "impossible"
LEDGERS = ("GL Entry", "Payment Ledger Entry", "Stock Ledger Entry")
DOCTYPES = ("Quotation", "Sales Order", "Delivery Note", "Sales Invoice", "POS Invoice")


@pytest.fixture
def world(site) -> World:
	return make_world()


def test_no_submitted_document_is_below_its_floor(world):
	seen: Counter = Counter()

	for doctype, currency in FIRST_DOCUMENTS:

		@PROFILE
		@given(plan=plans(doctype, currency))
		def hold(plan: Plan) -> None:
			with undone("example"):
				world.set_basis(plan.basis)
				Example(world, plan, seen).play()
			world.set_actions("Block")

		hold()
	print(dict(seen))
	# A test that never submits, never refuses or never gets to an exception would hold anything.
	for outcome in (SUBMITTED, REFUSED, "excepted", "submitted by map", "refused by update items"):
		assert seen[outcome] > 0, f"{outcome} never happened: {dict(seen)}"


@contextmanager
def undone(name: str) -> Iterator[None]:
	"""What happens inside is rolled back; commits inside go no further than the test's transaction."""
	frappe.db.savepoint(f"kam_fuzz_{name}")
	frappe.db.commit()
	try:
		yield
	finally:
		go_back(name)
		frappe.clear_messages()


def go_back(name: str) -> None:
	frappe.db.rollback(save_point=f"kam_fuzz_{name}")
	frappe.db.commit()


@dataclass
class Example:
	"""One plan, played move by move."""

	world: World
	plan: Plan
	seen: Counter
	approved: list[Finding] = field(default_factory=list)
	was_refused: bool = False

	def play(self) -> None:
		deal = self.plan.deal
		document = document_of(deal, self.world)
		doc = self.attempt(send(document, self.plan.way), deal.doctype, "way in")
		if self.was_refused and self.plan.excepted:
			doc = self.attempt_with_exception(document)
		for step in self.plan.steps:
			if doc is None:
				return
			doc = self.go_on(doc, step)

	def go_on(self, doc, step):
		try:
			move = next_move(doc, step, self.world)
		except frappe.ValidationError:
			return None
		return self.attempt(move[0], move[1], step.kind, doc) if move else doc

	def attempt(self, move, doctype: str, what: str, before=None):
		"""Make the move and hold what came of it against the reference; the submitted document, or None."""
		outcome, name = self.make(move, doctype, before)
		self.was_refused = outcome == REFUSED
		self.seen[outcome] += 1
		self.seen[f"{outcome} by {what}"] += 1
		if outcome == SUBMITTED:
			self.check_submitted(doctype, name)
			return frappe.get_doc(doctype, name)
		if self.was_refused and not self.approved:
			self.check_refused(move, doctype, before)
		return None

	def make(self, move, doctype: str, before) -> tuple[str, str | None]:
		"""The outcome of the move as a request makes it: whole or not at all."""
		known = self.footprint()
		frappe.db.savepoint("kam_fuzz_move")
		frappe.db.commit()
		try:
			move()
		except Exception as problem:
			go_back("move")
			return (REFUSED if isinstance(problem, PolicyViolation) else IMPOSSIBLE), None
		fresh = [name for name in self.submitted(doctype) if name not in known[doctype]]
		if fresh:
			return SUBMITTED, fresh[0]
		if before is not None and before.name in known[doctype]:
			return SUBMITTED, before.name
		assert self.footprint() == known, "what was refused left something behind"
		return self.swallowed()

	def footprint(self) -> dict:
		"""Everything that a submitted document leaves."""
		documents = {doctype: self.submitted(doctype) for doctype in DOCTYPES}
		return documents | {ledger: frappe.db.count(ledger) for ledger in LEDGERS}

	def submitted(self, doctype: str) -> list[str]:
		customer = self.world.customers[self.plan.deal.account]
		filters = {CUSTOMER_FIELD.get(doctype, "customer"): customer, "docstatus": 1}
		return frappe.get_all(doctype, filters, pluck="name")

	def swallowed(self) -> tuple[str, None]:
		"""Ways in for many documents report a refusal instead of raising it."""
		messages = " ".join(str(message) for message in frappe.get_message_log())
		return (REFUSED if "Key Account Policy" in messages else IMPOSSIBLE), None

	def check_submitted(self, doctype: str, name: str) -> None:
		finding = self.examine(doctype, name)
		if finding.broken and not finding.doubtful:
			covered = any(is_covered(finding, approved) for approved in self.approved)
			assert covered, f"{doctype} {name} was submitted though it breaks {finding.broken}"
		verdict = frappe.db.get_value(doctype, name, "kam_verdict")
		assert verdict, f"{doctype} {name} was submitted without a verdict"
		assert frappe.db.exists("KAM Decision", {"reference_doctype": doctype, "reference_name": name})

	def check_refused(self, move, doctype: str, before) -> None:
		"""The same under a policy that warns gets through, and is below the floor."""
		with undone("replay"):
			self.world.set_actions("Warn")
			outcome, name = self.make(move, doctype, before)
			if outcome == SUBMITTED:
				finding = self.examine(doctype, name)
				assert finding.broken or finding.doubtful, f"{doctype} was refused though it breaks nothing"
		self.world.set_actions("Block")

	def attempt_with_exception(self, document: dict):
		"""Ask for the refused document as a saved draft; approved, it passes as it is and not below."""
		try:
			draft = frappe.get_doc(document | {"docstatus": 0}).insert()
		except frappe.ValidationError:
			return None
		finding = self.examine(draft.doctype, draft.name)
		approve_exception(draft, self.world.executive)
		self.approved.append(finding)
		if self.plan.worsening:
			return self.attempt(lambda: self.worsened(draft).submit(), draft.doctype, "worsened exception")
		doc = self.attempt(lambda: draft.reload().submit(), draft.doctype, "exception")
		assert doc is not None, "the document that was approved is refused"
		self.seen["excepted"] += 1
		return doc

	def worsened(self, draft):
		draft.reload()
		for row in draft.items:
			change_rate(row, -self.plan.worsening)
		return draft.save()

	def examine(self, doctype: str, name: str) -> Finding:
		return examine(doctype, name, self.world, self.plan.basis)
