"""Who may use a Policy Replay, and what it accepts (R62, R82)."""

import json

import frappe
import pytest
from frappe.desk.reportview import export_query
from frappe.utils import add_days, nowdate

from tests.site.factories import (
	make_user,
)
from tests.site.replay_setup import (
	ACCOUNT,
	ORDER,
	make_draft,
	make_market,
	make_replay,
	replayed,
	row_of,
)

ALLOWED = ("KAM Director", "KAM Executive", "System Manager")
CLOSED = ("KAM User", "KAM Manager", "KAM Finance", "Sales Manager", "Accounts Manager")
DOCTYPES = ("Policy Replay", ORDER, ACCOUNT)


class TestRights:
	def test_who_may(self, site, as_user):
		market, draft = make_market(), make_draft()
		order = market.order(75)
		for role in ALLOWED:
			with as_user(make_user(role)):
				self.check_open(replayed(draft.name), order)

	def check_open(self, replay, order):
		row = row_of(replay, order)
		row.check_permission("read")
		assert "refused" in replay.explain(row.name)
		for doctype in DOCTYPES:
			assert frappe.get_list(doctype)
			assert frappe.has_permission(doctype, "export")

	def test_who_may_not(self, site, as_user):
		market, draft = make_market(), make_draft()
		order = market.order(75)
		replay = replayed(draft.name)
		for role in CLOSED:
			self.check_closed(as_user, make_user(role), replay, row_of(replay, order))

	def check_closed(self, as_user, user, replay, row):
		with as_user(user):
			for doctype, name in (("Policy Replay", replay.name), (ORDER, row.name)):
				document = frappe.get_doc(doctype, name)
				for right in ("read", "print", "export", "report", "email", "write", "delete", "share"):
					assert not document.has_permission(right), (doctype, right)
			for doctype in DOCTYPES:
				with pytest.raises(frappe.PermissionError):
					frappe.get_list(doctype)
			for method in (replay.start, replay.cancel_run, replay.largest_changes):
				with pytest.raises(frappe.PermissionError):
					method()
			with pytest.raises(frappe.PermissionError):
				replay.explain(row.name)
			with pytest.raises(frappe.PermissionError):
				make_replay(replay.policy)

	def test_export_is_theirs_alone(self, site, as_user):
		market = make_market()
		order = market.order(75)
		replay = replayed(make_draft().name)
		asked = {"doctype": ORDER, "file_format_type": "CSV", "title": ORDER}
		asked["fields"] = json.dumps(
			[f"`tab{ORDER}`.`{field}`" for field in ("sales_order", "verdict", "cost")]
		)
		asked["filters"] = json.dumps({"replay": replay.name})
		with as_user(make_user("KAM Manager")), pytest.raises(frappe.PermissionError):
			frappe.local.form_dict = frappe._dict(asked)
			export_query()
		with as_user(make_user("KAM Executive")):
			frappe.local.form_dict = frappe._dict(asked)
			export_query()
		content = frappe.as_unicode(frappe.response["filecontent"])
		assert f'"{order.name}","Blocked",700' in content.replace("700.0", "700")

	def test_no_row_is_made_changed_or_deleted_by_hand(self, site):
		market = make_market()
		order = market.order(75)
		row = row_of(replayed(make_draft().name), order)
		row.verdict = "Pass"
		for change in (row.save, row.delete, frappe.copy_doc(row).insert):
			with pytest.raises(frappe.PermissionError, match="stays as it is"):
				change()

	def test_a_row_of_another_replay_is_not_explained_to_nobody(self, site):
		replay = replayed(make_draft().name)
		with pytest.raises(frappe.DoesNotExistError):
			replay.explain("nothing")


class TestInputs:
	def test_a_period_that_ends_before_it_starts(self, site):
		with pytest.raises(frappe.ValidationError, match="From Date .* is after To Date"):
			make_replay(make_draft().name, from_date=add_days(nowdate(), 1))

	def test_how_it_went_is_not_the_clients(self, site):
		replay = make_replay(make_draft().name, status="Completed", orders_blocked=7)
		assert (replay.status, replay.orders_blocked) == ("Draft", None)
		replay.update({"status": "Completed", "orders_blocked": 7, "summary": "{}"}).save()
		replay.reload()
		assert (replay.status, replay.orders_blocked, replay.summary) == ("Draft", 0, None)

	def test_what_was_asked_stays_after_the_run(self, site):
		replay = replayed(make_draft().name)
		assert not replay.error
		replay.account_class = "Major"
		with pytest.raises(frappe.ValidationError, match="stays as it is"):
			replay.save()

	def test_it_hinders_nobody_to_delete_the_draft(self, site):
		draft = make_draft()
		replay = replayed(draft.name)
		draft.delete()
		assert json.loads(replay.summary)["policies"][draft.name]

	def test_its_rows_go_with_it(self, site):
		market = make_market()
		market.order(75)
		replay = replayed(make_draft().name)
		replay.delete()
		assert not frappe.db.exists(ORDER, {"replay": replay.name})
		assert not frappe.db.exists(ACCOUNT, {"replay": replay.name})

	def test_sales_between_own_companies_are_outside_the_rules(self, site):
		market = make_market()
		order = market.order(75)
		frappe.db.delete("KAM Decision", {"reference_name": order.name})
		values = {"is_internal_customer": 1, "represents_company": order.company}
		frappe.db.set_value("Customer", order.customer, values)
		row = row_of(replayed(make_draft().name), order)
		assert row.verdict == "Not Applicable"
		assert "outside the rules" in frappe.get_doc("Policy Replay", row.replay).explain(row.name)
