"""The results as files for a spreadsheet or another program: CSV and Parquet, written by DuckDB."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from kam_extension.replay.engine import Replay
from kam_extension.replay.side import Side

FORMULA_SIGNS = "^[=+@\t\r-]"
# A plain number: no zeros behind the last digit that says something.
NUMBER = """
	CASE WHEN {0} = CAST({0} AS HUGEINT) THEN CAST(CAST({0} AS HUGEINT) AS VARCHAR)
	ELSE rtrim(CAST({0} AS VARCHAR), '0') END
"""
ORDERS = """
	SELECT o."order", o.order_date, o.customer, o.customer_name, o.tier, d.verdict, coalesce(d.rules, '') AS rules,
		o.net_total, d.required_net, d.passing_net, d.cost, o.other_costs, d.required_markup, d.actual_markup,
		d.net_markup, d.rebate_rate, coalesce(d.reasons, '') AS reasons,
		coalesce(d.not_replayed, '') AS not_replayed
"""
AGAINST = """,
		a.verdict AS verdict_against, coalesce(a.rules, '') AS rules_against, a.required_net AS required_net_against,
		a.actual_markup AS actual_markup_against, a.rebate_rate AS rebate_rate_against,
		coalesce(a.reasons, '') AS reasons_against
"""
REBATES = """
	SELECT c.payment, c.posting_date, c."order", c.customer, c.agreement, c.collected, d.rate, d.rebate
"""
REBATES_AGAINST = ", a.rate AS rate_against, a.rebate AS rebate_against"
TIER_COLUMNS = {
	"customer": "VARCHAR", "customer_name": "VARCHAR", "account_class": "VARCHAR", "tier_today": "VARCHAR",
	"tier_earned": "VARCHAR", "points": "DECIMAL(18, 6)", "reason": "VARCHAR", "overdue_days": "INTEGER",
}  # fmt: skip
ROWS_IN_MEMORY = 20_480
"""Of a Parquet file while it is written: reasons are long."""
SKIPPED = "skipped.csv"
SKIPPED_ROWS = 'SELECT file, line, "column", value, reason FROM problems ORDER BY number'


def write_tables(replay: Replay, directory: Path) -> list[str]:
	"""Write all tables into the directory; returns the files' names."""
	database, names = replay.book.store.database, []
	for name, query in _queries(replay).items():
		database.execute(f"CREATE OR REPLACE TEMP VIEW written AS {query}")
		parquet, sheet = directory / f"{name}.parquet", directory / f"{name}.csv"
		database.execute(
			f"COPY written TO {_quoted(parquet)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS_IN_MEMORY})"
		)
		database.execute(
			f"COPY ({_for_spreadsheets(database)}) TO {_quoted(sheet)} (FORMAT csv, HEADER true)"
		)
		names += [sheet.name, parquet.name]
	if replay.book.skipped:
		database.execute(f"CREATE OR REPLACE TEMP VIEW written AS {SKIPPED_ROWS}")
		query = _for_spreadsheets(database)
		database.execute(f"COPY ({query}) TO {_quoted(directory / SKIPPED)} (FORMAT csv, HEADER true)")
		names.append(SKIPPED)
	return names


def _queries(replay: Replay) -> dict[str, str]:
	tried, against = replay.side, replay.against
	orders, rebates, other_orders, other_rebates = ORDERS, REBATES, "", ""
	if against:
		orders, rebates = f"{ORDERS} {AGAINST}", f"{REBATES} {REBATES_AGAINST}"
		other_orders = f"JOIN {against.decisions} a USING (place)"
		other_rebates = f"JOIN {against.rebates} a USING (place)"
	orders = f"{orders} FROM {tried.decisions} d JOIN judged_orders o USING (place) {other_orders}"
	rebates = f"{rebates} FROM {tried.rebates} d JOIN receipts c USING (place) {other_rebates}"
	return {
		"decisions": f"{orders} ORDER BY place",
		"rebates": f"{rebates} ORDER BY place",
		"tiers": _tiers(replay),
	}


def _tiers(replay: Replay) -> str:
	for side in replay.sides:
		_load_tiers(side)
	if not replay.against:
		return "SELECT * FROM tiers_0 ORDER BY customer"
	return """SELECT t.*, a.tier_earned AS tier_earned_against, a.points AS points_against
		FROM tiers_0 t JOIN tiers_1 a USING (customer) ORDER BY customer"""


def _load_tiers(side: Side) -> None:
	store = side.book.store
	path = store.directory / "tiers.csv"
	with path.open("w", encoding="utf-8", newline="") as copy:
		csv.writer(copy).writerows(_tier_rows(side))
	columns = ", ".join(f"'{name}': '{kind}'" for name, kind in TIER_COLUMNS.items())
	store.database.execute(
		f"""CREATE OR REPLACE TABLE tiers_{side.number} AS FROM read_csv($path, columns = {{{columns}}}, header = false,
			delim = ',', quote = '"', escape = '"', auto_detect = false)""",
		{"path": str(path)},
	)


def _tier_rows(side: Side) -> Iterator[tuple[str | Decimal | None, ...]]:
	for tier in side.tiers:
		proposal = tier.proposal
		yield (
			tier.customer, tier.customer_name, tier.account_class, tier.current_tier, proposal.tier,
			proposal.total_points, proposal.reason, int(tier.overdue_days),
		)  # fmt: skip


def _for_spreadsheets(database) -> str:
	"""The rows of `written` with plain numbers; text that a spreadsheet would run as a formula gets a ' before it."""
	cells = []
	for name, kind in ((row[0], row[1]) for row in database.execute("DESCRIBE written").fetchall()):
		column = f'"{name}"'
		if kind.startswith("DECIMAL"):
			cells.append(f"{NUMBER.format(column)} AS {column}")
		elif kind == "VARCHAR":
			cells.append(
				f"CASE WHEN regexp_matches({column}, '{FORMULA_SIGNS}') THEN '''' || {column} ELSE {column} END AS {column}"
			)
		else:
			cells.append(column)
	return f"SELECT {', '.join(cells)} FROM written"


def _quoted(path: Path) -> str:
	return "'" + str(path).replace("'", "''") + "'"
