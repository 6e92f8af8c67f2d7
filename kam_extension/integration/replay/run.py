"""The job of a Policy Replay: judge, sum up, keep (R62, R66).

It reads one moment of the database through a connection that only reads, and writes its own rows in short
transactions. Between chunks it looks whether somebody cancelled it, and leaves the processor to others for a moment.
"""

import json
import os
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from time import sleep

from frappe.utils import getdate

from kam_extension.integration.money import company_currency, site_rounding
from kam_extension.integration.replay import control
from kam_extension.integration.replay.order_facts import Market, past_orders
from kam_extension.integration.replay.order_rows import Selection, chunks, orders_by_day
from kam_extension.integration.replay.price_days import ExchangeRates
from kam_extension.integration.replay.rebates_owed import rebate_accounts
from kam_extension.integration.replay.results import write_accounts, write_orders
from kam_extension.integration.replay.sides import Policies
from kam_extension.integration.replay.snapshot import Reading, snapshot
from kam_extension.integration.replay.stock_costs import StockCosts
from kam_extension.integration.replay.summary import Sums, account_rows, headline, summary_of, tier_flows
from kam_extension.integration.replay.tiers_earned import earned_tiers, scored_accounts
from kam_extension.integration.replay.verdicts import compare

NICENESS = 10
PAUSE_SECONDS = 0.005
"""Between chunks: whoever waits for the processor or for the database gets a turn."""


@dataclass
class Work:
	"""A replay under way. `reading` makes the context in which the site is read."""

	replay: object
	reading: Reading
	commits: bool
	policies: Policies = field(init=False)
	selection: Selection = field(init=False)
	sums: Sums = field(default_factory=Sums)
	done: int = 0

	def __post_init__(self):
		self.policies = Policies.of(self.replay)
		self.selection = selection_of(self.replay)

	def run(self) -> dict:
		"""Write all rows; returns the values of the document's own fields."""
		with self.reading():
			days = orders_by_day(self.selection)
			market = self.market()
		total = sum(count for _day, count in days)
		control.note_progress(self.replay, 0, total, self.commits)
		for orders in chunks(self.selection, days, self.reading):
			with self.reading():
				past = past_orders(orders, market)
			self._judge(past)
			control.note_progress(self.replay, self.done, total, self.commits)
			if self.commits:
				sleep(PAUSE_SECONDS)
		self._add_rebates(market)
		return self._finish()

	def market(self) -> Market:
		"""Where prices and costs come from. Reads."""
		company = self.replay.company
		return Market(
			company=company,
			price_lists=self.policies.price_lists(),
			costs=StockCosts(company, self.policies.cost_sources()),
			rates=ExchangeRates(company),
			rounding=site_rounding(company_currency(company)),
		)

	def _judge(self, past: list) -> None:
		compared = [compare(order, self.policies) for order in past]
		for one in compared:
			self.sums.add(one)
		control.take_turn(self.replay)
		write_orders(self.replay, self.done + 1, compared)
		self.done += len(compared)

	def _add_rebates(self, market: Market) -> None:
		with self.reading():
			parts = list(rebate_accounts(self.selection))
		for accounts in parts:
			if accounts:
				with self.reading():
					self.sums.rebates.add(self.selection, accounts, self.policies, market.rounding)

	def _finish(self) -> dict:
		as_of_date = min(self.selection.to_date, getdate())
		sides = [self.policies.tried, self.policies.compared or self.policies.in_force(as_of_date)]
		with self.reading():
			accounts = scored_accounts(self.selection)
			is_whole = self.selection.condition() == "true"
			self.sums.tried.tiers, self.sums.before.tiers = earned_tiers(
				accounts, sides, as_of_date, is_whole
			)
		by_name = {account.name: account for account in accounts}
		control.take_turn(self.replay)
		write_accounts(self.replay, account_rows(self.sums, by_name))
		summary = summary_of(self.sums, self.policies, company_currency(self.replay.company))
		summary["tier_flows"] = tier_flows(self.sums, by_name)
		return headline(self.sums) | {"orders_done": self.done, "summary": json.dumps(summary)}


def selection_of(replay) -> Selection:
	return Selection(
		company=replay.company,
		from_date=getdate(replay.from_date),
		to_date=getdate(replay.to_date),
		account_class=replay.account_class or None,
		tier=replay.tier or None,
		key_accounts=tuple(row.key_account for row in replay.accounts),
	)


def run_in_background(replay: str, run_key: str) -> None:
	"""The job of a worker, in a process of its own: the least important one of the machine."""
	os.nice(NICENESS)
	run_replay(replay, run_key)


def run_replay(replay: str, run_key: str | None = None) -> None:
	"""Run a queued replay (or one that was never run) to its end, whatever that is: Completed, Failed or Cancelled.

	Commits. A job whose turn is over, because the replay was cancelled, ended or queued anew meanwhile, does nothing.
	"""
	_run(replay, run_key, snapshot(), commits=True)


def run_in_transaction(replay: str) -> None:
	"""As `run_replay`, within the caller's transaction and on its connection."""
	_run(replay, None, nullcontext(nullcontext), commits=False)


def _run(replay: str, run_key: str | None, source: AbstractContextManager[Reading], commits: bool) -> None:
	document = control.begin(replay, run_key, commits)
	if document is None:
		return
	with control.ending(document, commits):
		with source as reading:
			figures = Work(document, reading, commits).run()
		control.complete(document, figures, commits)
