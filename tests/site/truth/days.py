"""Orders of earlier days: what was true then is not what is true now."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

import frappe
from frappe.utils import add_months, data, nowdate

from kam_extension.integration.policies.policies import forget_policies
from tests.site.factories import COST_PRICE_LIST, make_price, make_rebate_agreement
from tests.site.truth.market import Market

FIRST, SECOND = 60, 30
"""Days ago."""


@contextmanager
def days_ago(number: int) -> Iterator[None]:
	"""Frappe's clock is set back; every function of Frappe that tells the time asks this one."""
	tell = data.convert_utc_to_system_timezone
	with patch.object(data, "convert_utc_to_system_timezone", lambda now: tell(now) - timedelta(days=number)):
		forget_policies()
		yield
	forget_policies()


def change_times(market: Market) -> None:
	"""From now on other prices, costs and tiers, and an agreement for an account that had none."""
	make_price(market.items["valve"], 141.5, valid_from=nowdate())
	make_price(market.items["bolt"], 8.35, COST_PRICE_LIST, valid_from=nowdate())
	for account, tier in ((market.accounts[1], "A"), (market.accounts[4], "C")):
		frappe.get_doc("Key Account", account.name).update({"tier": tier}).save()
	period = {"valid_from": nowdate(), "valid_to": add_months(nowdate(), 12)}
	terms = {"rate_source": "Special", "special_rate": 4.25}
	make_rebate_agreement(market.accounts[0].name, submit=True, **period, **terms)
