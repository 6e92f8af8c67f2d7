"""Commission of account managers on the real ledger: verified receipts, months settled once (R60, S4 4.1)."""

import frappe
import pytest
from frappe.utils import add_days, flt, getdate

from kam_extension.integration.commission.commission import ENTRY, lines_of_open_month
from kam_extension.integration.commission.commission import MONTH as MONTHS
from kam_extension.integration.commission.settlement import months_to_settle, nightly, settle_month
from kam_extension.kam_extension.report.account_manager_commission.account_manager_commission import execute
from kam_extension.policy.commission import next_month
from tests.site.commission_setup import (
	CUT_OFF,
	LAST_MONTH,
	MONTH,
	make_bank_account,
	make_order,
	receive_by_bank,
)
from tests.site.factories import (
	company,
	insert,
	make_customer,
	make_key_account,
	make_policy,
	make_sales_invoice,
	make_sales_order,
	make_user,
)

pytestmark = pytest.mark.usefixtures("policy")


@pytest.fixture
def policy(site):
	return make_policy(margin_action="Off", price_action="Off", credit_action="Off", commission_rate=2)


@pytest.fixture
def manager(site):
	return make_user("KAM User")


@pytest.fixture
def account(policy, manager):
	return make_key_account(account_manager=manager)


def lines(month=MONTH):
	return [
		(one.line.key.payment_document, str(one.line.kind), flt(one.line.amount), flt(one.line.commission))
		for one in lines_of_open_month(company(), month)
	]


def report(user=None, **filters):
	values = {"company": company(), "month": MONTH} | filters
	return execute(values)[1]


class TestVerified:
	def test_bank_money_counts_with_its_clearance_date(self, account):
		payment = receive_by_bank(make_order(account), verified=CUT_OFF)
		assert lines() == [(payment.name, "Receipt", 10000, 200)]

	@pytest.mark.parametrize("verified", [None, add_days(CUT_OFF, 1)])
	def test_without_it_or_later_it_does_not(self, account, verified):
		receive_by_bank(make_order(account), verified=verified)
		assert lines() == []

	def test_later_it_counts_in_the_next_month_as_late(self, account):
		payment = receive_by_bank(make_order(account), verified=add_days(CUT_OFF, 1))
		settle_month(company(), MONTH)
		assert lines(next_month(MONTH)) == [(payment.name, "Late", 10000, 200)]

	def test_cash_counts_when_posted(self, account):
		payment = receive_by_bank(make_order(account), kind="Cash")
		assert lines() == [(payment.name, "Receipt", 10000, 200)]

	def test_a_journal_counts_with_its_clearance_date(self, account):
		order = make_order(account)
		invoice = make_sales_invoice(sales_order=order.name, submit=True)
		journal = insert(
			"Journal Entry",
			submit=True,
			voucher_type="Bank Entry",
			company=company(),
			posting_date=LAST_MONTH,
			cheque_no="1",
			cheque_date=LAST_MONTH,
			accounts=[
				{"account": make_bank_account(), "debit_in_account_currency": 4000},
				{
					"account": invoice.debit_to,
					"party_type": "Customer",
					"party": account.customer,
					"credit_in_account_currency": 4000,
					"reference_type": "Sales Invoice",
					"reference_name": invoice.name,
				},
			],
		)
		assert lines() == []
		journal.db_set("clearance_date", CUT_OFF)
		assert lines() == [(journal.name, "Receipt", 4000, 80)]

	def test_orders_without_a_rebate_count_like_others(self, account):
		assert not frappe.db.exists("Rebate Agreement", {"key_account": account.name})
		receive_by_bank(make_order(account), verified=CUT_OFF)
		assert len(lines()) == 1

	def test_other_customers_do_not(self):
		customer = make_customer()
		order = make_order(frappe._dict(customer=customer.name))
		receive_by_bank(order, verified=CUT_OFF)
		assert lines() == []

	def test_what_came_in_the_month_itself_waits(self, account):
		receive_by_bank(make_order(account), day=MONTH, verified=CUT_OFF)
		assert lines() == []

	def test_the_rate_is_the_policys(self, policy, account):
		policy.db_set("commission_rate", 3.5)
		frappe.cache.delete_value("kam_submitted_policies")
		receive_by_bank(make_order(account), verified=CUT_OFF)
		assert lines()[0][3] == 350


class TestManagerOfTheDay:
	def change(self, account, manager, day):
		"""As if it had been made on that day."""
		account.reload()
		account.account_manager = manager
		account.save()
		first, second = frappe.get_all(
			"KAM Manager Change", {"key_account": account.name}, pluck="name", order_by="changed_on"
		)
		frappe.db.set_value("KAM Manager Change", first, "valid_from", LAST_MONTH)
		frappe.db.set_value("KAM Manager Change", second, "valid_from", day)

	def managers(self):
		return [one.line.account_manager for one in lines_of_open_month(company(), MONTH)]

	def test_it_belongs_to_who_had_the_account_when_the_money_came(self, account, manager):
		successor = make_user("KAM User")
		receive_by_bank(make_order(account), day=add_days(LAST_MONTH, 9), verified=CUT_OFF)
		receive_by_bank(make_order(account), day=add_days(LAST_MONTH, 10), verified=CUT_OFF)
		self.change(account, successor, add_days(LAST_MONTH, 10))
		assert sorted(self.managers()) == sorted([manager, successor])

	def test_a_change_today_moves_nothing_of_the_past(self, account, manager):
		receive_by_bank(make_order(account), verified=CUT_OFF)
		account.account_manager = make_user("KAM User")
		account.save()
		assert self.managers() == [manager]

	def test_an_account_of_before_keeps_its_manager_for_the_past(self, account, manager):
		frappe.db.delete("KAM Manager Change", {"key_account": account.name})
		receive_by_bank(make_order(account), verified=CUT_OFF)
		assert self.managers() == [manager]
		account.account_manager = make_user("KAM User")
		account.save()
		assert self.managers() == [manager]

	def test_saving_without_a_change_writes_none(self, account):
		account.background = "Long history"
		account.save()
		assert frappe.db.count("KAM Manager Change", {"key_account": account.name}) == 1

	def test_the_history_goes_with_its_account(self, account):
		account.delete()
		assert not frappe.db.exists("KAM Manager Change", {"key_account": account.name})


class TestPatch:
	def test_it_fills_what_the_change_log_knows_once(self, account, manager):
		from kam_extension.patches.v15_5.known_account_managers import execute as patch

		account.reload()
		account.account_manager = successor = make_user("KAM User")
		account._save(ignore_version=False)
		frappe.db.delete("KAM Manager Change", {"key_account": account.name})
		for _run in range(2):
			patch()
		rows = frappe.get_all(
			"KAM Manager Change", {"key_account": account.name}, pluck="account_manager", order_by="creation"
		)
		assert rows == [manager, successor]


class TestSettledOnce:
	def test_a_settled_month_stays_whatever_happens_after(self, account, manager):
		order = make_order(account)
		payment = receive_by_bank(order, verified=CUT_OFF)
		settle_month(company(), MONTH)
		before = report(by_receipt=1)
		payment.reload()
		payment.cancel()
		receive_by_bank(make_order(account), verified=CUT_OFF)
		after = report(by_receipt=1)
		assert before == after and [row["commission"] for row in after] == [200]

	def test_a_bounced_payment_comes_back_in_the_next_month(self, account, manager):
		payment = receive_by_bank(make_order(account), verified=CUT_OFF)
		settle_month(company(), MONTH)
		payment.reload()
		payment.cancel()
		assert lines(next_month(MONTH)) == [(payment.name, "Correction", -10000, -200)]

	def test_a_clearance_entered_later_for_an_earlier_day_is_late(self, account):
		payment = receive_by_bank(make_order(account))
		settle_month(company(), MONTH)
		payment.db_set("clearance_date", CUT_OFF)
		assert lines(next_month(MONTH)) == [(payment.name, "Late", 10000, 200)]

	def test_an_advance_taken_by_its_invoice_changes_nothing(self, account):
		order = make_order(account)
		receive_by_bank(order, 4000, verified=CUT_OFF)
		settle_month(company(), MONTH)
		invoice = make_sales_invoice(sales_order=order.name, allocate_advances_automatically=1, submit=True)
		assert invoice.outstanding_amount == 6000
		assert lines(next_month(MONTH)) == []

	def test_not_before_the_cut_off_day_has_passed(self):
		with pytest.raises(frappe.ValidationError, match="can be settled after"):
			settle_month(company(), next_month(MONTH))

	def test_not_twice(self):
		settle_month(company(), MONTH)
		with pytest.raises(frappe.UniqueValidationError):
			settle_month(company(), MONTH)

	def test_the_month_keeps_its_totals(self, account):
		receive_by_bank(make_order(account), verified=CUT_OFF)
		record = frappe.get_doc(MONTHS, settle_month(company(), MONTH))
		assert (record.received_amount, record.commission, record.commission_rate) == (10000, 200, 2)
		assert record.cut_off == CUT_OFF

	def test_nobody_writes_or_deletes_an_entry(self, account):
		receive_by_bank(make_order(account), verified=CUT_OFF)
		settle_month(company(), MONTH)
		entry = frappe.get_last_doc(ENTRY)
		entry.commission = 1000
		for action in (entry.save, entry.delete):
			with pytest.raises(frappe.PermissionError):
				action()


class TestNightly:
	def started(self, day):
		frappe.db.set_value("KAM Policy", {"docstatus": 1}, "creation", str(day))

	def test_the_first_month_is_one_that_the_app_saw_end(self, policy):
		self.started(CUT_OFF)
		assert list(months_to_settle(company(), getdate())) == [MONTH]
		self.started(add_days(CUT_OFF, 1))
		assert list(months_to_settle(company(), getdate())) == []

	def test_nights_that_were_missed_are_made_up_for(self):
		settle_month(company(), LAST_MONTH)
		assert list(months_to_settle(company(), getdate())) == [MONTH]
		assert list(months_to_settle(company(), next_month(MONTH))) == [MONTH]

	def test_it_settles_and_the_next_night_does_nothing(self, account):
		self.started(CUT_OFF)
		receive_by_bank(make_order(account), verified=CUT_OFF)
		for _night in range(2):
			nightly()
		assert frappe.get_all(ENTRY, pluck="commission") == [200]

	def test_switched_off_it_does_nothing(self, account):
		self.started(CUT_OFF)
		frappe.db.set_single_value("KAM Settings", "enabled", 0)
		nightly()
		assert not frappe.get_all(MONTHS)


class TestReport:
	@pytest.fixture
	def two(self, account, manager):
		"""Two managers with one receipt each."""
		other = make_key_account(account_manager=make_user("KAM User"))
		receive_by_bank(make_order(account, 10000), verified=CUT_OFF)
		receive_by_bank(make_order(other, 3000), verified=CUT_OFF)
		return account, other

	def test_sums_by_manager(self, two):
		rows = {row["account_manager"]: row for row in report()}
		first, second = (rows[account.account_manager] for account in two)
		assert (first["received_amount"], first["of_last_month"], first["commission"]) == (10000, 200, 200)
		assert second["commission"] == 60 and second["late"] == 0

	@pytest.mark.parametrize("settled", [False, True])
	@pytest.mark.parametrize("by_receipt", [0, 1])
	def test_members_of_sales_see_their_own(self, as_user, two, manager, settled, by_receipt):
		if settled:
			settle_month(company(), MONTH)
		with as_user(manager):
			rows = report(by_receipt=by_receipt)
		assert [(row["account_manager"], row["commission"]) for row in rows] == [(manager, 200)]

	@pytest.mark.parametrize("role", ["KAM Manager", "KAM Finance", "KAM Director", "KAM Executive"])
	def test_those_above_see_all(self, as_user, two, role):
		with as_user(make_user(role)):
			assert sum(row["commission"] for row in report()) == 260

	def test_by_receipt_says_which_and_when(self, two):
		row = report(by_receipt=1, key_account=two[0].name)[0]
		assert (row["kind"], getdate(row["verified_on"]), row["commission_rate"]) == ("Receipt", CUT_OFF, 2)
		assert row["customer_name"] == two[0].customer_name

	def test_it_says_whether_it_is_final(self, two):
		filters = {"company": company(), "month": MONTH}
		assert "as of now" in execute(filters)[2]
		settle_month(company(), MONTH)
		assert execute(filters)[2].startswith("Settled")

	@pytest.mark.parametrize(
		("missing", "message"), [("company", "Choose a company"), ("month", "Choose a day")]
	)
	def test_without_company_or_month_it_says_so(self, missing, message):
		filters = {"company": company(), "month": MONTH}
		del filters[missing]
		with pytest.raises(frappe.ValidationError, match=message):
			execute(filters)


@pytest.mark.committing
def test_two_workers_settle_a_month_once(in_parallel):
	from kam_extension.integration.commission import settlement

	def settle():
		settlement.settle_month(company(), MONTH)
		frappe.db.commit()

	results = in_parallel(settle, settle)
	assert sorted(type(result).__name__ for result in results if result) in (
		["UniqueValidationError"],
		["QueryDeadlockError"],
	)
	assert frappe.db.count(MONTHS, {"company": company(), "month": MONTH}) == 1


def test_the_sales_order_of_a_draft_is_no_receipt(account):
	item = make_order(account).items[0].item_code
	make_sales_order(account.customer, [(item, 1, 100)])
	assert lines() == []
