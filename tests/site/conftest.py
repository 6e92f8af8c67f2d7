"""Fixtures of the tests that need a real ERPNext site (MariaDB, Redis, ERPNext, this app installed).

`make site` makes a site and runs these tests in the bench's Python. To run some of them on a site of your own:
`cd <bench>/sites && PYTHONPATH=<checkout> KAM_TEST_SITE=<site> ../env/bin/python -m pytest <checkout>/tests/site`.

Every test starts as Administrator on a connection of its own and leaves nothing behind (isolation.py).
"""

import os

import frappe
import pytest
from frappe.utils import background_jobs

from tests.site import isolation
from tests.site.jobs import JobList
from tests.site.mail import MailServer
from tests.site.parallel import run_in_parallel

SITE_VARIABLE = "KAM_TEST_SITE"


def pytest_configure(config):
	config.addinivalue_line(
		"markers", "committing: the test commits for good; the tables that it wrote are put back afterwards"
	)


@pytest.fixture(scope="session")
def site_name() -> str:
	"""The site that is tested, one for each process of pytest-xdist. Never guessed: a test run must not touch a site
	that nobody named.
	"""
	names = os.environ.get(SITE_VARIABLE, "").split()
	if not names:
		pytest.exit(f"Set {SITE_VARIABLE} to the site to test on, or use 'make site'.", returncode=2)
	return names[int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])]


def open_site(name: str) -> None:
	"""Initialise Frappe in this thread for the site and log in as Administrator."""
	frappe.init(site=name, sites_path=os.getcwd(), force=True)
	frappe.connect()
	frappe.flags.in_test = True


@pytest.fixture(autouse=True)
def site(request, site_name, monkeypatch):
	"""An open connection to the site; everything that the test does to it is undone."""
	open_site(site_name)
	frappe.clear_messages()
	committing = request.node.get_closest_marker("committing")
	held = None if committing else frappe.local.db
	if held:
		isolation.hold_open(held)
	watch = isolation.WriteWatch(held)
	with watch:
		yield site_name
		close_test(held)
	open_site(site_name)
	watch.restore()
	isolation.forget_caches(schema_changed=bool(watch.tables & isolation.SCHEMA_TABLES))
	frappe.destroy()


def close_test(held) -> None:
	"""Undo the open transaction, whatever state the test left it in."""
	discard = held.discard if held else frappe.local.db.rollback
	discard()
	frappe.destroy()


@pytest.fixture(autouse=True)
def jobs(site, monkeypatch) -> JobList:
	"""Background jobs that the test enqueued, in order. Nothing runs until `jobs.run()`."""
	recorded = JobList()
	monkeypatch.setattr(background_jobs, "get_queue", lambda *args, **kwargs: recorded)
	return recorded


@pytest.fixture
def as_user(site):
	"""Context manager: `with as_user("a@example.com"):` acts as that user."""
	from contextlib import contextmanager

	@contextmanager
	def acting(email: str):
		before = frappe.session.user
		frappe.set_user(email)
		try:
			yield
		finally:
			frappe.set_user(before)

	return acting


@pytest.fixture
def in_parallel(request, site_name):
	"""`in_parallel(f, g, user=...)` runs functions at the same time, each on a connection and transaction of
	its own, and returns their results or exceptions in order. The test has to be marked `committing`."""
	if not request.node.get_closest_marker("committing"):
		pytest.fail("in_parallel needs @pytest.mark.committing: other connections can't see uncommitted rows")

	def run(*functions, user: str = "Administrator"):
		frappe.db.commit()
		results = run_in_parallel(functions, lambda: open_site(site_name), user)
		frappe.db.rollback()
		return results

	return run


@pytest.fixture
def mail(site):
	"""A real SMTP server as the site's default outgoing account. `mail.deliver()` returns what arrived."""
	with MailServer() as server:
		yield server
