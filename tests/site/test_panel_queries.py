"""The live panel asks the database as often for fifty lines as for two (R30)."""

import frappe
import pytest

from kam_extension.api import preview
from tests.site.factories import make_item, make_key_account, make_policy, make_sales_order


@pytest.fixture
def account():
	make_policy(margin_action="Block", price_action="Block", credit_action="Block")
	return make_key_account()


def queries_of_preview(doc, monkeypatch) -> int:
	values = frappe.as_json(doc.as_dict())
	preview(values)  # what is read once and remembered
	counted = []
	plain = frappe.db.sql
	with monkeypatch.context() as patch:
		patch.setattr(
			frappe.db, "sql", lambda *words, **options: counted.append(1) or plain(*words, **options)
		)
		preview(values)
	return len(counted)


@pytest.mark.parametrize("rate", [150, 90], ids=["passes", "blocked"])
def test_number_of_queries_does_not_depend_on_the_lines(account, rate, monkeypatch):
	items = [make_item(cost=100, list_price=150).name for _ in range(12)]
	short, long = (
		make_sales_order(account.customer, [(item, 1, rate) for item in items[:count]]) for count in (2, 12)
	)
	assert queries_of_preview(long, monkeypatch) == queries_of_preview(short, monkeypatch)
