"""Two policies side by side: per order, in sums, in the report; and the policy as the desk exports it."""

import csv
import io
import json
from contextlib import closing

import pytest

from kam_extension.policy.codes import Action
from kam_extension.replay.book import open_book
from kam_extension.replay.command_line import main
from kam_extension.replay.engine import replay
from kam_extension.replay.policy_file import Policy, open_policy
from kam_extension.replay.progress import Progress
from kam_extension.replay.report import write_report
from tests.unit.builders import PRESET, make_terms, money
from tests.unit.replay_book import write_book
from tests.unit.test_replay_report import Page


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
	"""Markup off and the cap warning in the one in force; both blocking in the one that is tried."""
	folder = tmp_path_factory.mktemp("against")
	with closing(open_book(write_book(folder / "book"))) as book:
		tried = Policy("Tried", make_terms(rebate_bands=()))
		in_force = Policy("In force", make_terms(margin_action=Action.OFF, price_action=Action.WARN))
		found = replay(book, tried, in_force)
		write_report(found, folder / "out")
		yield found, folder / "out"


def test_verdicts_change_by_order(compared):
	found, _out = compared
	assert found.changes() == {("Pass", "Pass"): 3, ("Warned", "Blocked"): 1, ("Warned", "Warned"): 1}
	assert (found.side.counts()["Blocked"], found.against.counts()["Blocked"]) == (1, 0)


def test_rebates_and_tiers_are_those_of_each_policy(compared):
	found, _out = compared
	assert sum(found.side.rebates_by_month().values()) == 0
	assert sum(found.against.rebates_by_month().values()) == money("140401.60")


def test_the_tables_hold_both_sides(compared):
	_found, out = compared
	with (out / "decisions.csv").open(encoding="utf-8", newline="") as lines:
		rows = {row["order"]: row for row in csv.DictReader(lines)}
	assert (rows["O4"]["verdict"], rows["O4"]["verdict_against"]) == ("Blocked", "Warned")
	assert rows["O4"]["reasons_against"].startswith("Row 1, SPC: the net rate is 97.99;")
	with (out / "rebates.csv").open(encoding="utf-8", newline="") as lines:
		assert [(row["rebate"], row["rebate_against"]) for row in csv.DictReader(lines)][0] == (
			"0",
			"77201.6",
		)


def test_parquet_holds_what_the_csv_holds(compared):
	import duckdb

	_found, out = compared
	for name in ("decisions", "rebates", "tiers"):
		as_text = "SELECT COLUMNS(*)::VARCHAR FROM"
		parquet = duckdb.sql(f"{as_text} '{out / name}.parquet'")
		with (out / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
			header, *rows = csv.reader(lines)
		assert parquet.columns == header
		assert [row[0] for row in parquet.fetchall()] == [row[0] for row in rows]
	types = dict(zip(parquet.columns, map(str, duckdb.sql(f"FROM '{out}/tiers.parquet'").types), strict=True))
	assert (types["points"], types["overdue_days"]) == ("DECIMAL(18,6)", "INTEGER")


def test_the_report_compares(compared):
	_found, out = compared
	text = Page((out / "report.html").read_text("utf-8")).text
	assert "Compared with In force" in text
	assert "Orders blocked 0 1 +1" in text
	assert "Rebates owed 140,402 0 −140,402" in text
	assert "Newly blocked Order Key Account" in text
	assert "No longer blocked, and why it was No order." in text


def wrapped(document):
	return [
		document,
		{"data": document},
		{"message": document},
		{"docs": [document]},
		[document],
	]


@pytest.mark.parametrize("shape", range(5))
def test_a_policy_of_the_desk_is_read_however_it_is_wrapped(tmp_path, shape):
	preset = json.loads(PRESET.read_text("utf-8"))
	rows = [
		{**row, "doctype": "KAM Policy Margin Band", "idx": 1, "name": "x1"} for row in preset["margin_bands"]
	]
	document = {
		**preset, "doctype": "KAM Policy", "name": "KAMP-1", "docstatus": 1, "owner": "a@b.example", "margin_bands": rows,
		"cost_sources": [{"source": source} for source in ("Cost Price List", "Valuation Rate")], "valid_to": None,
	}  # fmt: skip
	path = tmp_path / "policy.json"
	path.write_text(json.dumps(wrapped(document)[shape]), "utf-8")
	terms = open_policy(path).terms
	assert terms.margin_bands == open_policy(PRESET).terms.margin_bands
	assert terms.cost_sources == ("Cost Price List", "Valuation Rate")


@pytest.mark.parametrize(
	("content", "problem"),
	[
		(
			'{"doctype": "Sales Order"}',
			"policy.json, column doctype: this is a Sales Order, not a KAM Policy.",
		),
		('[{"title": "A"}, {"title": "B"}]', "policy.json: one policy is expected, as a JSON object."),
	],
)
def test_what_is_no_policy_is_refused(tmp_path, capsys, content, problem):
	(tmp_path / "policy.json").write_text(content, "utf-8")
	code = main(
		["replay", "--demo", "--against", str(tmp_path / "policy.json"), "--out", str(tmp_path / "out")]
	)
	assert (code, capsys.readouterr().err.strip()) == (2, problem)


class Terminal(io.StringIO):
	def isatty(self):
		return True


def test_a_terminal_sees_how_far_it_is():
	terminal = Terminal()
	progress = Progress(terminal)
	progress.reading("orders.csv")
	progress.judging(2_000, 8_000)
	progress.clear()
	shown = terminal.getvalue()
	assert "reading orders.csv" in shown
	assert shown.endswith("\r\x1b[K")


@pytest.mark.parametrize(("stream", "is_quiet"), [(io.StringIO(), False), (Terminal(), True)])
def test_nobody_else_sees_it(stream, is_quiet):
	progress = Progress(stream, is_quiet)
	progress.reading("orders.csv")
	progress.clear()
	assert stream.getvalue() == ""
