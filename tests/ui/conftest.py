"""Fixtures of the tests that drive the real desk in a real browser.

`make ui` makes a site, then runs these in the bench's Python. The site is served once for all tests; what they
make stays on it, so names are unique and no test relies on being alone. Screenshots of failed tests: output/.
"""

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import frappe
import pytest
from playwright.sync_api import Browser, sync_playwright

from harness.assets import find_browser
from harness.shell import OUTPUT
from tests.site.conftest import SITE_VARIABLE
from tests.site.factories import make_user
from tests.ui.desk import Desk
from tests.ui.serving import served

PASSWORD = "kam-ui-test-7"
FLAGS = (
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
	"--disable-dev-shm-usage",
)
WINDOW = {"width": 1440, "height": 1000}
failed_tests: set[str] = set()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
	outcome = yield
	if outcome.get_result().failed:
		failed_tests.add(item.nodeid)


@pytest.fixture(scope="session")
def site_name() -> str:
	name = os.environ.get(SITE_VARIABLE)
	if not name:
		pytest.exit(f"Set {SITE_VARIABLE} to the site to test on, or use 'make ui'.", returncode=2)
	return name


@contextmanager
def on_site(site_name: str) -> Iterator[None]:
	"""A Frappe session as Administrator in this process; what it did is committed at the end."""
	frappe.init(site=site_name, sites_path=os.getcwd(), force=True)
	frappe.connect()
	try:
		yield
		frappe.db.commit()
	finally:
		frappe.destroy()


@pytest.fixture(scope="session")
def seed(site_name) -> Callable:
	"""`with seed(): make_customer()` makes documents straight on the site, to be seen by the browser."""
	return lambda: on_site(site_name)


@pytest.fixture(scope="session")
def server(site_name, checkout) -> Iterator[str]:
	link = Path("assets/kam_extension")
	if not link.exists():
		link.symlink_to(checkout / "kam_extension" / "public")
	with served(site_name, OUTPUT / "ui-server.log") as url:
		yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
	with sync_playwright() as playwright:
		chromium = playwright.chromium.launch(
			executable_path=str(find_browser()), headless=True, args=list(FLAGS)
		)
		yield chromium
		chromium.close()


@pytest.fixture(scope="session")
def person(seed) -> Callable[..., str]:
	"""`person("KAM User", "Sales User", language="zh")` makes a user who can log in; returns the e-mail."""

	def make(*roles: str, language: str = "en", **fields) -> str:
		with seed():
			return make_user(*roles, language=language, new_password=PASSWORD, **fields)

	return make


@pytest.fixture
def desk(request, browser, server) -> Iterator[Callable[..., Desk]]:
	"""`desk(email)` opens a window of its own for that person, logged in, on the desk's home."""
	opened: list[Desk] = []

	def log_in(email: str, password: str = PASSWORD, locale: str = "en-GB") -> Desk:
		context = browser.new_context(viewport=WINDOW, locale=locale)
		window = Desk(context.new_page(), server)
		opened.append(window)
		window.log_in(email, password)
		window.open()
		return window

	yield log_in
	for number, window in enumerate(opened):
		if request.node.nodeid in failed_tests:
			keep_screenshot(window, request.node.name, number)
		window.page.context.close()


def keep_screenshot(window: Desk, test: str, number: int) -> None:
	OUTPUT.mkdir(exist_ok=True)
	path = OUTPUT / f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', test)}-{number}.png"
	window.page.screenshot(path=path, full_page=True)
	print(f"screenshot: {path}", file=sys.stderr)
