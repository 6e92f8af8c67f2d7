"""What a person does in the desk, in the words of a test."""

from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as TookTooLong

# The desk marks its body while a request is under way. Quiet is: booted, and no request for a while.
QUIET = """milliseconds => new Promise(resolve => {
	let since = Date.now();
	const look = () => {
		const busy = !window.frappe?.boot || document.body.dataset.ajaxState === "triggered";
		if (busy) since = Date.now();
		if (Date.now() - since >= milliseconds) resolve(true);
		else setTimeout(look, 50);
	};
	look();
})"""
QUIET_MILLISECONDS = 500
START_MILLISECONDS = 20_000


@dataclass
class Desk:
	"""One logged-in person's browser window."""

	page: Page
	url: str
	errors: list[str] = field(default_factory=list)

	def __post_init__(self):
		self.page.on("pageerror", lambda error: self.errors.append(str(error)))

	def log_in(self, email: str, password: str) -> None:
		answer = self.page.request.post(f"{self.url}/api/method/login", form={"usr": email, "pwd": password})
		assert answer.ok, f"{email} can't log in: {answer.text()[:500]}"

	def open(self, *route: str) -> None:
		"""Open a place of the desk, as in `open("sales-order", name)`."""
		self.page.goto("/".join([f"{self.url}/app", *route]))
		if not self._is_drawn():
			# Now and then the development server drops one of the desk's files; a person would reload, too.
			self.page.reload()
		self.settle()

	def _is_drawn(self) -> bool:
		try:
			self.page.wait_for_selector(".page-container:visible", timeout=START_MILLISECONDS)
		except TookTooLong:
			return False
		return True

	def settle(self) -> None:
		"""Wait until the desk is drawn and no request is under way."""
		self.page.wait_for_load_state("load")
		self.page.evaluate(QUIET, QUIET_MILLISECONDS)

	def call(self, method: str, **arguments):
		"""Call a whitelisted method as this person; returns its message or raises with the server's answer."""
		token = self.page.evaluate("() => frappe.csrf_token")
		answer = self.page.request.post(
			f"{self.url}/api/method/{method}", data=arguments, headers={"X-Frappe-CSRF-Token": token}
		)
		assert answer.ok, answer.text()[:2000]
		return answer.json().get("message")

	def field(self, name: str) -> Locator:
		"""A field of the open form, with its label."""
		return self.page.locator(f".page-container:visible .frappe-control[data-fieldname='{name}']").first

	def fill(self, name: str, value: str) -> None:
		"""Type into a field of the open form and leave it."""
		box = self.field(name).locator("input:visible, textarea:visible").first
		box.fill(value)
		box.press("Tab")
		self.settle()

	def choose(self, name: str, value: str) -> None:
		"""Type into a link field of the open form and take what it offers."""
		box = self.field(name).locator("input:visible").first
		box.fill(value)
		self.field(name).locator("[role='option']").filter(has_text=value).first.click()
		box.blur()
		self.settle()

	def type_in_row(self, table: str, row: int, name: str, value: str) -> None:
		"""Type into a cell of a table of the open form; a link cell takes what it offers."""
		line = self.field(table).locator(f".grid-body .grid-row[data-idx='{row}']").first
		cell = line.locator(f".grid-static-col[data-fieldname='{name}']").first
		cell.click()
		box = cell.locator("input").first
		box.fill(value)
		if box.get_attribute("data-fieldtype") == "Link":
			cell.locator("[role='option']").filter(has_text=value).first.click()
		box.blur()
		self.settle()

	def panel(self) -> Locator:
		"""The key account policy panel of the open form."""
		return self.page.locator(".page-container:visible .kam-panel")

	def press(self, label: str) -> None:
		"""Press the visible button of that label: in an open dialog, else on the page."""
		scope = self.page.locator(".modal.show").last if self.dialog_open() else self.page.locator("body")
		scope.get_by_role("button", name=label, exact=True).locator("visible=true").first.click()
		self.settle()

	def menu(self, group: str, action: str) -> None:
		"""Choose an action in a drop-down button of the page's head, such as Actions → Approve."""
		head = self.page.locator(".page-head:visible")
		head.get_by_role("button", name=group, exact=True).click()
		head.locator(".dropdown-menu.show").get_by_text(action, exact=True).click()
		self.settle()

	def confirm(self) -> None:
		"""Answer Yes to the question on screen."""
		self.page.locator(
			".modal.show .btn-modal-primary:visible, .modal.show .btn-primary:visible"
		).last.click()
		self.settle()

	def dialog_open(self) -> bool:
		return self.page.locator(".modal.show").count() > 0

	def dialog_text(self) -> str:
		"""What the dialog or message on screen says."""
		dialog = self.page.locator(".modal.show").last
		expect(dialog).to_be_visible()
		return dialog.inner_text()

	def status(self) -> str:
		"""The indicator beside the form's title: Draft, To Deliver and Bill, …"""
		return self.page.locator(".page-head:visible .indicator-pill").first.inner_text()

	def text(self) -> str:
		"""All text on screen."""
		return self.page.locator("body").inner_text()
