"""What installing seeds and grants, and how it is taken back (R1, R2, R70, R82)."""

import frappe
import pytest

from kam_extension.setup import install, permissions, prices, settings, workflows
from kam_extension.setup.record import read_record, write_record
from kam_extension.setup.roles import COST_READERS, ROLES
from tests.site.factories import make_customer, make_item, make_price_list, make_quotation, make_user

COST_FIELDS = ("kam_required_markup", "kam_actual_markup", "kam_net_markup", "kam_rebate_rate")


def test_tiers_and_switch_are_seeded():
	tiers = frappe.get_all("KAM Tier", fields=["name", "rank"], order_by="`rank`")
	assert [(tier.name, tier.rank) for tier in tiers][:3] == [("A", 1), ("B", 2), ("C", 3)]
	assert frappe.db.get_single_value("KAM Settings", "enabled", cache=False) == 1


def test_seeding_again_keeps_what_was_tuned():
	frappe.db.set_single_value("KAM Settings", "enabled", 0)
	frappe.db.set_value("KAM Tier", "A", "title", "Platinum")
	frappe.db.set_value("Workflow", "KAM Price Exception", "is_active", 0)
	rule = {"parent": "Quotation", "role": "KAM User", "permlevel": 0}
	frappe.db.set_value("Custom DocPerm", rule, "submit", 0)
	before = frappe.db.count("Custom DocPerm"), frappe.db.count("Workflow Transition")
	install.after_sync()
	assert frappe.db.get_single_value("KAM Settings", "enabled", cache=False) == 0
	assert frappe.db.get_value("KAM Tier", "A", "title") == "Platinum"
	assert frappe.db.get_value("Workflow", "KAM Price Exception", "is_active") == 0
	assert frappe.db.get_value("Custom DocPerm", rule, "submit") == 0
	assert before == (frappe.db.count("Custom DocPerm"), frappe.db.count("Workflow Transition"))


def test_a_setting_that_the_site_never_stored_gets_its_default():
	"""As on a site that had the app before the setting was made: code reads the database, not the form's default."""
	stored = {"doctype": "KAM Settings", "field": "enabled"}
	frappe.db.delete("Singles", stored)
	assert frappe.db.get_single_value("KAM Settings", "enabled", cache=False) == 0
	settings.complete_settings()
	assert frappe.db.get_single_value("KAM Settings", "enabled", cache=False) == 1


@pytest.mark.parametrize("declaration", workflows.WORKFLOWS, ids=lambda one: one.document_type)
def test_workflow_is_there_as_declared(declaration):
	workflow = frappe.get_doc("Workflow", declaration.name)
	steps = {
		(step.state, step.action, step.next_state, role, int(step.own))
		for step in declaration.steps
		for role in step.roles
	}
	found = {
		(row.state, row.action, row.next_state, row.allowed, row.allow_self_approval)
		for row in workflow.transitions
	}
	assert found == steps
	assert [row.state for row in workflow.states] == [state.state for state in declaration.states]


@pytest.mark.parametrize("declaration", workflows.WORKFLOWS, ids=lambda one: one.document_type)
def test_approvals_are_never_ones_own_and_end_submitted(declaration):
	approvals = [step for step in declaration.steps if step.action == workflows.APPROVE]
	assert approvals and not any(step.own for step in approvals)
	status = {state.state: state.doc_status for state in declaration.states}
	assert status[approvals[-1].next_state] == workflows.SUBMITTED
	assert all(status[step.state] == workflows.SAVED for step in approvals)


def test_rebate_request_passes_manager_finance_director_executive():
	"""R39 names the order."""
	[declaration] = [one for one in workflows.WORKFLOWS if one.document_type == "Rebate Request"]
	approvals = [step for step in declaration.steps if step.action == workflows.APPROVE]
	assert [step.roles for step in approvals] == [
		("KAM Manager",),
		("KAM Finance",),
		("KAM Director",),
		("KAM Executive",),
	]
	assert all(
		step.next_state == following.state for step, following in zip(approvals, approvals[1:], strict=False)
	)


def test_removing_workflows_keeps_masters_of_others():
	doctypes = [declaration.document_type for declaration in workflows.WORKFLOWS]
	foreign = frappe.get_doc(
		{
			"doctype": "Workflow",
			"workflow_name": "Note Approval",
			"document_type": "Note",
			"workflow_state_field": "title",
			"is_active": 0,
			"states": [{"state": "Pending Director", "doc_status": "0", "allow_edit": "All"}],
		}
	)
	foreign.db_insert()
	foreign.states[0].db_insert()
	workflows.remove_workflows(doctypes)
	assert not frappe.get_all("Workflow", filters={"document_type": ("in", doctypes)})
	for shipped in ("Approved", "Rejected", "Pending Director"):
		assert frappe.db.exists("Workflow State", shipped), shipped
	for ours in ("Pending Executive", "Manager Approved"):
		assert not frappe.db.exists("Workflow State", ours), ours
	assert frappe.db.exists("Workflow Action Master", "Approve")
	assert not frappe.db.exists("Workflow Action Master", "Revise")


def test_a_state_that_the_site_had_before_is_its_own():
	doctypes = [declaration.document_type for declaration in workflows.WORKFLOWS]
	workflows.remove_workflows(doctypes)
	write_record("created_workflow_masters", {})
	frappe.get_doc({"doctype": "Workflow State", "workflow_state_name": "Pending Executive"}).insert()
	workflows.seed_workflows()
	workflows.remove_workflows(doctypes)
	assert frappe.db.exists("Workflow State", "Pending Executive")
	assert not frappe.db.exists("Workflow State", "Pending Finance")


def test_kam_user_alone_quotes_and_orders(as_user):
	customer, item = make_customer(), make_item(cost=50, list_price=100)
	with as_user(make_user("KAM User")):
		quotation = make_quotation(customer=customer.name, lines=[(item.name, 1, 100)], submit=True)
		assert quotation.docstatus == 1
		assert frappe.has_permission("Sales Order", "submit")
		assert not frappe.has_permission("Sales Invoice", "create")
		assert not frappe.has_permission("Item", "write")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("doctype", permissions.SELLING_DOCTYPES)
def test_cost_figures_are_read_by_those_entitled(as_user, doctype, role):
	"""R82: KAM User sees no markup; the others do."""
	with as_user(make_user(role)):
		readable = frappe.get_meta(doctype).get_permlevel_access("read")
	fields = {frappe.get_meta(doctype).get_field(field).permlevel for field in COST_FIELDS}
	assert fields == {permissions.COST_LEVEL}
	assert (permissions.COST_LEVEL in readable) == (role in COST_READERS)
	row_meta = frappe.get_meta(f"{doctype} Item")
	assert row_meta.get_field("kam_unit_cost").permlevel == permissions.COST_LEVEL
	assert row_meta.get_field("kam_floor_rate").permlevel == 0


def test_cost_fields_are_never_printed():
	fields = frappe.get_all(
		"Custom Field", filters={"module": "KAM Extension"}, fields=["name", "print_hide", "fieldtype"]
	)
	assert fields and all(field.print_hide for field in fields)


def rules(doctype: str) -> list[tuple]:
	fields = ["role", "permlevel", "read", "write", "`create`", "submit"]
	return sorted(frappe.get_all("Custom DocPerm", filters={"parent": doctype}, fields=fields, as_list=True))


def test_revoking_gives_the_standard_back_unless_somebody_tuned_it():
	frappe.db.set_value(
		"Custom DocPerm", {"parent": "Item", "role": "Stock User", "permlevel": 0}, "write", 1
	)
	permissions.revoke_permissions()
	assert rules("Quotation") == []
	left = rules("Item")
	assert left and not any(rule[0] in ROLES for rule in left)
	assert frappe.db.get_value("Custom DocPerm", {"parent": "Item", "role": "Stock User"}, "write") == 1


def test_custom_permissions_from_before_stay():
	permissions.revoke_permissions()
	write_record("copied_permissions", {})
	frappe.get_doc(
		{"doctype": "Custom DocPerm", "parent": "Customer", "role": "Sales User", "permlevel": 0, "read": 1}
	).insert()
	before = rules("Customer")
	permissions.grant_permissions()
	assert len(rules("Customer")) > len(before)
	assert "Customer" not in read_record("copied_permissions", {})
	permissions.revoke_permissions()
	assert rules("Customer") == before


def test_customers_get_their_price_list_back():
	own, ours, later = make_price_list().name, make_price_list().name, make_price_list().name
	kept, bare, changed = make_customer(), make_customer(), make_customer()
	for customer, previous, current in ((kept, own, ours), (bare, None, ours), (changed, own, later)):
		customer.db_set(
			{
				"kam_previous_price_list": previous,
				"kam_tier_price_list": ours,
				"default_price_list": current,
			}
		)
	prices.restore_customer_price_lists()
	lists = [customer.reload().default_price_list for customer in (kept, bare, changed)]
	assert lists == [own, None, later]


def test_managed_price_lists_go_unless_a_document_names_them():
	unused, used = make_price_list(), make_price_list()
	item = make_item()
	for price_list in (unused, used):
		frappe.get_doc(
			{
				"doctype": "Item Price",
				"item_code": item.name,
				"price_list": price_list.name,
				"price_list_rate": 9,
			}
		).insert()
		price_list.db_set("kam_base_price_list", "Standard Selling")
	quotation = make_quotation(make_customer().name, [(item.name, 1, 9)])
	quotation.db_set("selling_price_list", used.name)
	prices.remove_managed_price_lists(["KAM Policy", "KAM Policy Tier"])
	assert not frappe.db.exists("Price List", unused.name)
	assert not frappe.db.exists("Item Price", {"price_list": unused.name})
	assert frappe.db.exists("Price List", used.name)
	assert frappe.db.exists("Item Price", {"price_list": used.name})


def test_settings_form_keeps_the_setup_record(as_user):
	"""The record lies on a level that nobody may write, so that saving the form can't lose it."""
	before = read_record("copied_permissions", {})
	assert before
	with as_user(make_user("System Manager")):
		settings = frappe.get_doc("KAM Settings")
		settings.setup_record = "{}"
		settings.save()
	assert read_record("copied_permissions", {}) == before


def test_settings_refuse_accounts_of_another_kind():
	group = frappe.db.get_value(
		"Account", {"is_group": 1, "root_type": "Expense"}, ["name", "company"], as_dict=True
	)
	settings = frappe.get_doc("KAM Settings")
	settings.append("companies", {"company": group.company, "rebate_expense_account": group.name})
	with pytest.raises(frappe.ValidationError, match="Rebate Expense Account"):
		settings.save()
	settings = frappe.get_doc("KAM Settings")
	for _row in range(2):
		settings.append("companies", {"company": group.company})
	with pytest.raises(frappe.ValidationError, match="has a row already"):
		settings.save()
