"""Sales Orders with their items and taxes, and the items' prices."""

from collections.abc import Mapping

from book import tables

HELPER = "Bench Order"
DEFINITION = """
	number int primary key, name varchar(30), customer varchar(30), key_account varchar(30), placed_on date,
	taxed int, first_rate decimal(21,2), second_rate decimal(21,2), first_qty decimal(21,3), second_qty decimal(21,3),
	first_net decimal(21,2), second_net decimal(21,2)
"""
# Rates lie above or below the list by the account's premium. Every fifth order has prices with 13 % tax in them, as
# the list then has it; its net amounts are without. Two items in two rows.
FIRST_LIST_RATE = "100 + number %% %(items)s %% 50 + 5 * (2 - year_back)"
SECOND_LIST_RATE = "100 + (number + 7) %% %(items)s %% 50 + 5 * (2 - year_back)"
ORDERS = f"""
	select
		number, concat('SAL-ORD-', lpad(number, 8, '0')), customer, key_account, %(today)s - interval age day, taxed,
		first_rate, second_rate, first_qty, second_qty,
		round(first_qty * first_rate / tax_factor, 2),
		round(second_qty * second_rate / tax_factor, 2)
	from (
		select rated.*, round(half / first_rate, 3) first_qty, round(half / second_rate, 3) second_qty
		from (
			select
				placed.*,
				if(taxed, 1.13, 1) tax_factor,
				round(({FIRST_LIST_RATE}) * (100 + premium) / 100, 2) first_rate,
				round(({SECOND_LIST_RATE}) * (100 + premium) / 100, 2) second_rate
			from (
				select aged.*, number %% 5 = 0 taxed, least(age div 365, 2) year_back
				from (
					select
						seq number, customer, key_account, premium,
						ordered * days / 365 / each_has / 2 half,
						{tables.AGE} age
					from ({tables.NUMBERED}) numbered
				) aged
			) placed
		) rated
	) amounts
"""
NET = "first_net + second_net"
SALES_ORDER = {
	"name": "name",
	"docstatus": "1",
	"customer": "customer",
	"customer_name": "customer",
	"title": "customer",
	"company": "%(company)s",
	"transaction_date": "placed_on",
	"delivery_date": "placed_on + interval 14 day",
	"currency": "%(currency)s",
	"conversion_rate": "1",
	"selling_price_list": "%(price_list)s",
	"base_net_total": NET,
	"net_total": NET,
	"base_grand_total": f"round(({NET}) * 1.13, 2)",
	"grand_total": f"round(({NET}) * 1.13, 2)",
	"status": "if(number %% 40 = 39, 'Closed', 'Completed')",
	"per_delivered": "if(number %% 40 = 39, 60, 100)",
	"per_billed": "if(number %% 40 = 39, 60, 100)",
	"kam_key_account": "key_account",
}
SALES_ORDER_ITEM = {
	"name": "concat('so', lpad(2 * number + side, 9, '0'))",
	"docstatus": "1",
	"idx": "side + 1",
	"parent": "name",
	"parentfield": "'items'",
	"parenttype": "'Sales Order'",
	"item_code": "concat('ITEM-', lpad((number + 7 * side) %% %(items)s, 4, '0'))",
	"item_name": "concat('ITEM-', lpad((number + 7 * side) %% %(items)s, 4, '0'))",
	"uom": "'Nos'",
	"stock_uom": "'Nos'",
	"conversion_factor": "1",
	"warehouse": "%(warehouse)s",
	"qty": "if(side = 0, first_qty, second_qty)",
	"stock_qty": "if(side = 0, first_qty, second_qty)",
	"rate": "if(side = 0, first_rate, second_rate)",
	"base_rate": "if(side = 0, first_rate, second_rate)",
	"amount": "round(if(side = 0, first_qty * first_rate, second_qty * second_rate), 2)",
	"base_amount": "round(if(side = 0, first_qty * first_rate, second_qty * second_rate), 2)",
	"net_amount": "if(side = 0, first_net, second_net)",
	"base_net_amount": "if(side = 0, first_net, second_net)",
}
TAX = {
	"name": "concat('tx', lpad(number, 9, '0'))",
	"docstatus": "1",
	"idx": "1",
	"parent": "name",
	"parentfield": "'taxes'",
	"parenttype": "'Sales Order'",
	"charge_type": "'On Net Total'",
	"account_head": "%(tax)s",
	"rate": "13",
	"included_in_print_rate": "taxed",
	"base_tax_amount": f"round(({NET}) * 0.13, 2)",
	"base_tax_amount_after_discount_amount": f"round(({NET}) * 0.13, 2)",
}
ITEM = {
	"name": "concat('ITEM-', lpad(seq, 4, '0'))",
	"item_code": "concat('ITEM-', lpad(seq, 4, '0'))",
	"item_name": "concat('ITEM-', lpad(seq, 4, '0'))",
	"item_group": "'Products'",
	"stock_uom": "'Nos'",
	"is_sales_item": "1",
}
# One price for each of the last three years, the oldest without a start, the newest without an end.
ITEM_PRICE = {
	"name": "concat('ip', lpad(seq, 5, '0'), year_back)",
	"item_code": "concat('ITEM-', lpad(seq, 4, '0'))",
	"item_name": "concat('ITEM-', lpad(seq, 4, '0'))",
	"price_list": "%(price_list)s",
	"selling": "1",
	"currency": "%(currency)s",
	"uom": "'Nos'",
	"price_list_rate": "100 + seq %% 50 + 5 * (2 - year_back)",
	"valid_from": "if(year_back = 2, null, %(today)s - interval 365 * year_back + 364 day)",
	"valid_upto": "if(year_back = 0, null, %(today)s - interval 365 * year_back day)",
}
BOTH_SIDES = f"`tab{HELPER}` join (select seq side from seq_0_to_1) sides"


def load_orders(values: Mapping) -> None:
	"""Replace all orders, items and prices of the site by those of the book."""
	tables.make_helper(HELPER, DEFINITION)
	tables.insert(HELPER, ORDERS.format(last=values["orders"] - 1), values)
	items = f"(select seq from seq_0_to_{values['items'] - 1}) items"
	tables.refill(
		(
			("Sales Order", SALES_ORDER, f"`tab{HELPER}`"),
			("Sales Order Item", SALES_ORDER_ITEM, BOTH_SIDES),
			("Sales Taxes and Charges", TAX, f"`tab{HELPER}`"),
			("Item", ITEM, items),
			("Item Price", ITEM_PRICE, f"{items} join (select seq year_back from seq_0_to_2) years"),
		),
		values,
	)
