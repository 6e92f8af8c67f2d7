"""The nightly drafting of account reports over many accounts: the same rows as saving each, part by part (R50)."""

import json
import time
from datetime import date

import frappe
import pytest

from kam_extension.integration import bulk_rows
from kam_extension.integration.lost_connections import ATTEMPTS, commit_surely
from kam_extension.integration.turns import turns_taken
from kam_extension.integration.visits import account_reports
from kam_extension.integration.visits.report_stages import DOCTYPE
from tests.site.cadence_setup import make_visited
from tests.site.churn_setup import order_row
from tests.site.clock import on_day
from tests.site.factories import company, insert, make_customer, make_policy, make_user, make_visit_log
from tests.site.query_count import count_queries

OPENED, LEAD, END = date(2031, 1, 6), date(2031, 3, 24), date(2031, 3, 31)
OWN = ("name", "creation", "modified")
QUOTES = {"needs": "Faster & earlier", "competitor_news": "Opens a branch", "next_steps": "Send samples"}
# What belongs to a report, and by which field.
PARTS = {"ToDo": "reference_name", "Comment": "reference_name", "DocShare": "share_name"}


@pytest.fixture(autouse=True)
def policy(site):
	return make_policy()


def draft(commits: bool = False) -> int:
	with on_day(LEAD):
		return account_reports.draft_reports(LEAD, commits)


def make_account(manager: str, **fields):
	return make_visited(OPENED, tier="A", account_manager=manager, **fields)


def name_of(account) -> str:
	return f"KAR-{account.name}-{END}"


def written(name: str) -> dict[str, list[dict]]:
	"""All that a report wrote, field by field: itself, its to-dos, its timeline, its shares, what search is told."""
	found = {DOCTYPE: rows_of(DOCTYPE, "name", name)}
	for doctype, field in PARTS.items():
		found[doctype] = rows_of(doctype, field, name)
	queue = [json.loads(value) for value in frappe.cache.lrange("global_search_queue", 0, -1)]
	found["search"] = [value for value in queue if value["name"] == name][:1]
	return found


def rows_of(doctype: str, field: str, name: str) -> list[dict]:
	rows = frappe.get_all(doctype, {field: name}, ["*"], order_by="creation, name")
	own = OWN if doctype != DOCTYPE else OWN[1:]
	bare = [{key: value for key, value in row.items() if key not in own} for row in rows]
	return sorted(bare, key=lambda row: row.get("comment_type") or "")


def forget(name: str) -> None:
	frappe.db.delete(DOCTYPE, {"name": name})
	for doctype, field in PARTS.items():
		frappe.db.delete(doctype, {field: name})
	frappe.cache.delete_value("global_search_queue")


def reader() -> str:
	return make_user("KAM User", "Sales User")


def restricted() -> str:
	"""May read reports, but by a User Permission not those about this customer."""
	user = reader()
	insert("User Permission", user=user, allow="Customer", for_value=make_customer().name)
	return user


def disabled() -> str:
	user = reader()
	frappe.db.set_value("User", user, "enabled", 0)
	return user


def chinese() -> str:
	user = reader()
	frappe.db.set_value("User", user, "language", "zh")
	frappe.clear_document_cache("User", user)
	return user


def of_research() -> str:
	"""A name that was stored past the user's form, so that Frappe cleans it for the timeline."""
	user = reader()
	frappe.db.set_value("User", user, "first_name", "R & <b>D")
	frappe.local.fullnames.pop(user, None)
	return user


class TestSameAsSaved:
	"""Against a report that is saved as a document, with the same period and quotes."""

	@pytest.mark.parametrize(
		("make_manager", "todos", "shares"),
		[
			(reader, 1, 0),
			(chinese, 1, 0),
			(of_research, 1, 0),
			(lambda: make_user("Sales User"), 1, 1),
			(restricted, 1, 1),
			(disabled, 0, 0),
			(lambda: "Administrator", 1, 0),
		],
		ids=["reader", "chinese", "ampersand", "no role", "restricted", "disabled", "self"],
	)
	def test_field_by_field(self, make_manager, todos, shares):
		account = self.account_with_a_past()
		manager = make_manager()
		frappe.db.set_value("Key Account", account.name, "account_manager", manager)
		name = name_of(account)
		forget(name)
		draft()
		drafted = written(name)
		forget(name)
		with on_day(LEAD):
			insert(
				DOCTYPE, key_account=account.name, period_start="2030-10-01", period_end=str(END), **QUOTES
			)
		saved = written(name)
		assert drafted == saved
		[report] = drafted[DOCTYPE]
		assert (report["ordered"], report["visits_held"], report["needs"]) == (1500, 1, QUOTES["needs"])
		assert [len(drafted[kind]) for kind in ("ToDo", "DocShare", "search")] == [todos, shares, 1]

	def account_with_a_past(self):
		account = make_account(reader(), customer=make_customer(customer_name="O'Neil & Sons").name)
		order_row(account, date(2031, 3, 1), 1500)
		with on_day(date(2031, 2, 3)):
			make_visit_log(
				account.name,
				visit_date="2031-02-03",
				status="Completed",
				discussion="Prices",
				competitor_news=QUOTES["competitor_news"],
				next_step=QUOTES["next_steps"],
				needs=[{"need": QUOTES["needs"]}],
			)
		return account


class TestManyAccounts:
	def test_as_many_queries_for_many_as_for_one(self):
		manager = reader()

		def anew() -> None:
			frappe.db.delete(DOCTYPE)
			assert draft()

		make_account(manager)
		few = count_queries(anew)
		for _number in range(6):
			make_account(manager)
		assert 10 < count_queries(anew) == few

	def test_parts_leave_nobody_out(self, monkeypatch):
		monkeypatch.setattr(account_reports, "ACCOUNTS_AT_ONCE", 3)
		monkeypatch.setattr(bulk_rows, "ROWS_AT_A_TIME", 2)
		manager = reader()
		accounts = [make_account(manager) for _number in range(5)]
		assert draft() == 5
		for account in accounts:
			parts = written(name_of(account))
			assert [len(parts[kind]) for kind in (DOCTYPE, "ToDo", "Comment")] == [1, 1, 1]

	def test_a_second_run_writes_nothing(self):
		make_account(reader())
		assert draft() == 1
		before = self.state()
		assert draft() == 0
		assert self.state() == before

	def state(self) -> list:
		counts = [frappe.db.count(doctype) for doctype in (DOCTYPE, *PARTS, "Error Log")]
		return [*counts, turns_taken(account_reports.TURN)]

	@pytest.mark.committing
	def test_two_runs_at_the_same_moment(self, in_parallel, monkeypatch):
		measure = account_reports.report_figures

		def measure_slowly(*arguments) -> dict:
			"""Both have found what is due before either writes, unless one waits for the other."""
			time.sleep(0.3)
			return measure(*arguments)

		monkeypatch.setattr(account_reports, "report_figures", measure_slowly)
		accounts = [make_account(reader()) for _number in range(3)]
		with on_day(LEAD):
			results = in_parallel(*[lambda: account_reports.draft_reports(LEAD, commits=True)] * 2)
		assert sorted(results) == [0, 3]
		for account in accounts:
			parts = written(name_of(account))
			assert [len(parts[kind]) for kind in (DOCTYPE, "ToDo", "Comment")] == [1, 1, 1]
		assert not frappe.db.exists("Error Log", {"method": ("like", "Account reports of%")})

	@pytest.mark.committing
	def test_a_part_that_fails_holds_up_no_other(self, monkeypatch):
		monkeypatch.setattr(account_reports, "ACCOUNTS_AT_ONCE", 1)
		first, broken, last = accounts = [make_account("Administrator") for _number in range(3)]
		# A row that has the name of the second one's report, about another time.
		values = {"doctype": DOCTYPE, "name": name_of(broken), "key_account": broken.name}
		frappe.get_doc(values | {"period_start": "2020-01-01", "period_end": "2020-01-31"}).db_insert()
		assert [account.name for account in accounts] == sorted(account.name for account in accounts)
		assert draft(commits=True) == 2
		frappe.db.rollback()
		ends = [frappe.db.get_value(DOCTYPE, name_of(account), "period_end") for account in accounts]
		assert ends == [END, date(2020, 1, 31), END]
		assert not frappe.db.exists("ToDo", {"reference_name": name_of(broken)})
		errors = frappe.get_all("Error Log", {"method": ("like", "Account reports of%")}, pluck="method")
		assert errors == [f"Account reports of {company()} could not be drafted"]


class TestTransientFailures:
	"""Parts of nightly jobs are tried again after what may pass, and after nothing else."""

	@pytest.mark.parametrize(
		("error", "failures", "result", "trials"),
		[
			(frappe.QueryDeadlockError, 1, "done", 2),
			(frappe.QueryTimeoutError, ATTEMPTS - 1, "done", ATTEMPTS),
			(frappe.QueryDeadlockError, ATTEMPTS, None, ATTEMPTS),
			(ValueError, 1, None, 1),
		],
	)
	@pytest.mark.committing
	def test_tried_again(self, error, failures, result, trials):
		tried = []

		def part() -> str:
			tried.append(1)
			frappe.db.set_single_value("KAM Settings", "report_draft_days", 40 + len(tried))
			if len(tried) <= failures:
				raise error("Busy")
			return "done"

		before = frappe.db.get_single_value("KAM Settings", "report_draft_days")
		assert commit_surely(part, "Part could not be written") == result
		frappe.db.rollback()
		frappe.clear_document_cache("KAM Settings", "KAM Settings")
		assert len(tried) == trials
		stored = frappe.db.get_single_value("KAM Settings", "report_draft_days", cache=False)
		assert stored == (40 + trials if result else before)
		assert frappe.db.count("Error Log", {"method": "Part could not be written"}) == (not result)
