"""One sentence per broken rule; cost only for those entitled to it (R26, R82)."""

from decimal import Decimal

from kam_extension.policy.codes import Action, Rule
from kam_extension.policy.explain import COST_SENTENCES, SENTENCES, explain, explain_cost
from kam_extension.policy.judge import judge
from kam_extension.policy.verdict import Violation
from tests.unit.builders import make_document, make_line, make_terms, money, worked_example


def amount(value: Decimal) -> str:
	return f"{value:,.2f}"


def percent(value: Decimal) -> str:
	return f"{value:.2f}"


def sentence(violation) -> str:
	return explain(violation, amount).text()


def test_the_markup_sentence_has_selling_figures_only():
	[violation] = judge(worked_example("85.39"), make_terms()).violations
	assert sentence(violation) == (
		"The net total is 853,900.00; it must be at least 854,000.00. 100.00 is missing."
	)


def test_the_cost_sentence_is_a_second_one():
	verdict = judge(worked_example("85.39"), make_terms())
	cost = explain_cost(verdict.violations[0], verdict, amount, percent)
	assert cost.text() == (
		"The minimum markup on cost is 14.00 %, the actual markup is 13.99 %. Cost is 700,000.00."
	)


def test_the_cap_names_row_item_and_shortfall():
	document = make_document(make_line("80", cost=1, list_rate=100, row=3, item_code="SPC"))
	verdict = judge(document, make_terms())
	assert sentence(verdict.violations[0]) == (
		"Row 3, SPC: the net rate is 80.00; the lowest rate allowed is 85.00. 5.00 per unit is missing."
	)
	assert explain_cost(verdict.violations[0], verdict, amount, percent) is None


def test_overdue_speaks_of_days():
	violation = Violation(Rule.CREDIT, "overdue", Action.BLOCK, money(30), money(45))
	assert sentence(violation) == "The oldest overdue invoice is 45 days late; 30 days are allowed."


def test_every_sentence_can_be_filled_and_none_speaks_of_what_sales_may_not_see():
	for reason, template in SENTENCES.items():
		violation = Violation(Rule.MARKUP, reason, Action.BLOCK, money(2), money(1), row=1, item_code="SPC")
		assert "{" not in sentence(violation)
		assert "markup" not in template.lower()
	assert set(COST_SENTENCES) <= set(SENTENCES)


def test_the_template_is_what_gets_translated():
	violation = Violation(Rule.CREDIT, "suspended", Action.BLOCK)
	asked = []
	explain(violation, amount).text(lambda template: asked.append(template) or template)
	assert asked == [SENTENCES["suspended"]]
