"""Random orders, each about something: placed through the door, refused or not, and what follows."""

from collections import Counter
from random import Random

import frappe
from frappe.utils import nowdate

from kam_extension.exceptions import PolicyViolation
from tests.site.case_market import in_two_weeks
from tests.site.factories import company, items_of
from tests.site.truth.market import WORTH, Market

GOODS = ("pipe", "valve", "bolt")


class Deals:
	"""Places orders and keeps what came of them."""

	def __init__(self, seed: int, market: Market):
		self.chance, self.market = Random(seed), market
		self.refused: set[str] = set()
		self.placed: dict[str, str] = {}
		"""Order → what it is about."""
		self.about = ""

	def counts(self) -> Counter:
		return Counter(self.placed.values())

	def line(self, good: str | None = None, quantity: int | None = None, **more) -> tuple:
		"""A row at about its worth; now and then far below."""
		good = good or self.chance.choice(GOODS)
		quantity = quantity or self.chance.choice((1, 3, 10, 40, 300, 2500, 9000))
		level = self.chance.choice((1.6, 1.3, 1, 1, 0.95, 0.86, 0.85, 0.6))
		rate = round(WORTH[good] * level * (12 if more.get("uom") == "Box" else 1), 2)
		return self.market.items[good], quantity, rate, more

	def lines(self) -> list[tuple]:
		return [self.line() for _ in range(self.chance.randint(1, 3))]

	def order(self, *lines: tuple, account=None, **fields):
		"""An order that is not inserted yet."""
		account = account or self.chance.choice(self.market.accounts)
		values = {
			"doctype": "Sales Order",
			"customer": account.customer,
			"company": company(),
			"transaction_date": nowdate(),
			"delivery_date": in_two_weeks(),
			"items": items_of(list(lines) + (self.lines() if self.chance.random() < 0.5 else [])),
		}
		return frappe.get_doc(values | fields)

	def submit(self, order) -> str:
		"""Through the door; what is refused there is let in with a warning."""
		if not order.name or order.is_new():
			order.insert()
		try:
			order.submit()
		except PolicyViolation:
			self.refused.add(order.name)
			self.market.set_actions("Warn")
			order.reload()
			order.submit()
			self.market.set_actions("Block")
		self.placed[order.name] = self.about
		return order.name
