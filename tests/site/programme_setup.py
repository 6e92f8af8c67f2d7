"""What the tests of rebate programmes share: an account whose agreement grants programmes, months, claims."""

from datetime import date

import frappe
from frappe.utils import add_days, add_months, getdate

from kam_extension.integration.rebates import rebate_requests
from tests.site.factories import make_item, make_key_account, make_policy, make_rebate_agreement
from tests.site.rebate_setup import RULES_OFF, Account, this_month

# 1 % of all that is received in a year from 10,000, 4 % from 20,000.
STEPS = ((10_000, 1), (20_000, 4))


def month(ago: int, day: int = 0) -> date:
	"""The first day of the month `ago` months back, and `day` days on."""
	return getdate(add_days(add_months(this_month(), -ago), day))


def programme(code: str, *bands, **fields) -> tuple[dict, list[dict]]:
	"""A programme and its bands (from, rate); fixed amounts by `kind`. Its year begins four months ago."""
	reward = "fixed_amount" if fields.get("kind") == "Fixed Amount" else "rebate_rate"
	values = {"programme": code, "title": f"Programme {code}", "starts_on": month(4), "priority": 2}
	rows = [{"programme": code, "from_value": start, reward: value} for start, value in bands]
	return values | fields, rows


def make_programme_policy(*programmes, **policy):
	return make_policy(
		**RULES_OFF,
		**policy,
		rebate_programmes=[values for values, _rows in programmes],
		programme_bands=[row for _values, rows in programmes for row in rows],
	)


def make_programme_account(*programmes, policy: dict | None = None, **agreement) -> Account:
	"""An account of no tier with an agreement on the ladder (5 %) and all `programmes`."""
	make_programme_policy(*programmes, **policy or {})
	account = make_key_account(tier=None)
	named = [{"programme": values["programme"]} for values, _rows in programmes]
	make_rebate_agreement(account.name, submit=True, **{"programmes": named} | agreement)
	return Account(account.name, account.customer, make_item(cost=1, list_price=1000).name)


def claim(request):
	"""Claim the rows as a submit does, without its approvals and settlement; returns the request as stored."""
	request = frappe.get_doc("Rebate Request", request.name)
	rebate_requests.claim_rows(request)
	return request


def programmes_of(request) -> list[tuple]:
	"""(programme, counted, earned, claimed before, rebate) of each row."""
	return [
		(row.programme, row.counted_amount, row.earned_amount, row.claimed_before, row.rebate_amount)
		for row in request.programmes
	]


def claimed_for(account, code: str | None = None) -> dict[str, float]:
	"""{payment: rebate claimed for it} in a programme, or by the order's own rate without one."""
	rows = frappe.get_all(
		"KAM Rebate Claim",
		{"key_account": account.name, "programme": code or ("is", "not set")},
		["payment_document", "rebate_amount"],
	)
	found: dict[str, float] = {}
	for row in rows:
		found[row.payment_document] = round(found.get(row.payment_document, 0) + row.rebate_amount, 2)
	return found


def request_of(request) -> float:
	"""What the claim ledger says that a request claimed, all entries together."""
	return round(
		sum(frappe.get_all("KAM Rebate Claim", {"rebate_request": request.name}, pluck="rebate_amount")), 2
	)
