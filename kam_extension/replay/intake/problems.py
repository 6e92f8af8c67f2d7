"""What is wrong with a book's rows, and which rows are none of the replay's business."""

from dataclasses import dataclass

from kam_extension.replay.errors import BadInput

STOP, SKIP = "stop", "skip"
CREATE = """
	CREATE TABLE problems (
		number INTEGER, book_table VARCHAR, file_number INTEGER, file VARCHAR, line BIGINT, "column" VARCHAR,
		value VARCHAR, reason VARCHAR
	);
	CREATE TABLE left_out (book_table VARCHAR, name VARCHAR, reason VARCHAR);
	CREATE TABLE files (file_number INTEGER, file VARCHAR);
	CREATE SEQUENCE problem_numbers;
"""
FIRST = 'SELECT file, line, "column", reason FROM problems ORDER BY number LIMIT 1'


@dataclass(frozen=True)
class Problem:
	"""`rows` is a query of (file_number, line, value) of the broken rows; `{value}` in `reason` is replaced by it."""

	table: str
	column: str
	rows: str
	reason: str


class Problems:
	"""Collects broken rows in the database; with `on_error` "stop", the first one ends the replay."""

	def __init__(self, database, on_error: str = STOP):
		self.database, self.on_error = database, on_error
		self._tables: set[str] = set()
		database.execute(CREATE)

	def add(self, problem: Problem) -> None:
		self._tables.add(problem.table)
		self.database.execute(
			f"""INSERT INTO problems SELECT nextval('problem_numbers'), $table, file_number, file, line, $column, value,
				replace($reason, '{{value}}', coalesce(value, ''))
			FROM (SELECT * FROM ({problem.rows}) found JOIN files USING (file_number) ORDER BY file_number, line)""",
			{"table": problem.table, "column": problem.column, "reason": problem.reason},
		)

	def stop_if_any(self) -> None:
		"""Raise the first problem as `BadInput`, unless broken rows are to be skipped."""
		if self.on_error == SKIP or not self._tables:
			return
		first = self.database.execute(FIRST).fetchone()
		if first:
			file, line, column, reason = first
			others = self.count() - 1
			more = f" {others} more, all listed with --on-error skip." if others else ""
			raise BadInput(file, reason + more, line, column)

	def count(self) -> int:
		return self.database.execute("SELECT count(*) FROM problems").fetchone()[0]

	def leave_out(self, table: str, name: str, reason: str, condition: str) -> None:
		"""Take rows that are sound and don't count out of a table, by an SQL condition; `name` is SQL of their name."""
		self.database.execute(
			f"INSERT INTO left_out SELECT $kept_name, {name}, $reason FROM {table} WHERE {condition}",
			{"kept_name": table.removeprefix("text_"), "reason": reason},
		)
		self.database.execute(f"DELETE FROM {table} WHERE {condition}")

	def drop_broken_rows(self, table: str, source: str) -> None:
		"""Delete from `source` the rows of the table that a problem was found in."""
		if table not in self._tables:
			return
		self.database.execute(
			f"""DELETE FROM {source} WHERE (file_number, line) IN
			(SELECT (file_number, line) FROM problems WHERE book_table = $table)""",
			{"table": table},
		)
