"""Records of Frappe that only make sense with our DocTypes, module or jobs (R1)."""

import frappe

RECORDS_ABOUT_A_DOCTYPE = (
	("Assignment Rule", "document_type"),
	("Auto Repeat", "reference_doctype"),
	("Client Script", "dt"),
	("Comment", "reference_doctype"),
	("Custom DocPerm", "parent"),
	("Custom Field", "dt"),
	("Dashboard Chart", "document_type"),
	("DocShare", "share_doctype"),
	("Document Follow", "ref_doctype"),
	("Document Naming Rule", "document_type"),
	("Email Queue", "reference_doctype"),
	("Email Unsubscribe", "reference_doctype"),
	("Energy Point Log", "reference_doctype"),
	("Global Search DocType", "document_type"),
	("Kanban Board", "reference_doctype"),
	("List Filter", "reference_doctype"),
	("List View Settings", "name"),
	("Notification", "document_type"),
	("Notification Log", "document_type"),
	("Number Card", "document_type"),
	("Print Format", "doc_type"),
	("Property Setter", "doc_type"),
	("Report", "ref_doctype"),
	("Server Script", "reference_doctype"),
	("Tag Link", "document_type"),
	("ToDo", "reference_type"),
	("User Permission", "allow"),
	("Version", "ref_doctype"),
	("View Log", "reference_doctype"),
	("Webhook", "webhook_doctype"),
	("Workspace Link", "link_to"),
	("Workspace Shortcut", "link_to"),
)
ROWS_WITHOUT_CHILDREN = (
	"Comment", "Custom DocPerm", "Global Search DocType", "Notification Log", "Tag Link", "Version", "View Log",
	"Workspace Link", "Workspace Shortcut",
)  # fmt: skip


def remove_report_mails(module: str, doctypes: list[str]) -> None:
	"""Mails of reports that go: Frappe would fail to send them, and those that come after them in the same job."""
	either = {"module": module, "ref_doctype": ("in", doctypes)}
	reports = frappe.get_all("Report", or_filters=either, pluck="name")
	for name in frappe.get_all("Auto Email Report", {"report": ("in", reports)}, pluck="name"):
		frappe.delete_doc("Auto Email Report", name, force=True, delete_permanently=True)


def remove_records_about(doctypes: list[str]) -> None:
	"""Delete what users and Frappe attached to `doctypes`; their tables are about to be dropped."""
	for record_type, field in RECORDS_ABOUT_A_DOCTYPE:
		if not frappe.db.exists("DocType", record_type):
			continue
		if record_type in ROWS_WITHOUT_CHILDREN:
			frappe.db.delete(record_type, {field: ("in", doctypes)})
			continue
		for name in frappe.get_all(record_type, filters={field: ("in", doctypes)}, pluck="name"):
			frappe.delete_doc(record_type, name, force=True, ignore_on_trash=True, delete_permanently=True)
	frappe.db.delete("__UserSettings", {"doctype": ("in", doctypes)})


def detach_files(doctypes: list[str]) -> None:
	"""Files attached to our records are the company's: they stay, as unattached files of their owners."""
	frappe.db.set_value(
		"File",
		{"attached_to_doctype": ("in", doctypes)},
		{"attached_to_doctype": None, "attached_to_name": None, "attached_to_field": None},
		update_modified=False,
	)


def remove_site_settings(module: str) -> None:
	"""Clear what users and profiles keep about our workspaces and module."""
	workspaces = frappe.get_all("Workspace", filters={"module": module}, pluck="name")
	if workspaces:
		frappe.db.set_value("User", {"default_workspace": ("in", workspaces)}, "default_workspace", None)
	frappe.db.delete("Block Module", {"module": module})


def remove_jobs() -> None:
	"""Scheduled jobs and their logs; Frappe would find them dead only at the next migrate."""
	jobs = frappe.get_all("Scheduled Job Type", filters={"method": ("like", "kam_extension.%")}, pluck="name")
	if jobs:
		frappe.db.delete("Scheduled Job Log", {"scheduled_job_type": ("in", jobs)})
		frappe.db.delete("Scheduled Job Type", {"name": ("in", jobs)})
	frappe.db.delete("Patch Log", {"patch": ("like", "kam_extension.%")})
