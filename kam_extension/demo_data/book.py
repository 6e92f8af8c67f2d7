"""The demo book as rows, its dates moved so that its last day is today."""

import csv
import json
from collections import defaultdict
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

DIRECTORY = Path(__file__).resolve().parents[2] / "fixtures" / "demo_book"
DATES = ("order_date", "delivery_date", "posting_date", "due_date", "valid_from", "valid_to", "visit_date")


class DemoBook:
	"""Rows of the book's files, dates as `date`. `limit` keeps so many orders, spread evenly, and what belongs to them."""

	def __init__(self, today: date, limit: int | None = None):
		self.settings = json.loads((DIRECTORY / "book.json").read_text("utf-8"))
		self.shift = today - date.fromisoformat(self.settings["as_of_date"])
		self.limit = limit

	@property
	def company(self) -> dict:
		return self.settings["company"]

	@cached_property
	def go_live_date(self) -> date:
		return date.fromisoformat(self.settings["go_live_date"]) + self.shift

	@cached_property
	def policy(self) -> dict:
		"""Field values of the demo's KAM Policy."""
		preset = json.loads((DIRECTORY / self.settings["policy"]).read_text("utf-8"))
		own = {
			"company": self.company["name"],
			"valid_from": self.go_live_date,
			"base_price_list": self.settings["base_price_list"],
			"cost_price_list": self.settings["cost_price_list"],
		}
		return {**preset, **self.settings["policy_changes"], **own}

	@cached_property
	def orders(self) -> list[dict]:
		rows = self._read("orders")
		if self.limit is None:
			return rows
		drafts = [row for row in rows if row["state"] == "Draft"]
		submitted = [row for row in rows if row["state"] != "Draft"]
		return submitted[:: max(1, len(submitted) // self.limit)][: self.limit] + drafts

	@cached_property
	def invoices(self) -> list[dict]:
		kept = {row["order"] for row in self.orders}
		return [row for row in self._read("invoices") if row["order"] in kept]

	@cached_property
	def payments(self) -> list[dict]:
		return [row for row in self._read("payments") if self.references[row["payment"]]]

	@cached_property
	def customers(self) -> list[dict]:
		kept = {row["customer"] for row in (*self.orders, *self.key_accounts)}
		return [row for row in self._read("customers") if row["customer"] in kept]

	@cached_property
	def items(self) -> list[dict]:
		return self._read("items")

	@cached_property
	def key_accounts(self) -> list[dict]:
		return self._read("key_accounts")

	@cached_property
	def visits(self) -> list[dict]:
		return self._read("visits")[: self.limit]

	@cached_property
	def agreements(self) -> list[dict]:
		"""Rebate agreements with `orders` as a list; those of which no named order is kept are left out."""
		kept = {row["order"] for row in self.orders}
		found = []
		for row in self._read("rebate_agreements"):
			named = [name for name in row["orders"].split(";") if name]
			if not named or kept.intersection(named):
				found.append({**row, "orders": [name for name in named if name in kept]})
		return found

	@cached_property
	def order_lines(self) -> dict[str, list[dict]]:
		return self._grouped("order_lines", "order")

	@cached_property
	def invoice_lines(self) -> dict[str, list[dict]]:
		return self._grouped("invoice_lines", "invoice")

	@cached_property
	def references(self) -> dict[str, list[dict]]:
		kept = {row["order"] for row in self.orders} | {row["invoice"] for row in self.invoices}
		grouped = self._grouped("payment_references", "payment")
		return defaultdict(
			list,
			{name: rows for name, rows in grouped.items() if all(row["document"] in kept for row in rows)},
		)

	def _grouped(self, name: str, key: str) -> dict[str, list[dict]]:
		grouped = defaultdict(list)
		for row in self._read(name):
			grouped[row[key]].append(row)
		return grouped

	def _read(self, name: str) -> list[dict]:
		with (DIRECTORY / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
			return [self._moved(row) for row in csv.DictReader(lines)]

	def _moved(self, row: dict) -> dict:
		moved = {column: date.fromisoformat(row[column]) + self.shift for column in DATES if row.get(column)}
		return {**row, **moved}


def last_day_of_previous_month(day: date) -> date:
	return day.replace(day=1) - timedelta(days=1)
