"""The whole replay of one book under one policy, or two side by side."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from kam_extension.replay.book import Book
from kam_extension.replay.catalogue import Catalogue
from kam_extension.replay.judged_orders import number_orders
from kam_extension.replay.policy_file import Policy
from kam_extension.replay.prices import Pricing
from kam_extension.replay.rebates_owed import number_receipts
from kam_extension.replay.side import Side
from kam_extension.replay.work import DECISIONS, REBATES, Job, run_tasks

OTHER_ORDERS = """
	SELECT count(*) AS orders FROM orders
	WHERE state = 'Submitted' AND order_date <= $as_of_date AND customer NOT IN (SELECT customer FROM key_accounts)
"""
Advance = Callable[[int, int], None]


@dataclass(frozen=True)
class Replay:
	"""`side` is the policy that is tried, `against` the one that it is compared with, if any."""

	book: Book
	side: Side
	against: Side | None
	other_orders: int

	@property
	def sides(self) -> tuple[Side, ...]:
		return (self.side, self.against) if self.against else (self.side,)

	def changes(self) -> Counter:
		"""{(verdict under `against`, verdict): orders}."""
		rows = self.book.rows(
			f"""SELECT a.verdict AS before, d.verdict AS now, count(*) AS orders
			FROM {self.side.decisions} d JOIN {self.against.decisions} a USING (place) GROUP BY ALL"""
		)
		return Counter({(row["before"], row["now"]): row["orders"] for row in rows})


def replay(
	book: Book, policy: Policy, against: Policy | None = None, advance: Advance = lambda done, total: None
) -> Replay:
	"""Judge, score and compute everything that the policies have to say about the book.

	`advance(done, total)` is told how many orders and receipts are done.
	"""
	database, policies = book.store.database, [policy, against] if against else [policy]
	counts = {
		DECISIONS: number_orders(database, book.as_of_date, book.currency),
		REBATES: number_receipts(database, book.as_of_date),
	}
	job = Job(book.store.directory, [one.terms for one in policies], book.rounding, book.exchange_rates)
	catalogue = Catalogue.of(database, book.exchange_rates)
	done = 0

	def count(rows: int) -> None:
		nonlocal done
		done += rows
		advance(done, sum(counts.values()))

	run_tasks(book.store, job, catalogue, counts, count)
	sides = [
		Side(book, number, one.title, Pricing(catalogue, one.terms)) for number, one in enumerate(policies)
	]
	other_orders = book.rows(OTHER_ORDERS)[0]["orders"]
	return Replay(book, sides[0], sides[1] if against else None, other_orders)
