"""Keep one test's work from reaching the next: in the database, in Redis and in this process.

The connection of the test never commits: its commits become savepoints and its rollbacks go back to the
last of them. What any other connection commits for good (a parallel session, a record written on a
connection of its own, every connection of a test marked `committing`) is put back afterwards, table by
table, from a copy taken before the first write.
"""

import re
import threading

import frappe
from frappe.database.database import Database
from frappe.utils import caching

SAVEPOINT = "kam_test_commit"
WRITE = re.compile(
	r"^\s*(?:insert\s+(?:ignore\s+)?into|replace\s+into|update|delete\s+from|truncate(?:\s+table)?)\s+(?:`([^`]+)`|([^\s`(]+))",
	re.IGNORECASE,
)
SCHEMA_TABLES = {"tabCustom Field", "tabProperty Setter", "tabCustom DocPerm", "tabDocPerm", "tabDocType"}
SCHEMA_KEYS = (
	"all_apps",
	"app_hooks",
	"app_modules",
	"db_tables",
	"doctype_form_meta",
	"doctype_meta",
	"installed_app_modules",
	"lang_user_translations",
	"merged_translations",
	"metadata_version",
	"module_installed_app",
	"table_columns",
)


def hold_open(database: Database) -> None:
	"""Replace commit and rollback of a connection, so that nothing it does is made permanent."""
	plain_rollback = database.rollback

	def commit():
		database.before_rollback.reset()
		database.after_rollback.reset()
		database.before_commit.run()
		database.savepoint(SAVEPOINT)
		database.value_cache.clear()
		database.after_commit.run()

	def rollback(*, save_point=None):
		if save_point:
			return plain_rollback(save_point=save_point)
		database.before_commit.reset()
		database.after_commit.reset()
		database.before_rollback.run()
		plain_rollback(save_point=SAVEPOINT)
		database.after_rollback.run()
		return None

	database.savepoint(SAVEPOINT)
	database.commit = commit
	database.rollback = rollback
	database.discard = plain_rollback


class WriteWatch:
	"""Notes which tables are written during a test and copies those that are written for good."""

	def __init__(self, held: Database | None):
		self.held = held
		self.tables: set[str] = set()
		self.copies: dict[str, tuple[list[str], list[tuple]]] = {}
		self.lock = threading.Lock()
		self.reader: Database | None = None

	def __enter__(self):
		self.plain_sql = Database.sql
		watch = self

		def sql(database, query, *arguments, **options):
			watch.note(database, query)
			return watch.plain_sql(database, query, *arguments, **options)

		Database.sql = sql
		return self

	def __exit__(self, *exception):
		Database.sql = self.plain_sql

	def note(self, database: Database, query) -> None:
		match = WRITE.match(str(query))
		if not match or database is self.reader:
			return
		table = match.group(1) or match.group(2)
		with self.lock:
			self.tables.add(table)
			if database is not self.held and table not in self.copies:
				self.copies[table] = self.read(table)

	def read(self, table: str) -> tuple[list[str], list[tuple]]:
		"""Columns and committed rows of a table, seen from a connection of its own."""
		if not self.reader:
			self.reader = new_connection()
		self.reader.sql("set session transaction isolation level read committed")
		rows = self.reader.sql(f"select * from `{table}`")
		columns = [column[0] for column in self.reader._cursor.description]
		self.reader.sql("commit")
		return columns, list(rows)

	def restore(self) -> None:
		"""Put back every table that was written for good. Call after the test's connections are closed."""
		if self.copies:
			self.reader.sql("set session foreign_key_checks = 0")
		for table, (columns, rows) in self.copies.items():
			self.reader.sql(f"delete from `{table}`")
			if rows:
				names = ", ".join(f"`{column}`" for column in columns)
				marks = ", ".join(["%s"] * len(columns))
				self.reader._cursor.executemany(f"insert into `{table}` ({names}) values ({marks})", rows)
			self.reader.sql("commit")
		if self.reader:
			self.reader.close()


def new_connection() -> Database:
	"""A second connection to the site's database, beside the one in frappe.local."""
	from frappe.database import get_db

	configuration = frappe.local.conf
	return get_db(
		socket=configuration.db_socket,
		host=configuration.db_host,
		port=configuration.db_port,
		user=configuration.db_name,
		password=configuration.db_password,
		cur_db_name=configuration.db_name,
	)


def forget_caches(schema_changed: bool) -> None:
	"""Drop what this site cached from rows that are gone now. Meta data stay unless a test changed them."""
	caching._SITE_CACHE.clear()
	prefix = f"{frappe.conf.db_name}|"
	stale = [
		key
		for key in frappe.cache.scan_iter(match=f"{prefix}*", count=1000)
		if schema_changed or key.decode()[len(prefix) :] not in SCHEMA_KEYS
	]
	if stale:
		frappe.cache.delete(*stale)
