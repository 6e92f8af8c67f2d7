"""Runs the stages of the demo: all of them, or none."""

from collections.abc import Callable, Iterator

import frappe
from frappe import _
from frappe.utils import getdate
from frappe.utils.synchronization import filelock

from kam_extension.demo_data import accounts, company, masters, relations, removal
from kam_extension.demo_data.book import DemoBook
from kam_extension.demo_data.history import History, events, named_orders, split_at
from kam_extension.demo_data.manifest import Manifest

Step = tuple[str, Callable[[], object]]
QUIET = ("mute_messages", "mute_emails")
COMMIT_EVERY = 20


def load(limit: int | None, password: str | None, progress: Callable[[int, int, str], None] | None) -> dict:
	"""See `kam_extension.demo.load`."""
	with filelock("kam_demo", timeout=1):
		stored = Manifest.stored()
		if stored and stored.is_complete:
			frappe.throw(
				_(
					"The demo data is loaded already. Remove it first: bench --site {0} kam-demo --clear"
				).format(frappe.local.site),
				title=_("Demo Data"),
			)
		if stored:
			removal.clear()
		book = DemoBook(getdate(), limit)
		_refuse_taken_names(book)
		return _load_or_remove(book, password or frappe.generate_hash(length=12), progress or _publish)


def _load_or_remove(book: DemoBook, password: str, progress: Callable[[int, int, str], None]) -> dict:
	flags = {flag: frappe.flags.get(flag) for flag in QUIET}
	frappe.flags.update(dict.fromkeys(QUIET, True))
	manifest = Manifest()
	try:
		_run(list(_steps(book, manifest, password)), manifest, progress)
	except BaseException:
		frappe.db.rollback()
		removal.clear()
		raise
	finally:
		frappe.flags.update(flags)
	return {accounts.email(name): password for name in accounts.USERS}


def _run(steps: list[Step], manifest: Manifest, progress: Callable[[int, int, str], None]) -> None:
	manifest.store()
	for number, (what, step) in enumerate(steps, start=1):
		step()
		if number % COMMIT_EVERY == 0 or number == len(steps):
			manifest.is_complete = number == len(steps)
			manifest.store()
			frappe.db.commit()  # nosemgrep: minutes of work in one transaction would lock series for everybody
			progress(number, len(steps), what)


def _steps(book: DemoBook, manifest: Manifest, password: str) -> Iterator[Step]:
	"""History before the rules went live, then key accounts and policy, then orders under the policy."""
	history = History(book, manifest)
	before, since = split_at(events(book), book.go_live_date)
	company_text = _("Company, customers and items")
	yield company_text, lambda: company.make_company(book, manifest)
	yield company_text, lambda: company.make_fiscal_years(book, manifest)
	yield company_text, lambda: company.make_price_lists(book, manifest)
	yield company_text, lambda: masters.make_customers(book, manifest)
	yield company_text, lambda: masters.make_items(book, manifest)
	for event in before:
		yield _("Two years of orders, invoices and payments"), lambda event=event: history.post(event)
	accounts_text = _("Key accounts and policy")
	yield accounts_text, lambda: company.set_rebate_accounts(book, manifest)
	yield accounts_text, lambda: accounts.make_users(book, manifest, password)
	yield accounts_text, lambda: accounts.make_key_accounts(book, manifest)
	yield accounts_text, lambda: accounts.make_policy(book, manifest)
	for row in named_orders(book):
		yield accounts_text, lambda row=row: history.draft_order(row)
	yield accounts_text, lambda: accounts.make_agreements(book, manifest)
	for event in since:
		yield _("Orders under the policy"), lambda event=event: history.post(event)
	yield _("Visits and drafts to try"), lambda: accounts.make_visits(book, manifest)
	yield _("Visits and drafts to try"), lambda: relations.make_relations(book, manifest)
	yield _("Visits and drafts to try"), lambda: accounts.make_things_to_try(book, manifest)


def _refuse_taken_names(book: DemoBook) -> None:
	"""What the demo has to call its own must not exist: it would be mixed with real data, or removed with the demo."""
	wanted = [
		("Company", {"name": book.company["name"]}),
		("Company", {"abbr": book.company["abbreviation"]}),
		(
			"Price List",
			{"name": ("in", (book.settings["base_price_list"], book.settings["cost_price_list"]))},
		),
		("Item", {"name": ("in", [row["item_code"] for row in book.items])}),
		("User", {"name": ("in", [accounts.email(name) for name in accounts.USERS])}),
	]
	for doctype, filters in wanted:
		taken = frappe.db.get_value(doctype, filters)
		if taken:
			frappe.throw(
				_(
					"The demo data needs the name {0} for its own {1}. Rename yours, then load the demo again."
				).format(frappe.bold(taken), _(doctype)),
				title=_("Demo Data"),
			)


def _publish(done: int, total: int, what: str) -> None:
	frappe.publish_progress(done * 100 / total, title=_("Loading demo data"), description=what)
