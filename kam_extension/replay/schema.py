"""The files of a book and their columns; `fixtures/demo_book/README.md` says what they mean."""

from dataclasses import dataclass

TEXT, AMOUNT, WHOLE, DAY = "VARCHAR", "DECIMAL(28, 9)", "INTEGER", "DATE"
MEANING = {AMOUNT: "a number", WHOLE: "a whole number", DAY: "a date such as 2026-06-30"}


@dataclass(frozen=True)
class Column:
	"""`references` is "table.column" that the value has to be found in; an optional column may be empty."""

	name: str
	kind: str = TEXT
	optional: bool = False
	references: str | None = None
	choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
	"""A CSV file `<name>.csv`; `key` columns are unique together."""

	name: str
	columns: tuple[Column, ...]
	key: tuple[str, ...] = ()

	@property
	def file(self) -> str:
		return f"{self.name}.csv"


CUSTOMER = Column("customer", references="customers.customer")

TABLES = (
	Table("customers", (Column("customer"), Column("customer_name")), ("customer",)),
	Table(
		"key_accounts",
		(
			CUSTOMER,
			Column("account_class", choices=("Major", "Ordinary")),
			Column("tier", optional=True),
			Column("strategic_influence", WHOLE, optional=True),
		),
		("customer",),
	),
	Table(
		"items",
		(
			Column("item_code"),
			Column("cost", AMOUNT, optional=True),
			Column("base_price", AMOUNT, optional=True),
		),
		("item_code",),
	),
	Table(
		"orders",
		(
			Column("order"),
			CUSTOMER,
			Column("order_date", DAY),
			Column("other_costs", AMOUNT, optional=True),
			Column("net_total", AMOUNT),
			Column("grand_total", AMOUNT),
			Column("state", choices=("Submitted", "Draft")),
		),
		("order",),
	),
	Table(
		"order_lines",
		(
			Column("order", references="orders.order"),
			Column("row", WHOLE),
			Column("item_code", references="items.item_code"),
			Column("quantity", AMOUNT),
			Column("rate", AMOUNT),
			Column("amount", AMOUNT),
		),
		("order", "row"),
	),
	Table(
		"invoices",
		(
			Column("invoice"),
			Column("order", optional=True, references="orders.order"),
			CUSTOMER,
			Column("posting_date", DAY),
			Column("due_date", DAY),
			Column("return_against", optional=True, references="invoices.invoice"),
			Column("net_total", AMOUNT),
			Column("grand_total", AMOUNT),
		),
		("invoice",),
	),
	Table(
		"payments",
		(
			Column("payment"),
			CUSTOMER,
			Column("posting_date", DAY),
			Column("kind", choices=("Receive", "Pay")),
			Column("amount", AMOUNT),
		),
		("payment",),
	),
	Table(
		"payment_references",
		(
			Column("payment", references="payments.payment"),
			Column("document_type", choices=("Sales Order", "Sales Invoice")),
			Column("document"),
			Column("amount", AMOUNT),
		),
	),
	Table(
		"rebate_agreements",
		(
			Column("agreement"),
			CUSTOMER,
			Column("valid_from", DAY),
			Column("valid_to", DAY),
			Column("rate_source", choices=("Policy Ladder", "Special")),
			Column("special_rate", AMOUNT, optional=True),
			Column("orders", optional=True),
		),
		("agreement",),
	),
)
