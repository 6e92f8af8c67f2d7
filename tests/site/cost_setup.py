"""An order whose cost and markup are told from all other numbers of its document (R82)."""

from tests.site.factories import make_item, make_key_account, make_policy, make_sales_order

COST, ACTUAL = 97.53, 94.81
SALES = ("KAM User", "Sales User")
ENTITLED = ("KAM Manager", "KAM Finance", "KAM Director", "KAM Executive")
FIGURES = ("kam_required_markup", "kam_actual_markup", "kam_net_markup", "kam_rebate_rate")


def make_order_with_cost():
	"""A draft order of a key account that costs COST and so has a markup of ACTUAL percent."""
	make_policy(margin_action="Block", price_action="Off", credit_action="Off")
	item = make_item(cost=COST, list_price=200)
	order = make_sales_order(make_key_account().customer, [(item.name, 1, 190)])
	assert round(order.kam_actual_markup, 2) == ACTUAL
	return order
