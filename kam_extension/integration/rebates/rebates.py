"""What an account may claim: receipts on orders with a rebate, less what was claimed before (R37–R39, R41)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import frappe
from frappe.utils import getdate

from kam_extension.integration.money import company_currency, site_rounding
from kam_extension.integration.rebates.claims import Claimed, claimed_receipts
from kam_extension.integration.rebates.open_receipts import OpenReceipt, OrderRebate, open_rows
from kam_extension.integration.rebates.programme_claims import OpenProgramme
from kam_extension.integration.rebates.programme_grants import by_agreement, granted_programmes
from kam_extension.integration.rebates.programme_rebates import ProgrammeRebates
from kam_extension.integration.rebates.rebate_orders import order_rebates
from kam_extension.integration.rebates.receipt_sources import Scope
from kam_extension.integration.rebates.receipts import Receipt, ReceiptKey, receipts_on_orders
from kam_extension.policy.money import ZERO, Rounding


class OpenRebates:
	"""What is open for accounts of one company, of receipts dated up to a day.

	Reads the ledger once, with a fixed number of queries for any number of accounts; `rows` may be asked
	again with a later state of the claim ledger.
	"""

	def __init__(self, company: str, key_accounts: Sequence[str], until: date):
		self.company = company
		self.key_accounts = list(key_accounts)
		self.until = min(getdate(until), getdate())
		self.since = claims_start_date()
		self.rounding: Rounding = site_rounding(company_currency(company))
		self.account_of_customer = _account_of_customer(self.key_accounts)
		scope = Scope(company, tuple(self.account_of_customer), self.until, self.since)
		self.receipts = receipts_on_orders(scope)
		self.claimed = self.read_claims()
		orders = {key.sales_order for key in self.receipts} | {key.sales_order for key in self.claimed}
		grants = granted_programmes(company, self.key_accounts) if orders else []
		self.orders = order_rebates(company, self.key_accounts, orders, by_agreement(grants))
		self.programme_rebates = ProgrammeRebates(
			company, self.account_of_customer, grants, self.orders, self.rounding
		)

	def read_claims(self, for_update: bool = False) -> dict[ReceiptKey, Claimed]:
		"""The claim ledger of the accounts; `for_update` sees what others committed meanwhile."""
		return claimed_receipts(self.company, self.key_accounts, for_update)

	def rows(self, period_start: date, claimed: dict[ReceiptKey, Claimed] | None = None) -> list[OpenReceipt]:
		"""Open rows by date, those dated before `period_start` marked as open differences (R38)."""
		claimed = {
			key: entry
			for key, entry in (self.claimed if claimed is None else claimed).items()
			if self._in_scope(entry.posting_date)
		}
		found = []
		for key in self.receipts.keys() | claimed.keys():
			receipt, entry, order = self.receipts.get(key), claimed.get(key), self.orders.get(key.sales_order)
			if entry is None and order is None:
				continue
			base = self._base(key, receipt, entry, order, getdate(period_start))
			if order and order.programmes:
				order = self.programme_rebates.left_to_order(
					key.sales_order, base.key_account, base.posting_date, order
				)
				base = replace(base, order=order)
			found.extend(open_rows(receipt, entry, order, base, self.rounding))
		return sorted(found, key=lambda row: (row.posting_date, row.key, row.is_rate_change, row.rate))

	def programmes(
		self, rows: Sequence[OpenReceipt], claimed: dict[ReceiptKey, Claimed] | None = None
	) -> list[OpenProgramme]:
		"""Periods of rebate programmes, net of what was claimed in them, once `rows` are claimed as well (R73)."""
		return self.programme_rebates.lines(rows, self.claimed if claimed is None else claimed)

	def _in_scope(self, day: date) -> bool:
		return day <= self.until and (self.since is None or day >= self.since)

	def _base(
		self,
		key: ReceiptKey,
		receipt: Receipt | None,
		entry: Claimed | None,
		order: OrderRebate | None,
		period_start: date,
	) -> OpenReceipt:
		day = receipt.posting_date if receipt else entry.posting_date
		return OpenReceipt(
			key=key,
			key_account=self.account_of_customer[receipt.customer] if receipt else entry.key_account,
			posting_date=day,
			sales_invoice=receipt.sales_invoice if receipt else None,
			collected=ZERO,
			rate=ZERO,
			rebate=ZERO,
			is_open_difference=day < period_start,
			order=order,
		)


def claims_start_date() -> date | None:
	"""Receipts before this date can't be claimed (R81)."""
	day = frappe.db.get_single_value("KAM Settings", "claims_start_date")
	return getdate(day) if day else None


def _account_of_customer(key_accounts: Sequence[str]) -> dict[str, str]:
	if not key_accounts:
		return {}
	filters = {"name": ("in", list(key_accounts))}
	rows = frappe.get_all("Key Account", filters=filters, fields=["name", "customer"])
	return {row.customer: row.name for row in rows}
