"""Why a past order passes or not, under both policies, from what the replay kept alone (R29, R62)."""

from types import SimpleNamespace

import frappe
from frappe import _

from kam_extension.integration.decisions.decision_details import details_of
from kam_extension.integration.decisions.decision_page import fact, render_decision
from kam_extension.integration.enforcement.judgement import Judgement
from kam_extension.integration.replay.order_facts import CREDIT, QUOTATION
from kam_extension.integration.replay.results import unpack
from kam_extension.integration.replay.verdicts import Judged
from kam_extension.policy.codes import VerdictCode
from kam_extension.policy.exceptions import ApprovedException, apply_exceptions
from kam_extension.policy.facts import DocumentFacts
from kam_extension.policy.judge import judge
from kam_extension.policy.terms import PolicyTerms
from kam_extension.policy.verdict import Verdict
from kam_extension.replay.frozen import thaw


def judged_again(row) -> tuple[Judged, Judged | None]:
	"""Both verdicts on an order, with their facts, from a Policy Replay Order as it was kept."""
	kept = unpack(row.details)
	policies = _policies(row.replay)
	tried = _judge(policies[row.policy], kept["facts"], kept)
	if not row.before_policy:
		return tried, None
	facts = kept["facts"] if kept["before"] is True else kept["before"]
	return tried, _judge(policies[row.before_policy], facts, kept)


def page_of(row) -> str:
	"""HTML for the form, in the reader's language. The caller may read the row, and with it cost."""
	tried, before = judged_again(row)
	currency = unpack(row.details)["currency"]
	parts = [(_("Under the policy {0}").format(_title(row, tried)), tried)]
	if before:
		parts.append((_("Compared with {0}").format(_title(row, before)), before))
	return "".join(
		f"<h4>{frappe.utils.escape_html(title)}</h4>{_render(row, judged, currency)}"
		for title, judged in parts
	)


def _title(row, judged: Judged) -> str:
	title = frappe.db.get_value("KAM Policy", judged.terms.name, "title")
	return f"{title} ({judged.terms.name})" if title else judged.terms.name


def _policies(replay: str) -> dict[str, PolicyTerms]:
	"""The policies as they were when the replay ran."""
	summary = frappe.parse_json(frappe.db.get_value("Policy Replay", replay, "summary") or "{}")
	return {name: thaw(PolicyTerms, data) for name, data in (summary.get("policies") or {}).items()}


def _judge(terms: PolicyTerms, frozen: dict | None, kept: dict) -> Judged:
	if frozen is None:
		return Judged(terms, None, Verdict(VerdictCode.NOT_APPLICABLE))
	facts = thaw(DocumentFacts, frozen)
	verdict = judge(facts, terms)
	if verdict.violations and kept.get("exceptions"):
		exceptions = thaw(tuple[ApprovedException, ...], kept["exceptions"])
		verdict = apply_exceptions(verdict, facts, exceptions, frappe.utils.getdate(kept["decided_on"]))
	return Judged(terms, facts, verdict)


def _render(row, judged: Judged, currency: str) -> str:
	account = SimpleNamespace(account_class=row.account_class, tier=row.tier or None)
	judgement = Judgement(row.company, account, judged.terms, judged.facts, judged.verdict)
	verdict = judged.verdict
	decision = frappe._dict(
		verdict=verdict.code.value,
		company=row.company,
		net_total=verdict.net,
		passing_net=verdict.passing_net,
	)
	details = details_of(frappe._dict(currency=currency), judgement)
	# Whoever may read a replay may read cost.
	return render_decision(decision, details, _outcome(row, verdict), _facts(row), entitled=True)


def _outcome(row, verdict: Verdict) -> str:
	sentences = {
		VerdictCode.PASS: _("{0} keeps every rule of the policy."),
		VerdictCode.WARNED: _("{0} breaks rules for which the policy only warns: it would go through."),
		VerdictCode.BLOCKED: _("{0} would be refused."),
		VerdictCode.EXCEPTED: _("{0} breaks rules that its Price Exception covers: it would go through."),
		VerdictCode.NOT_APPLICABLE: _("{0} would not be judged: it is outside the rules."),
	}
	return sentences[verdict.code].format(f"{_('Sales Order')} {row.sales_order}")


def _facts(row) -> list[dict]:
	tier = _("Tier {0}").format(row.tier) if row.tier else _("No tier")
	account_class = _(row.account_class, context="Customer") if row.account_class else ""
	names = {
		CREDIT: _("Credit", context="Policy Replay"),
		QUOTATION: _("Quotation", context="Policy Replay"),
	}
	left_out = [names[code] for code in (row.not_replayed or "").split("\n") if code]
	return [
		fact(_("Sales Order"), row.sales_order, "Sales Order"),
		fact(_("Order Date"), frappe.format(row.order_date, "Date")),
		fact(_("Customer"), row.customer, "Customer"),
		fact(_("Key Account"), row.key_account, "Key Account"),
		fact(_("Tier"), f"{account_class} · {tier}" if account_class else tier),
		fact(_("Not Replayed"), ", ".join(left_out)),
	]
