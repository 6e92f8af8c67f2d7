"""White space (R78) and the archive summary (R12): real invoices, readers, settings."""

import frappe
import pytest
from frappe.utils import add_months, nowdate

from kam_extension.kam_extension.report.key_account_archive_summary import key_account_archive_summary
from kam_extension.kam_extension.report.key_account_white_space import key_account_white_space
from tests.site.agreement_setup import make_agreement
from tests.site.factories import (
	insert,
	make_item,
	make_key_account,
	make_sales_invoice,
	make_user,
	make_visit_log,
	unique,
)
from tests.site.query_count import count_queries


@pytest.fixture
def industry(site) -> str:
	return insert("Industry Type", industry=unique("Industry")).name


@pytest.fixture
def account(industry):
	return make_key_account(industry=industry)


@pytest.fixture
def pumps(site) -> str:
	return insert("Item Group", item_group_name=unique("Pumps"), parent_item_group="All Item Groups").name


def buy(account, item_group, amount, months=-1, submit=True, **fields):
	item = make_item(item_group=item_group).name
	day = add_months(nowdate(), months)
	make_sales_invoice(account.customer, [(item, 1, amount)], submit=submit, posting_date=day, **fields)


def peers(industry, item_group, *amounts, **fields):
	made = [make_key_account(industry=industry, **fields) for _amount in amounts]
	for peer, amount in zip(made, amounts, strict=True):
		if amount:
			buy(peer, item_group, amount)
	return made


def rows(account, **filters) -> list:
	return key_account_white_space.get_rows(frappe._dict(filters, key_account=account.name))


class TestWhiteSpace:
	def test_a_group_that_the_others_buy(self, account, industry, pumps):
		peers(industry, pumps, 100, 300, 0)
		peers(industry, pumps, 0, status="Prospect")
		[row] = rows(account)
		assert (row["item_group"], row["peers"], row["buyers"]) == (pumps, 3, 2)
		assert (row["share"], row["median_spend"], row["potential"]) == (
			66.7,
			200,
			pytest.approx(133.33, abs=0.01),
		)

	def test_not_what_the_account_buys_itself(self, account, industry, pumps):
		peers(industry, pumps, 100, 300, 0)
		buy(account, pumps, 5)
		assert rows(account) == []

	def test_a_purchase_long_ago_is_a_gap_again(self, account, industry, pumps):
		peers(industry, pumps, 100, 300, 0)
		buy(account, pumps, 5, months=-13)
		assert len(rows(account)) == 1

	@pytest.mark.parametrize(
		"fields", [{"account_class": "Ordinary"}, {"status": "Prospect"}, {"status": "Terminated"}]
	)
	def test_who_is_not_comparable(self, account, industry, pumps, fields):
		peers(industry, pumps, 100, 300, 200, **fields)
		assert rows(account) == []

	def test_another_industry_is_not_comparable(self, account, pumps):
		other = insert("Industry Type", industry=unique("Industry")).name
		peers(other, pumps, 100, 300, 200)
		assert rows(account) == []

	def test_drafts_are_no_purchases(self, account, industry, pumps):
		for peer in peers(industry, pumps, 0, 0, 0):
			buy(peer, pumps, 100, submit=False)
		assert rows(account) == []

	def test_figures_are_settings(self, account, industry, pumps):
		peers(industry, pumps, 100, 300, 0)
		settings = frappe.get_doc("KAM Settings")
		settings.white_space_min_share = 80
		settings.save()
		assert rows(account) == []
		settings.update({"white_space_min_share": 30, "white_space_min_peers": 4}).save()
		assert rows(account) == []

	def test_sales_see_gaps_of_own_accounts_only(self, account, industry, pumps, as_user):
		others = peers(industry, pumps, 100, 300, 0)
		user = make_user("KAM User")
		frappe.db.set_value("Key Account", account.name, "account_manager", user)
		with as_user(user):
			found = key_account_white_space.get_rows(frappe._dict())
			assert rows(others[2]) == []
		assert {row["key_account"] for row in found} == {account.name}
		everybody = key_account_white_space.get_rows(frappe._dict(industry=industry))
		assert {row["key_account"] for row in everybody} == {account.name, others[2].name}

	def test_it_says_why_there_is_nothing(self, site):
		nothing = make_key_account(industry=None)
		message = key_account_white_space.execute({"key_account": nothing.name})[2]
		assert "no industry" in message
		frappe.db.set_single_value("KAM Settings", "white_space_min_peers", 4)
		assert "at least 4" in key_account_white_space.execute({})[2]

	def test_queries_do_not_grow_with_accounts(self, industry, pumps):
		peers(industry, pumps, 100, 300, 0)

		def ask():
			return key_account_white_space.get_rows(frappe._dict(industry=industry))

		few = count_queries(ask)
		peers(industry, pumps, 7, 8, 0, 0)
		assert count_queries(ask) == few


class TestArchiveSummary:
	def summary(self, account) -> dict:
		return next(
			row for row in key_account_archive_summary.get_rows(frappe._dict()) if row["name"] == account.name
		)

	def test_what_an_archive_holds(self, account):
		empty = self.summary(account)
		assert (empty["stakeholders"], empty["agreements"], empty["visits"], empty["files"]) == (0, 0, 0, 0)
		assert empty["completeness"] == pytest.approx(14.3)
		account.append("stakeholders", {"full_name": "Li Na"})
		account.update({"background": "<p>Old friends</p>", "strategic_influence": 3}).save()
		make_agreement(account)
		make_agreement(account, submit=False)
		make_visit_log(account.name, status="Completed", discussion="Talked")
		make_visit_log(account.name)
		full = self.summary(account)
		assert (full["stakeholders"], full["agreements"], full["visits"]) == (1, 1, 1)
		assert full["completeness"] == pytest.approx(85.7)

	def test_sales_see_their_own(self, account, as_user):
		with as_user(make_user("KAM User")):
			assert key_account_archive_summary.get_rows(frappe._dict()) == []
