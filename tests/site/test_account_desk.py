"""The desk around key accounts (R64): global search, the board, seeding once."""

import frappe
from frappe.desk.doctype.global_search_settings.global_search_settings import (
	get_doctypes_for_global_search,
)

from kam_extension.patches.v15_6.account_agreements import execute
from kam_extension.setup.boards import BOARD
from kam_extension.setup.leftovers import remove_records_about

ROWS = {"parent": "Global Search Settings", "document_type": "Key Account"}


def test_accounts_are_searched(site):
	assert "Key Account" in get_doctypes_for_global_search()


def test_the_board_has_a_column_for_each_status(site):
	board = frappe.get_doc("Kanban Board", BOARD)
	statuses = frappe.get_meta("Key Account").get_field("status").options.split("\n")
	assert [column.column_name for column in board.columns] == statuses


def test_seeding_again_keeps_what_was_tuned(site):
	board = frappe.get_doc("Kanban Board", BOARD)
	board.show_labels = 0
	board.save()
	execute()
	assert frappe.db.get_value("Kanban Board", BOARD, "show_labels") == 0
	assert frappe.db.count("Global Search DocType", ROWS) == 1


def test_what_is_about_our_doctypes_goes(site):
	others = frappe.db.count("Global Search DocType", {"document_type": ("!=", "Key Account")})
	remove_records_about(["Key Account"])
	assert not frappe.db.exists("Kanban Board", BOARD)
	assert frappe.db.count("Global Search DocType", ROWS) == 0
	assert frappe.db.count("Global Search DocType") == others
