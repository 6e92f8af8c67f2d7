"""The report is one file, safe to open, and says what was found."""

import csv
import os
import re
import subprocess
import sys
from contextlib import closing
from html.parser import HTMLParser

import pytest

from kam_extension.replay.book import open_book
from kam_extension.replay.command_line import main
from kam_extension.replay.engine import replay
from kam_extension.replay.policy_file import Policy
from kam_extension.replay.report import accounts, sections, translate, write_report
from kam_extension.replay.report.charts import columns, stacked_columns
from kam_extension.replay.report.flows import flows
from tests.unit.builders import make_terms, money, on_net_receipts
from tests.unit.replay_book import FILES, write_book

WRITTEN = [
	"report.html",
	*(f"{name}.{ending}" for name in ("decisions", "rebates", "tiers") for ending in ("csv", "parquet")),
]


@pytest.fixture(scope="module")
def book(tmp_path_factory):
	return write_book(tmp_path_factory.mktemp("book"))


@pytest.fixture(scope="module")
def found(book):
	with closing(open_book(book)) as opened:
		yield replay(opened, Policy("Policy & Co", make_terms()))


@pytest.fixture
def page(found, tmp_path):
	"""The source of the small book's report, which is written into `tmp_path` with its tables."""
	write_report(found, tmp_path)
	return (tmp_path / "report.html").read_text("utf-8")


def written(book, out, terms=None):
	with closing(open_book(book)) as opened:
		write_report(replay(opened, Policy("Policy", terms or make_terms())), out)
	return (out / "report.html").read_text("utf-8")


class Page(HTMLParser):
	"""Collects the text of a page and checks that every element is closed."""

	VOID = {"meta"}

	def __init__(self, source):
		super().__init__()
		self.open, self.parts, self.references = [], [], []
		self.feed(source)
		assert not self.open

	def handle_starttag(self, tag, attributes):
		self.references += [value for name, value in attributes if name in ("src", "href", "xlink:href")]
		if tag not in self.VOID:
			self.open.append(tag)

	def handle_endtag(self, tag):
		assert self.open.pop() == tag

	def handle_data(self, data):
		self.parts.append(data)

	@property
	def text(self):
		return " ".join(" ".join(self.parts).split())


def test_it_says_what_is_blocked_and_why(page):
	text = Page(page).text
	assert "The net total is 853,900.00; it must be at least 854,000.00. 100.00 is missing." in text
	assert "The minimum markup on cost is 14.00 %, the actual markup is 13.99 %. Cost is 700,000.00." in text
	assert "Row 1, SPC: the net rate is 97.99; the lowest rate allowed is 98.00." in text
	assert "5 orders of key accounts judged" in text
	assert "2 orders blocked 854,880 in net total; 1 more with a warning" in text
	assert "140,402 rebates owed on receipts 63,200 of it on orders that are blocked" in text
	assert "2 tiers would change 1 up, 1 down, of 2 key accounts" in text


def test_nothing_is_loaded_from_elsewhere(page):
	assert Page(page).references == []
	assert not re.search(r"url\(|@import|<script|<link|<iframe", page)


def test_names_are_text_and_not_markup(page):
	assert "Beta &lt;b&gt;&amp; Co" in page
	assert "<b>& Co" not in page
	assert "Policy &amp; Co" in page


def test_the_csv_has_one_row_per_order_and_plain_numbers(page, tmp_path):
	with (tmp_path / "decisions.csv").open(encoding="utf-8", newline="") as lines:
		rows = {row["order"]: row for row in csv.DictReader(lines)}
	assert list(rows) == ["O1", "O2", "O3", "O4", "O5"]
	assert rows["O2"]["verdict"] == "Blocked"
	assert rows["O2"]["rules"] == "Markup"
	assert (rows["O2"]["net_total"], rows["O2"]["required_net"], rows["O2"]["rebate_rate"]) == (
		"853900",
		"854000",
		"8",
	)
	assert rows["O5"]["rules"] == "Unlisted Item"


def test_a_name_can_not_become_a_formula(tmp_path):
	customers = """
		customer,customer_name
		K1,"=HYPERLINK(""x"")"
		K2,+1
		C1,-1
		K3,@a
	"""
	accounts = FILES["key_accounts.csv"] + "K3,Major,A,1\nC1,Major,A,1\n"
	written(write_book(tmp_path / "book", customers=customers, key_accounts=accounts), tmp_path / "out")
	with (tmp_path / "out" / "tiers.csv").open(encoding="utf-8", newline="") as lines:
		names = [row["customer_name"] for row in csv.DictReader(lines)]
	assert names == ["'-1", '\'=HYPERLINK("x")', "'+1", "'@a"]


def test_an_existing_report_is_replaced_and_other_files_stay(found, tmp_path):
	(tmp_path / "mine.txt").write_text("keep", "utf-8")
	(tmp_path / "report.html").write_text("old", "utf-8")
	write_report(found, tmp_path)
	assert (tmp_path / "report.html").read_text("utf-8") != "old"
	assert sorted(os.listdir(tmp_path)) == sorted([*WRITTEN, "mine.txt"])


def test_a_report_that_fails_half_way_leaves_the_old_one(found, tmp_path, monkeypatch):
	(tmp_path / "report.html").write_text("old", "utf-8")
	monkeypatch.setattr("kam_extension.replay.report.write_tables", lambda replay, directory: 1 / 0)
	with pytest.raises(ZeroDivisionError):
		write_report(found, tmp_path)
	assert os.listdir(tmp_path) == ["report.html"]
	assert (tmp_path / "report.html").read_text("utf-8") == "old"


def test_a_book_without_anything_still_makes_a_report(tmp_path):
	heads = {name.removesuffix(".csv"): text.strip().splitlines()[0] for name, text in FILES.items()}
	text = Page(written(write_book(tmp_path / "book", **heads), tmp_path / "out")).text
	assert "No order would have been blocked." in text
	assert "No rebate agreement covers an order that was paid." in text


def test_what_the_policy_says_about_rebates_is_in_the_notes(book, page, tmp_path):
	assert "Rebate in the price: on cost. Rebate paid: on gross receipts." in Page(page).text
	text = Page(written(book, tmp_path, terms=on_net_receipts())).text
	assert "Rebate in the price: on receipts. Rebate paid: on net receipts." in text


def test_other_languages_come_from_the_apps_translations(found, tmp_path, monkeypatch):
	(tmp_path / "zh.csv").write_text(
		"orders blocked,被拦截的订单\n"
		'"The net total is {actual}; it must be at least {required}. {shortfall} is missing.",'
		'"净额 {actual},至少 {required},差 {shortfall}。"\n',
		"utf-8",
	)
	monkeypatch.setattr(translate, "TRANSLATIONS", tmp_path)
	assert translate.languages() == ["en", "zh"]
	write_report(found, tmp_path / "out", "zh")
	source = (tmp_path / "out" / "report.html").read_text("utf-8")
	assert '<html lang="zh">' in source
	text = Page(source).text
	assert "被拦截的订单" in text
	assert "净额 853,900.00,至少 854,000.00,差 100.00。" in text
	assert "tiers would change" in text


def test_bars_are_as_high_as_their_values():
	chart = columns({"2026-01": money(100), "2026-02": money(50), "2026-03": money(0)}, "accent", str)
	heights = [float(height) for height in re.findall(r'<rect[^>]* height="([\d.]+)"', chart)]
	assert heights == [pytest.approx(2 * heights[1], abs=0.2), heights[1]]


def test_stacked_bars_stand_on_each_other():
	series = (("Pass", "good", "Pass"), ("Blocked", "bad", "Blocked"))
	chart = stacked_columns({"2026-01": {"Pass": 1, "Blocked": 3}}, series)
	[lower, upper] = [
		(float(y), float(height))
		for y, height in re.findall(r'<rect[^>]* y="([\d.]+)"[^>]* height="([\d.]+)"', chart)
	]
	assert upper[0] + upper[1] == pytest.approx(lower[0], abs=0.2)
	assert upper[1] == pytest.approx(3 * lower[1], abs=0.2)


def test_the_demo_runs_as_a_module_anywhere(tmp_path, checkout):
	done = subprocess.run(
		[sys.executable, "-m", "kam_extension.replay", "--demo"],
		cwd=tmp_path,
		env={**os.environ, "PYTHONPATH": str(checkout)},
		capture_output=True,
		text=True,
	)
	assert done.returncode == 0, done.stderr
	assert "orders judged" in done.stdout
	assert (tmp_path / "output" / "replay" / "report.html").stat().st_size > 20_000


def test_the_command_prints_what_it_found(book, tmp_path, capsys):
	from tests.unit.builders import PRESET

	code = main(["replay", "--policy", str(PRESET), "--book", str(book), "--out", str(tmp_path / "a" / "b")])
	assert code == 0
	assert "5 orders judged, 0 blocked." in capsys.readouterr().out


def test_bands_between_tiers_are_as_wide_as_their_accounts():
	chart = flows({("A", "A"): 1, ("A", None): 3, ("B", "A"): 4}, ("Today", "Earned"), "none")
	heights = [float(height) for height in re.findall(r'<rect[^>]* height="([\d.]+)"', chart)]
	assert heights[0] == heights[1] == pytest.approx(heights[2] * 4 / 5, abs=0.2)
	assert re.findall(r">(\w+ \(\d\))<", chart) == ["A (4)", "B (4)", "A (5)", "none (3)"]
	assert re.findall(r"<title>([^<]*)</title>", chart) == ["A → A: 1", "A → none: 3", "B → A: 4"]
	assert flows({}, ("Today", "Earned"), "none") == ""


def test_sums_by_rule_and_by_markup(found):
	side = found.side
	assert side.counts_by_rule() == {
		"Discount Cap": {"Blocked": 1},
		"Markup": {"Blocked": 1},
		"Unlisted Item": {"Warned": 1},
	}
	steps = side.markup_distribution(5, 0, 60)
	assert (list(steps)[0], list(steps)[-1], len(steps)) == (-5, 60, 14)
	filled = {step: counts for step, counts in steps.items() if counts}
	assert filled == {10: {"Pass": 1, "Blocked": 1}, 35: {"Blocked": 1}, 40: {"Pass": 1}, 60: {"Warned": 1}}


def test_long_lists_are_cut_and_say_where_the_rest_is(found, tmp_path, monkeypatch):
	monkeypatch.setattr(sections, "MOST_ORDERS", 1)
	for module in (sections, accounts):
		monkeypatch.setattr(module, "MOST_ACCOUNTS", 1)
	write_report(found, tmp_path)
	text = Page((tmp_path / "report.html").read_text("utf-8")).text
	assert "the largest first. 1 more are in decisions.csv." in text
	assert "The 1 accounts with the highest cost." in text
	assert "The 1 accounts with the highest rebates; the total is that of all." in text
	assert "1 accounts, those that move first; all are in tiers.csv." in text
	assert "Row 1, SPC: the net rate is 97.99" not in text
