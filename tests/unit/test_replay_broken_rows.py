"""Broken rows end the replay, or are skipped by option: never silently."""

import csv
from contextlib import closing

import pytest

from kam_extension.replay.book import open_book
from kam_extension.replay.command_line import main
from kam_extension.replay.intake.problems import SKIP
from tests.unit.builders import PRESET
from tests.unit.replay_book import FILES, with_line, write_book


def run(tmp_path, *options, **changes):
	"""Exit code, rows of skipped.csv, and verdicts by order."""
	book = write_book(tmp_path / "book", **changes)
	out = tmp_path / "out"
	code = main(
		["replay", "--quiet", "--policy", str(PRESET), "--book", str(book), "--out", str(out), *options]
	)
	return (
		code,
		rows_of(out / "skipped.csv"),
		{row["order"]: row["verdict"] for row in rows_of(out / "decisions.csv")},
	)


def rows_of(path):
	if not path.exists():
		return []
	with path.open(encoding="utf-8", newline="") as lines:
		return list(csv.DictReader(lines))


def skipped(tmp_path, **changes):
	"""Problems as file, row, column, value and reason; names of the orders that are left."""
	with closing(open_book(write_book(tmp_path / "book", **changes), SKIP)) as book:
		problems = book.rows('SELECT file, line, "column", value, reason FROM problems ORDER BY number')
		assert book.skipped == len(problems)
		left = book.rows("""SELECT "order" FROM orders WHERE state = 'Submitted' AND customer <> 'C1'""")
		return [tuple(problem.values()) for problem in problems], {row["order"] for row in left} - {"O8"}


ALL_ORDERS = {"O1", "O2", "O3", "O4", "O5"}


@pytest.mark.parametrize(
	("changes", "lost", "problems"),
	[
		(
			with_line("order_lines", "O3,1,SPC,10,98.00", "O3,1,SPC,ten,98.00"),
			{"O3"},
			[
				("order_lines.csv", 4, "quantity", "ten", "ten is not a number."),
				("orders.csv", 4, "order", "O3", "a line of the order can't be used, so it is not judged."),
			],
		),
		(
			with_line("order_lines", "O3,1,SPC,10", "O9,1,SPC,10"),
			set(),
			[("order_lines.csv", 4, "order", "O9", "O9 is not found in orders.csv.")],
		),
		(
			with_line("orders", "O4,K2,2026-06-02", "O4,K2,2026-02-30"),
			{"O4"},
			[
				("orders.csv", 5, "order_date", "2026-02-30", "2026-02-30 is not a date such as 2026-06-30."),
				("order_lines.csv", 5, "order", "O4", "O4 is not found in orders.csv."),
				("invoices.csv", 6, "order", "O4", "O4 is not found in orders.csv."),
			],
		),
		(
			{"payment_references": FILES["payment_references.csv"] + "P5,Sales Invoice,I9,1\n"},
			set(),
			[("payment_references.csv", 7, "document", "I9", "I9 is not found in orders.csv or invoices.csv.")],
		),
		(
			{"orders": FILES["orders.csv"] + "O9,K9,2026-06-01,,1.00,1.00,Submitted\nO3,K2,2026-06-01,,1.00,1.00,Submitted\n"},
			set(),
			[
				("orders.csv", 11, "order", "O3", "the same value stands in an earlier row."),
				("orders.csv", 10, "customer", "K9", "K9 is not found in customers.csv."),
			],
		),
		(
			with_line("customers", "K2,\"Beta <b>& Co\"", "K2,Beta,with a comma"),
			{"O3", "O4", "O5"},
			None,
		),
		({}, set(), []),
	],
	ids=["cell", "line of no order", "day", "payment of nothing", "twice and of nobody", "too long", "none"],
)  # fmt: skip
def test_skipped_rows_are_listed_and_cost_their_orders(tmp_path, changes, lost, problems):
	found, left = skipped(tmp_path, **changes)
	assert left == ALL_ORDERS - lost
	if problems is None:
		assert found[0] == ("customers.csv", 3, "", None, "the row has more cells than the header.")
	else:
		assert found == problems


def test_lines_are_those_of_the_file_also_behind_blank_lines_and_breaks_in_cells(tmp_path):
	customers = 'customer,customer_name\n\nK1,"Alpha\nand Sons"\n,Nobody\nK2,Beta\nC1,Gamma'
	found, _left = skipped(tmp_path, customers=customers)
	assert found == [("customers.csv", 5, "customer", None, "a value is missing.")]


def test_without_the_option_the_first_one_ends_it_and_the_others_are_counted(tmp_path, capsys):
	lines = (
		FILES["order_lines.csv"]
		.replace("O3,1,SPC,10", "O3,1,SPC,ten")
		.replace("O5,1,MAT,1,", "O5,1,MAT,one,")
	)
	code, problems, verdicts = run(tmp_path, order_lines=lines)
	assert (code, problems, verdicts) == (2, [], {})
	assert capsys.readouterr().err == (
		"order_lines.csv, row 4, column quantity: ten is not a number. 1 more, all listed with --on-error skip.\n"
	)


def test_the_report_the_terminal_and_a_list_say_what_was_skipped(tmp_path, capsys):
	code, rows, verdicts = run(
		tmp_path, "--on-error", "skip", **with_line("order_lines", "O3,1,SPC,10", "O3,1,SPC,ten")
	)
	assert (code, set(verdicts)) == (3, ALL_ORDERS - {"O3"})
	assert [(row["file"], row["line"], row["column"], row["value"]) for row in rows] == [
		("order_lines.csv", "4", "quantity", "ten"),
		("orders.csv", "4", "order", "O3"),
	]
	assert "2 broken rows skipped, see" in capsys.readouterr().err
	page = (tmp_path / "out" / "report.html").read_text("utf-8")
	assert "2 broken rows were skipped, with the orders that they belong to." in page


def test_a_list_of_an_earlier_replay_does_not_stay(tmp_path):
	(tmp_path / "out").mkdir()
	(tmp_path / "out" / "skipped.csv").write_text("file,line,column,value,reason\n", "utf-8")
	code, problems, _verdicts = run(tmp_path, "--on-error", "skip")
	assert (code, problems) == (0, [])
	assert not (tmp_path / "out" / "skipped.csv").exists()


@pytest.mark.parametrize(("options", "code"), [((), 0), (("--fail-on-blocked",), 1)])
def test_the_exit_code_tells_of_blocked_orders_where_asked(tmp_path, options, code):
	strict = tmp_path / "strict.json"
	strict.write_text(
		PRESET.read_text("utf-8").replace('"margin_action": "Warn"', '"margin_action": "Block"'), "utf-8"
	)
	assert run(tmp_path, "--policy", str(strict), *options)[0] == code


def test_quiet_says_nothing_and_without_a_terminal_there_is_no_progress(tmp_path, capsys):
	run(tmp_path)
	shown = capsys.readouterr()
	assert (shown.out, shown.err) == ("", "")
