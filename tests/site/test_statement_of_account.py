"""The customer's statement of account: equal to the ledger and to Accounts Receivable to the cent (R35, R44)."""

from datetime import date
from decimal import Decimal

import frappe
import pytest
from frappe.utils import add_days, flt, formatdate, getdate, nowdate
from pypdf import PdfReader

from kam_extension.integration.receivables import statement_desk as desk
from kam_extension.integration.receivables import statement_mailing as mailing
from kam_extension.integration.receivables.statement import Period, statement
from kam_extension.integration.receivables.statement_paper import statement_body, statement_pdf
from tests.site.factories import (
	company,
	insert,
	make_customer,
	make_item,
	make_key_account,
	make_payment_entry,
	make_policy,
	make_sales_invoice,
	make_user,
)
from tests.site.rebate_setup import (
	acting_as,
	approve,
	make_people,
	make_rebate_account,
	receive,
	set_rebate_accounts,
)
from tests.site.statement_setup import (
	BILLING,
	bill,
	make_billing_contact,
	make_terms,
	pay,
	random_account,
	return_part_of,
	write_journal,
)


@pytest.fixture
def customer(site):
	make_policy(margin_action="Off", price_action="Off", credit_action="Off", unknown_cost_action="Off")
	return make_customer().name


@pytest.fixture
def account(customer):
	return make_key_account(customer, account_manager=make_user("KAM User"))


def day(days_ago: int) -> date:
	return getdate(add_days(nowdate(), -days_ago))


def stated(customer, start=200, end=0):
	return statement(Period(customer, company(), day(start), day(end)))


def only(customer, start=200, end=0):
	[one] = stated(customer, start, end)
	return one


def moves(one):
	return [
		(row.voucher_no, float(row.debit), float(row.credit), float(row.balance)) for row in one.movements
	]


def balance_by_accounts_receivable(customer, end) -> float:
	from erpnext.accounts.report.accounts_receivable.accounts_receivable import execute

	filters = {"company": company(), "report_date": day(end), "party_type": "Customer", "party": [customer]}
	return flt(sum(row["outstanding"] for row in execute(filters | {"range": "30, 60, 90, 120"})[1]), 2)


def balance_by_general_ledger(customer, end) -> float:
	entries = frappe.get_all(
		"GL Entry",
		{"party": customer, "is_cancelled": 0, "posting_date": ("<=", day(end))},
		["debit", "credit"],
	)
	return flt(sum(entry.debit - entry.credit for entry in entries), 2)


class TestFigures:
	def test_worked_example(self, customer):
		"""1,000 billed 70 days ago, 400 paid 40 days ago, 250 billed 5 days ago and due in 10."""
		old = bill(customer, 1000, 70)
		payment = pay(old, 400, 40)
		new = bill(customer, 250, 5, due_date=day(-10))
		one = only(customer, 60)
		assert float(one.opening) == 1000
		assert moves(one) == [(payment.name, 0, 400, 600), (new.name, 250, 0, 850)]
		assert float(one.closing) == 850 and float(one.overdue) == 600
		assert [float(amount) for amount in one.buckets] == [250, 0, 0, 600, 0]

	def test_nothing_moved_nothing_owed(self, customer):
		assert stated(customer) == []

	def test_a_balance_without_movement_is_stated(self, customer):
		bill(customer, 100, 90)
		assert float(only(customer, 30).opening) == 100 and only(customer, 30).movements == ()

	def test_the_first_and_the_last_day_belong_to_the_period(self, customer):
		_before, first, last, _after = (
			bill(customer, 10**power, days) for power, days in enumerate((31, 30, 10, 9))
		)
		one = only(customer, 30, 10)
		assert (float(one.opening), float(one.closing)) == (1, 111)
		assert [name for name, *_amounts in moves(one)] == [first.name, last.name]

	def test_what_was_paid_in_full_before_leaves_nothing(self, customer):
		pay(bill(customer, 100, 90), None, 80)
		assert stated(customer, 30) == []

	def test_terms_fall_due_one_after_the_other(self, customer):
		invoice = bill(customer, 1000, 50, make_terms((10, 40), (80, 60)))
		pay(invoice, 150, 20)
		one = only(customer)
		assert float(one.overdue) == 250
		assert [float(amount) for amount in one.buckets] == [600, 0, 250, 0, 0]

	def test_a_credit_note_is_a_credit(self, customer):
		invoice = bill(customer, 900, 20)
		note = return_part_of(invoice, 3)
		assert moves(only(customer))[-1] == (note.name, 0, 300, 600)

	def test_credits_that_nobody_matched_stand_apart(self, customer):
		bill(customer, 100, 40)
		make_payment_entry(customer=customer, amount=150, posting_date=day(10))
		one = only(customer)
		assert float(one.closing) == -50 and one.overdue == 0
		assert [float(amount) for amount in one.buckets] == [0, 0, 100, 0, 0] and float(one.credits) == -150

	def test_a_cash_sale_shows_both_sides(self, customer):
		sale = make_sales_invoice(
			customer,
			[(make_item().name, 1, 80)],
			submit=True,
			is_pos=1,
			payments=[{"mode_of_payment": "Cash", "amount": 80, "account": cash_account()}],
		)
		assert moves(only(customer)) == [(sale.name, 80, 80, 0)]

	def test_matching_a_credit_with_an_invoice_moves_nothing(self, customer):
		bill(customer, 100, 20)
		make_payment_entry(customer=customer, amount=100, posting_date=day(10))
		before = moves(only(customer))
		reconcile(customer)
		after = only(customer)
		assert moves(after) == before and after.closing == 0 and not any(after.buckets)

	def test_a_cancelled_invoice_is_not_there(self, customer):
		invoice = bill(customer, 100, 20)
		kept = bill(customer, 50, 10)
		invoice.cancel()
		assert moves(only(customer)) == [(kept.name, 50, 0, 50)]

	def test_others_are_not_in_it(self, customer):
		bill(make_customer().name, 100, 5)
		assert stated(customer) == []

	def test_by_currency(self, customer):
		dollars = make_customer(
			accounts=[{"company": company(), "account": receivable_in("USD")}], default_currency="USD"
		).name
		bill(dollars, 1000, 20, currency="USD", conversion_rate=7.1, debit_to=receivable_in("USD"))
		one = only(dollars)
		assert (one.currency, float(one.closing), float(one.overdue)) == ("USD", 1000, 1000)

	@pytest.mark.parametrize("seed", range(3))
	def test_random_accounts_equal_both_ledgers(self, customer, seed):
		random_account(customer, seed)
		for start, end in ((200, 0), (60, 0), (100, 45)):
			sections = stated(customer, start, end)
			closing = float(sum(one.closing for one in sections))
			assert closing == balance_by_accounts_receivable(customer, end)
			assert closing == balance_by_general_ledger(customer, end)
			for one in sections:
				moved = sum((row.debit - row.credit for row in one.movements), Decimal(0))
				assert one.opening + moved == one.closing == sum(one.buckets) + one.credits
				assert float(one.opening) == balance_by_general_ledger(customer, start + 1)


def cash_account() -> str:
	return frappe.get_all(
		"Account", {"company": company(), "account_type": "Cash", "is_group": 0}, pluck="name"
	)[0]


def receivable_in(currency: str) -> str:
	parent = frappe.db.get_value("Account", {"company": company(), "account_name": "Accounts Receivable"})
	parent = parent or frappe.db.get_value(
		"Account",
		frappe.get_cached_value("Company", company(), "default_receivable_account"),
		"parent_account",
	)
	name = f"Debtors {currency}"
	values = {"account_name": name, "company": company()}
	return (
		frappe.db.get_value("Account", values)
		or insert(
			"Account", **values, parent_account=parent, account_type="Receivable", account_currency=currency
		).name
	)


def reconcile(customer: str) -> None:
	tool = frappe.get_doc(
		{
			"doctype": "Payment Reconciliation",
			"company": company(),
			"party_type": "Customer",
			"party": customer,
			"receivable_payable_account": frappe.get_cached_value(
				"Company", company(), "default_receivable_account"
			),
		}
	)
	tool.get_unreconciled_entries()
	tool.allocate_entries(
		{
			"invoices": [row.as_dict() for row in tool.invoices],
			"payments": [row.as_dict() for row in tool.payments],
		}
	)
	tool.reconcile()


class TestRebates:
	def page(self, account, start=60, end=0):
		doc = frappe.get_doc("Key Account", account.name)
		return statement_body(doc, company(), day(start), day(end))

	@pytest.fixture
	def request_and_account(self, site):
		account = make_rebate_account()
		set_rebate_accounts()
		receive(account.order())
		return account, account.request()

	def test_a_request_that_nobody_approved_is_not_on_it(self, request_and_account):
		account, request = request_and_account
		page = self.page(account)
		assert request.name not in page and "Rebate" not in page

	def test_a_settled_one_is(self, request_and_account):
		account, request = request_and_account
		approved = approve(request, make_people())
		page = self.page(account)
		assert request.name in page and approved.settlement_document in page and "50.00" in page

	def test_one_that_is_not_settled_yet_is_stated_as_approved(self, request_and_account):
		account, request = request_and_account
		approved = approve(request, make_people())
		frappe.get_doc("Journal Entry", approved.settlement_document).cancel()
		assert "Approved, not settled yet" in self.page(account)

	def test_before_its_approval_it_was_not(self, request_and_account):
		account, request = request_and_account
		approve(request, make_people())
		assert request.name not in self.page(account, end=1)

	def test_a_cancelled_one_is_gone(self, request_and_account):
		account, request = request_and_account
		approve(request, make_people())
		frappe.get_doc("Rebate Request", request.name).cancel()
		assert request.name not in self.page(account)


class TestPaper:
	def test_in_the_customers_language(self, account):
		bill(account.customer, 1234.5, 10)
		frappe.db.set_value("Customer", account.customer, "language", "zh")
		page = desk.page(account.name, company(), str(day(30)), str(day(0)))
		assert "对账单" in page and "期末余额" in page and "1,234.50" in page
		assert page.count(formatdate(day(0))) >= 2
		assert "Closing Balance" not in page and frappe.local.lang == "en"

	def test_letter_head_of_the_company(self, account):
		head = insert(
			"Letter Head", letter_head_name="Kam Head", source="HTML", content="<b>Our head</b>"
		).name
		frappe.db.set_value("Company", company(), "default_letter_head", head)
		frappe.clear_document_cache("Company", company())
		assert "Our head" in desk.page(account.name, company(), str(day(30)), str(day(0)))

	def test_a_name_is_text_and_not_markup(self, account):
		frappe.db.set_value("Customer", account.customer, "customer_name", "<script>x</script>")
		assert "<script>x" not in desk.page(account.name, company(), str(day(30)), str(day(0)))

	def test_as_pdf(self, account):
		invoice = bill(account.customer, 77, 10)
		desk.download(account.name, company(), str(day(30)), str(day(0)))
		assert frappe.local.response.type == "pdf" and frappe.local.response.filename.endswith(".pdf")
		assert invoice.name in text_of(frappe.local.response.filecontent)


def text_of(pdf: bytes) -> str:
	from io import BytesIO

	return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


class TestDesk:
	def args(self, account, **changes):
		values = {
			"key_account": account.name,
			"company": company(),
			"from_date": str(day(30)),
			"to_date": nowdate(),
		}
		return values | changes

	@pytest.mark.parametrize("role", ["KAM Manager", "KAM Finance", "KAM Executive", "KAM Director"])
	def test_who_looks_after_money_prints_it(self, account, role):
		with acting_as(make_user(role)):
			assert "Statement of Account" in desk.page(**self.args(account))

	def test_the_account_manager_prints_it(self, account):
		with acting_as(account.account_manager):
			assert "Statement of Account" in desk.page(**self.args(account))

	@pytest.mark.parametrize("method", ["page", "download", "draft_mail"])
	def test_another_salesperson_does_not(self, account, method):
		with acting_as(make_user("KAM User")), pytest.raises(frappe.PermissionError):
			getattr(desk, method)(**self.args(account))

	@pytest.mark.parametrize("role", ["Sales User", "Accounts User"])
	def test_without_rights_on_the_account_nobody_does(self, account, role):
		with acting_as(make_user(role)), pytest.raises(frappe.PermissionError):
			desk.page(**self.args(account))

	@pytest.mark.parametrize(
		("changes", "message"),
		[
			({"from_date": "2026-13-45"}, "From Date is no date"),
			({"to_date": ""}, "To Date is no date"),
			({"from_date": "2099-01-01"}, "is after To Date"),
			({"company": "Nobody"}, "does not exist"),
		],
	)
	def test_bad_input_is_named(self, account, changes, message):
		with pytest.raises(frappe.ValidationError, match=message):
			desk.page(**self.args(account, **changes))

	def test_whose_account_is_unknown(self, account):
		with pytest.raises(frappe.DoesNotExistError):
			desk.page(**self.args(account, key_account="KA-nobody"))


class TestMail:
	def args(self, account, **changes):
		return TestDesk().args(account, **changes)

	def draft(self, account):
		return desk.draft_mail(**self.args(account))

	def test_to_the_billing_contact_before_others(self, account):
		make_billing_contact(
			account.customer, "boss@customer.example", is_billing_contact=0, is_primary_contact=1
		)
		assert self.draft(account)["recipients"] == "boss@customer.example"
		make_billing_contact(account.customer)
		assert self.draft(account)["recipients"] == BILLING

	def test_the_draft_says_what_is_owed_in_the_customers_language(self, account):
		bill(account.customer, 500, 20)
		assert "Of this overdue" in self.draft(account)["message"]
		frappe.db.set_value("Customer", account.customer, "language", "zh")
		assert "对账单" in self.draft(account)["subject"] and "500" in self.draft(account)["message"]

	def test_it_arrives_with_the_pdf_and_stands_on_the_account(self, account, mail):
		invoice = bill(account.customer, 500, 20)
		make_billing_contact(account.customer)
		with acting_as(account.account_manager):
			name = desk.send(**self.args(account), **self.draft(account))
		communication = frappe.get_doc("Communication", name)
		assert (communication.reference_doctype, communication.reference_name) == (
			"Key Account",
			account.name,
		)
		[message] = mail.deliver()
		assert message["X-Envelope-To"] == BILLING
		[pdf] = [part for part in message.walk() if part.get_content_type() == "application/pdf"]
		assert invoice.name in text_of(pdf.get_payload(decode=True))

	@pytest.mark.parametrize(
		("recipients", "error"),
		[("", frappe.ValidationError), ("no address", frappe.InvalidEmailAddressError)],
	)
	def test_wrong_recipients_are_refused(self, account, mail, recipients, error):
		with pytest.raises(error):
			desk.send(**self.args(account), **self.draft(account) | {"recipients": recipients})
		assert mail.deliver() == []

	def test_another_salesperson_sends_nothing(self, account, mail):
		draft = self.draft(account) | {"recipients": "thief@example.com"}
		with acting_as(make_user("KAM User")), pytest.raises(frappe.PermissionError):
			desk.send(**self.args(account), **draft)
		assert mail.deliver() == []


class TestEveryMonth:
	END = mailing.last_month_end(date.today())

	@pytest.fixture
	def subscriber(self, account, mail):
		account.update({"send_statement": 1}).save()
		make_billing_contact(account.customer)
		bill(account.customer, 300, 70)
		return account

	def sent(self):
		return frappe.db.count(
			"Communication", {"reference_doctype": "Key Account", "sent_or_received": "Sent"}
		)

	def test_once_for_each_month(self, subscriber, mail):
		for _night in range(2):
			mailing.nightly()
		assert self.sent() == 1 and len(mail.deliver()) == 1
		assert frappe.db.get_value("Key Account", subscriber.name, "statement_sent_until") == self.END

	def test_not_to_those_who_are_not_marked(self, account, mail):
		bill(account.customer, 300, 70)
		mailing.nightly()
		assert self.sent() == 0

	def test_without_an_address_it_is_logged_and_tried_again(self, subscriber, mail):
		frappe.db.delete("Contact")
		mailing.nightly()
		assert self.sent() == 0 and mailing.due_accounts(self.END) == [subscriber.name]
		assert frappe.db.exists("Error Log", {"method": ("like", f"%{subscriber.name}%")})

	def test_no_balance_no_mail(self, account, mail):
		account.update({"send_statement": 1}).save()
		mailing.nightly()
		assert self.sent() == 0 and mailing.due_accounts(self.END) == []

	def test_the_day_is_the_servers(self, subscriber):
		subscriber.statement_sent_until = "2099-01-01"
		subscriber.save()
		assert not frappe.db.get_value("Key Account", subscriber.name, "statement_sent_until")


def test_an_opening_entry_by_journal_is_stated(customer):
	receivable = frappe.get_cached_value("Company", company(), "default_receivable_account")
	journal = write_journal(customer, receivable, cash_account(), 640, 100)
	assert moves(only(customer)) == [(journal.name, 640, 0, 640)]


def test_the_pdf_needs_nothing_from_the_network(account, monkeypatch):
	monkeypatch.setattr("frappe.utils.get_url", lambda *args, **kwargs: "http://nobody.invalid")
	invoice = bill(account.customer, 10, 5)
	assert invoice.name in text_of(statement_pdf(account, company(), day(30), day(0)))
