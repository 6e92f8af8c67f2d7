"""Every text is there in Chinese, and the app's file holds nothing else (R5)."""

import csv
import re

import frappe
import pytest
from frappe.translate import clear_cache, get_translations_from_csv

from kam_extension.exceptions import PolicyViolation
from kam_extension.kam_extension.report.key_account_directory import key_account_directory
from kam_extension.kam_extension.report.rebate_statement import rebate_statement
from kam_extension.replay.report.translate import CONTEXT as REPLAY
from tests.site.factories import make_item, make_key_account, make_policy, make_sales_order
from tests.site.translatable import APP, Text, texts

OTHER_APPS = ("frappe", "erpnext")
ACTIONS = ("margin_action", "price_action", "credit_action", "unknown_cost_action")


@pytest.fixture
def own(site) -> dict[Text, str]:
	"""The app's translations by text and context, those of the replay's report left out."""
	with (APP / "translations" / "zh.csv").open(encoding="utf-8", newline="") as lines:
		rows = list(csv.reader(lines))
	texts_by_key = {(source, context[0] if context else None): text for source, text, *context in rows}
	return {key: text for key, text in texts_by_key.items() if key[1] != REPLAY}


@pytest.fixture
def others(site) -> dict[str, str]:
	"""What Frappe and ERPNext translate themselves."""
	return {
		source: text for app in OTHER_APPS for source, text in get_translations_from_csv("zh", app).items()
	}


def test_every_text_is_translated(own, others):
	missing = {
		source
		for source, context in texts()
		if not (own.get((source, context)) or own.get((source, None)) or others.get(source))
	}
	assert sorted(missing) == [], "add these to kam_extension/translations/zh.csv"


def test_no_translation_is_left_over(own):
	assert sorted(own.keys() - texts(), key=str) == [], "these texts are gone: remove their translations"


def test_wording_of_other_apps_stays(own, others):
	"""A row without context would change the word on every page of the site; a context limits it to ours."""
	assert [source for source, context in own if context is None and source in others] == []


def english(text: str, *allowed: str) -> list[str]:
	"""Latin words left in a text once tags and the names that stay as they are have been taken out."""
	for known in (*allowed, "<[^>]*>"):
		text = re.sub(known, " ", text)
	return re.findall(r"[A-Za-z]{2,}", text)


@pytest.fixture
def in_chinese(site, monkeypatch):
	"""Read from the file as it is now, not from what the site has cached."""
	clear_cache()
	monkeypatch.setattr(frappe.local, "lang", "zh")


def test_a_blocked_order_is_explained_in_chinese(in_chinese):
	"""Its rules, sentences and way out, and the cost side, which Administrator may read."""
	make_policy(**dict.fromkeys(ACTIONS, "Block"))
	account = make_key_account(credit_limit_override=1)
	dear, unknown = make_item(cost=100, list_price=101), make_item(list_price=9)
	lines = [(dear.name, 1, 50), (unknown.name, 1, 9)]
	with pytest.raises(PolicyViolation) as refusal:
		make_sales_order(account.customer, lines, submit=True)
	message = str(refusal.value)
	for rule in ("基本利润", "折扣上限", "信用", "成本未知"):
		assert f"<b>{rule}</b>" in message
	assert "实际利润率" in message
	assert "申请特批" in message
	assert english(message, dear.name, unknown.name, "CNY") == []


@pytest.mark.parametrize("report", [key_account_directory, rebate_statement])
def test_report_columns_are_chinese(in_chinese, report):
	labels = [column["label"] for column in report.get_columns()]
	assert labels
	assert [label for label in labels if english(label)] == []


def test_forms_choose_the_word_of_their_context(in_chinese):
	"""ERPNext's word for Credit is the accounting one, for Group the set of records."""
	assert frappe._("Credit", context="Price Exception Violation") == "信用"
	assert frappe._("Group", context="Key Account") == "集团级"
	assert frappe._("Credit") != "信用"
