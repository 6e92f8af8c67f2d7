"""Bad input: one line with file, row and column, exit code 2, and nothing written."""

import json
import re
import sys
from pathlib import Path

import pytest

from kam_extension.policy import checks, programme_checks
from kam_extension.replay.command_line import main
from kam_extension.replay.policy_file import PROBLEMS
from tests.unit.builders import PRESET
from tests.unit.replay_book import with_line, write_book


def run(tmp_path, capsys, policy=PRESET):
	"""(exit code, error text) of a replay of the book in `tmp_path`; asserts that a refusal wrote nothing."""
	out = tmp_path / "out"
	code = main(["replay", "--policy", str(policy), "--book", str(tmp_path / "book"), "--out", str(out)])
	assert code == 0 or not out.exists()
	return code, capsys.readouterr().err


def refused(tmp_path, capsys, policy=PRESET):
	code, error = run(tmp_path, capsys, policy)
	assert code == 2
	assert error.count("\n") == 1
	return error.strip()


def test_the_small_book_is_good(tmp_path, capsys):
	write_book(tmp_path / "book")
	assert run(tmp_path, capsys) == (0, "")


@pytest.mark.parametrize(
	("changes", "message"),
	[
		(
			{"orders": None},
			"orders.csv: the file is missing in {book}. It may be called: orders, Sales Order, 销售订单 (.csv, .parquet, "
			".tsv, .txt, .xlsx).",
		),
		(
			with_line("items", "item_code,cost,base_price", "item_code,price,base_price"),
			"items.csv, row 1, column cost: the column is missing. It may be called: cost, Cost, 成本.",
		),
		(
			with_line("order_lines", "O3,1,SPC,10,98.00", "O3,1,SPC,ten,98.00"),
			"order_lines.csv, row 4, column quantity: ten is not a number.",
		),
		(
			with_line("order_lines", "O3,1,SPC,10,98.00", "O3,1,SPC,nan,98.00"),
			"order_lines.csv, row 4, column quantity: nan is not a number.",
		),
		(
			with_line("order_lines", "O3,1,SPC,10,98.00", "O3,1,SPC,10,"),
			"order_lines.csv, row 4, column rate: a value is missing.",
		),
		(
			with_line("orders", "O3,K2,2026-06-01", "O3,K2,1 June"),
			"orders.csv, row 4, column order_date: 1 June is not a date such as 2026-06-30.",
		),
		(
			with_line("key_accounts", "K2,Ordinary,,3", "K2,Ordinary,,3.5"),
			"key_accounts.csv, row 3, column strategic_influence: 3.5 is not a whole number.",
		),
		(
			with_line("orders", "O3,K2,", "O3,K9,"),
			"orders.csv, row 4, column customer: K9 is not found in customers.csv.",
		),
		(
			with_line("orders", "O3,K2,", "O2,K2,"),
			"orders.csv, row 4, column order: the same value stands in an earlier row.",
		),
		(
			with_line(
				"orders", "O7,K1,2026-06-30,0.00,1.00,1.00,Draft", "O7,K1,2026-06-30,0.00,1.00,1.00,Open"
			),
			"orders.csv, row 8, column state: Open is not one of: Submitted, Draft, Cancelled.",
		),
		(
			with_line("payment_references", "P1,Sales Invoice,I1,965020.00", "P9,Sales Invoice,I1,965020.00"),
			"payment_references.csv, row 2, column payment: P9 is not found in payments.csv.",
		),
	],
)
def test_a_bad_book_is_refused(tmp_path, capsys, changes, message):
	write_book(tmp_path / "book", **changes)
	assert refused(tmp_path, capsys) == message.format(book=tmp_path / "book")


@pytest.mark.parametrize(
	("encoding", "content"), [("gbk", "order,客户\n"), ("utf-8", "a,b\n1,2,3\n"), ("utf-8", "")]
)
def test_what_is_no_csv_file_is_refused(tmp_path, capsys, encoding, content):
	book = write_book(tmp_path / "book")
	(book / "customers.csv").write_bytes(content.encode(encoding))
	assert refused(tmp_path, capsys).startswith("customers.csv")


def test_a_byte_order_mark_and_blank_around_values_do_no_harm(tmp_path, capsys):
	book = write_book(tmp_path / "book", **with_line("items", "SPC,70.00,98.00", " SPC , 70.00 ,98.00"))
	text = (book / "customers.csv").read_bytes()
	(book / "customers.csv").write_bytes(b"\xef\xbb\xbf" + text)
	assert run(tmp_path, capsys) == (0, "")


@pytest.mark.parametrize(
	("content", "message"),
	[
		("{", "book.json: this is no JSON file"),
		("[]", "book.json: a JSON object is expected."),
		(
			'{"exchange_rates": {"USD": "seven"}}',
			"book.json, column exchange_rates.USD: seven is not a number above 0.",
		),
		('{"as_of_date": "soon"}', "book.json, column as_of_date: soon is not a date"),
		(
			'{"as_of_date": "2026-06-30", "company": "X"}',
			"book.json, column company: a JSON object is expected.",
		),
	],
)
def test_a_bad_book_json_is_refused(tmp_path, capsys, content, message):
	(write_book(tmp_path / "book") / "book.json").write_text(content, "utf-8")
	assert message in refused(tmp_path, capsys)


def write_policy(tmp_path, **changes):
	policy = tmp_path / "policy.json"
	policy.write_text(json.dumps({**json.loads(PRESET.read_text("utf-8")), **changes}), "utf-8")
	return policy


@pytest.mark.parametrize(
	("changes", "message"),
	[
		(
			{"margin_bands": [{"from_amount": 0, "min_markup": 20}, {"from_amount": "much"}]},
			"policy.json, row 2, column margin_bands.from_amount: much can't be read as a number or date.",
		),
		(
			{"margin_bands": [{"from_amount": "NaN"}]},
			"policy.json, row 1, column margin_bands.from_amount: NaN is no number.",
		),
		(
			{
				"margin_bands": [
					{"from_amount": 0, "min_markup": 20},
					{"from_amount": 500, "min_markup": 10},
					{"from_amount": 200, "min_markup": 15},
				]
			},
			"policy.json, row 3, column margin_bands: the rows are not sorted by their amount. (200)",
		),
		(
			{"rebate_bands": [{"from_amount": 5}]},
			"policy.json, column rebate_bands: no row for every tier starts at 0.",
		),
		({"rebate_bands": {}}, "policy.json, column rebate_bands: a list of rows is expected."),
		({"tiers": ["A"]}, "policy.json, row 1, column tiers: a row with named columns is expected."),
		(
			{"tiers": [{"account_class": "Giant"}]},
			"policy.json, row 1, column tiers.account_class: Giant is not one of: Major, Ordinary.",
		),
		(
			{"rebate_basis": "On Luck"},
			"policy.json, column rebate_basis: On Luck is not one of: On Cost, On Receipts.",
		),
		({"cost_sources": ["Guess"]}, "policy.json, row 1, column cost_sources: Guess is no source of cost."),
		({"grace_days": "few"}, "policy.json, column grace_days: few can't be read as a number or date."),
		(
			{"base_price_list": ""},
			"policy.json, column base_price_list: the discount cap needs a base price list.",
		),
	],
)
def test_a_bad_policy_is_refused(tmp_path, capsys, changes, message):
	write_book(tmp_path / "book")
	assert refused(tmp_path, capsys, write_policy(tmp_path, **changes)) == message


def test_every_contradiction_has_words():
	source = "".join(Path(module.__file__).read_text("utf-8") for module in (checks, programme_checks))
	assert set(re.findall(r'Contradiction\([^,]+, "(\w+)"', source)) == set(PROBLEMS)


def test_a_missing_policy_is_refused(tmp_path, capsys):
	write_book(tmp_path / "book")
	assert "the file can't be read" in refused(tmp_path, capsys, tmp_path / "nowhere.json")


def test_without_duckdb_the_line_says_how_to_get_it(tmp_path, capsys, monkeypatch):
	write_book(tmp_path / "book")
	monkeypatch.setitem(sys.modules, "duckdb", None)
	assert 'pip install "duckdb' in refused(tmp_path, capsys)


@pytest.mark.parametrize(
	"arguments",
	[
		["replay"],
		["replay", "--demo", "--book", "x"],
		["replay", "--book", "x"],
		["play"],
		[],
		["replay", "--demo", "--language", "xx"],
	],
)
def test_wrong_options_are_refused(arguments, capsys):
	with pytest.raises(SystemExit) as left:
		main(arguments)
	assert left.value.code == 2
	assert "usage: kam" in capsys.readouterr().err


def test_a_book_without_policy_asks_for_one(tmp_path, capsys):
	book = write_book(tmp_path / "book")
	assert main(["replay", "--book", str(book), "--out", str(tmp_path / "out")]) == 2
	assert "give one with --policy" in capsys.readouterr().err


def test_an_output_that_can_not_be_written_is_said(tmp_path, capsys):
	write_book(tmp_path / "book")
	(tmp_path / "out").write_text("a file", "utf-8")
	code = main(
		["replay", "--policy", str(PRESET), "--book", str(tmp_path / "book"), "--out", str(tmp_path / "out")]
	)
	assert code == 2
	assert "can't be written" in capsys.readouterr().err
