"""The file of Chinese texts, read without Frappe. That no text is missing is for tests/site/test_translations.py."""

import ast
import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from kam_extension.policy.codes import AccountClass, Metric, RebateBase, Rule, VerdictCode
from kam_extension.policy.explain import COST_SENTENCES, SENTENCES
from kam_extension.replay.report import sections
from kam_extension.replay.report.translate import CONTEXT, TRANSLATIONS, translator

PLACEHOLDER = re.compile(r"\{\w*\}")
TAG = re.compile(r"<[^>]*>")
CHINESE = "[\u4e00-\u9fff]"
HALF_WIDTH = re.compile(f"{CHINESE}[,;:?!()]|[,;:?!()]{CHINESE}")


@pytest.fixture(scope="module")
def rows() -> list[list[str]]:
	with (TRANSLATIONS / "zh.csv").open(encoding="utf-8", newline="") as lines:
		return list(csv.reader(lines))


def texts_of_replay() -> set[str]:
	"""What the report shows: literals in `_()`, and what reaches `_` by a variable."""
	calls = [
		node
		for path in Path(sections.__file__).parent.glob("*.py")
		for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
		if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "_"
	]
	literals = {call.args[0].value for call in calls if call.args and isinstance(call.args[0], ast.Constant)}
	metrics = {sections._label(metric) for metric in Metric}
	codes = {*AccountClass, *RebateBase, *Rule, VerdictCode.NOT_APPLICABLE}
	return literals | metrics | codes | {*SENTENCES.values(), *COST_SENTENCES.values()}


def test_rows_have_a_text_a_translation_and_perhaps_a_context(rows):
	assert rows
	for row in rows:
		assert len(row) in (2, 3), row
		assert all(cell and cell == cell.strip() for cell in row), row


def test_no_text_is_translated_twice(rows):
	counts = Counter((row[0], *row[2:]) for row in rows)
	assert [key for key, count in counts.items() if count > 1] == []


def test_placeholders_and_tags_are_kept(rows):
	for source, text, *_context in rows:
		assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(source)), source
		assert sorted(TAG.findall(text)) == sorted(TAG.findall(source)), source


def test_translations_are_chinese(rows):
	"""With Chinese punctuation between Chinese words."""
	assert [row for row in rows if not re.search(CHINESE, row[1])] == []
	assert [row for row in rows if HALF_WIDTH.search(row[1])] == []


def test_report_of_the_replay_is_all_chinese():
	chinese = translator("zh")
	assert [text for text in sorted(texts_of_replay()) if chinese(text) == text] == []


def test_rows_for_the_replay_are_used(rows):
	wanted = {row[0] for row in rows if row[2:] == [CONTEXT]}
	assert wanted
	assert wanted - texts_of_replay() == set()


def test_context_replay_wins_over_none_and_other_contexts_are_left_out(tmp_path, monkeypatch):
	(tmp_path / "zh.csv").write_text(
		"Order,订购\nOrder,订单,Replay\nOrder,命令,Somewhere\nCost,成本,Somewhere\n"
	)
	monkeypatch.setattr("kam_extension.replay.report.translate.TRANSLATIONS", tmp_path)
	assert translator("zh")("Order") == "订单"
	assert translator("zh")("Cost") == "Cost"
