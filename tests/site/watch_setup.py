"""Accounts near to another tier, and the rows of the watch list about them.

Under the shipped policy an account with influence 4 and no debt has 4 + 4 points, and 1 for prices that no list holds;
its orders of the year add 1 to 4. B begins at 12 points, which are orders of 2,000,000.
"""

from datetime import timedelta

from frappe.utils import getdate

from kam_extension.kam_extension.report.tier_watch_list import tier_watch_list
from tests.site.churn_setup import order_row
from tests.site.factories import make_key_account


def make_account(ordered: float = 1_900_000, **fields):
	"""A customer of two years with these orders within the last year."""
	account = make_key_account(**{"tier": "C", "strategic_influence": 4} | fields)
	order_row(account, getdate() - timedelta(days=700), 1)
	order_row(account, getdate() - timedelta(days=30), ordered)
	return account


def rows_of(account=None, **filters) -> list[dict]:
	_columns, rows, _message, _chart = tier_watch_list.execute(filters)
	return [row for row in rows if account is None or row["key_account"] == account.name]
