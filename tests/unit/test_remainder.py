"""What is left of an order whose rest was closed, judged by itself (R25)."""

from kam_extension.policy.codes import VerdictCode
from kam_extension.policy.judge import judge
from kam_extension.policy.remainder import remainder_of
from tests.unit.builders import make_document, make_line, make_terms, money

HALF, WHOLE, NOTHING = money("0.5"), money(1), money(0)


def test_rows_shrink_and_untouched_ones_go():
	document = make_document(
		make_line("10", quantity=100, cost=5, row=1),
		make_line("20", quantity=10, cost=5, row=2),
		make_line("30", quantity=7, cost=5, row=3),
		other_costs=money(121),
		tax="13",
	)
	part = remainder_of(document, {1: HALF, 2: WHOLE, 3: NOTHING})
	assert [(line.row, line.quantity, line.stock_quantity, line.net_amount) for line in part.lines] == [
		(1, 50, 50, 500),
		(2, 10, 10, 200),
	]
	assert (part.net, part.other_costs) == (700, money("60.07"))  # 700 of 1,410
	assert part.gross == money("791.00")


def test_a_discount_of_the_document_shrinks_with_it():
	document = make_document(make_line("10", quantity=100, cost=5), net=money(900), gross=money(1017))
	part = remainder_of(document, {1: HALF})
	assert (part.net, part.gross) == (450, money("508.50"))


def test_it_is_banded_by_its_own_net_and_no_row_is_exempt():
	"""1,100,000 passes at 10 %; a tenth of it, quoted or not, would have needed 20 %."""
	line = make_line("110", quantity=10_000, cost=100, list_rate=120, is_exempt=True)
	document = make_document(line, commits=True)
	assert judge(document, make_terms()).code == VerdictCode.NOT_APPLICABLE
	verdict = judge(remainder_of(document, {1: money("0.1")}), make_terms())
	assert (verdict.code, verdict.net, verdict.passing_net) == (VerdictCode.BLOCKED, 110_000, 120_000)


def test_a_third_of_a_row_is_no_hair_less():
	document = make_document(make_line("10", quantity=3, cost=5))
	[line] = remainder_of(document, {1: money(1) / 3}).lines
	assert (line.quantity, line.stock_quantity, line.net_amount) == (1, 1, 10)


def test_of_a_document_worth_nothing_nothing_is_left():
	document = make_document(make_line("0", quantity=2, cost=5))
	assert remainder_of(document, {1: HALF}).net == 0
