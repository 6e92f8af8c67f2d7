"""What Frappe leaves behind when the app is uninstalled (R1).

Frappe itself removes the module's DocTypes, reports, workspaces, prints, notifications, cards, charts and every
record that carries the module, custom fields among them. The rest goes here: before, while our DocTypes are still
known; after, what only the dropped custom fields leave.
"""

import json

import click
import frappe
from frappe.model import no_value_fields

from kam_extension.integration.service.service_levels import remove_service_levels
from kam_extension.setup.leftovers import (
	detach_files,
	remove_jobs,
	remove_records_about,
	remove_report_mails,
	remove_site_settings,
)
from kam_extension.setup.permissions import revoke_permissions
from kam_extension.setup.prices import remove_managed_price_lists, restore_customer_price_lists
from kam_extension.setup.roles import remove_roles
from kam_extension.setup.workflows import remove_workflows

MODULE = "KAM Extension"


def before_uninstall() -> None:
	"""Give back what we set on ERPNext's records and remove what belongs to our DocTypes but not to our module."""
	if _is_dry_run():
		return
	doctypes = frappe.get_all("DocType", filters={"module": MODULE}, pluck="name")
	restore_customer_price_lists()
	remove_managed_price_lists(doctypes)
	remove_service_levels()
	revoke_permissions()
	remove_workflows(doctypes)
	remove_report_mails(MODULE, doctypes)
	remove_records_about(doctypes)
	detach_files(doctypes)
	remove_site_settings(MODULE)
	remove_jobs()
	remove_roles()


def after_uninstall() -> None:
	"""Drop the columns of our custom fields, or a reinstall would revive their old values."""
	if _is_dry_run():
		return
	for doctype, columns in _columns_of_custom_fields().items():
		_drop_columns(doctype, columns)
	frappe.clear_cache()


def _columns_of_custom_fields() -> dict[str, list[str]]:
	with open(frappe.get_app_path("kam_extension", "fixtures", "custom_field.json")) as fixture:
		fields = json.load(fixture)
	columns: dict[str, list[str]] = {}
	for field in fields:
		if field["fieldtype"] not in no_value_fields:
			columns.setdefault(field["dt"], []).append(field["fieldname"])
	return columns


def _drop_columns(doctype: str, columns: list[str]) -> None:
	present = {column.name for column in frappe.db.get_table_columns_description(f"tab{doctype}")}
	drops = ", ".join(f"drop column `{column}`" for column in columns if column in present)
	if drops:
		# Names come from our own fixture, never from input.
		frappe.db.sql_ddl(f"alter table `tab{doctype}` {drops}")
		frappe.cache.hdel("table_columns", f"tab{doctype}")


def _is_dry_run() -> bool:
	"""`bench uninstall-app --dry-run` calls the hooks too, and says so only to the command line."""
	context = click.get_current_context(silent=True)
	return bool(context and context.params.get("dry_run"))
