"""The Kanban board of key accounts by status (R64): seeded once, the administrator's afterwards (R2).

On uninstall it goes with the records about our DocTypes (setup/leftovers.py).
"""

import frappe

BOARD = "Key Accounts by Status"
COLUMNS = (
	("Prospect", "Blue"),
	("Active", "Green"),
	("Watch", "Orange"),
	("Suspended", "Red"),
	("Terminated", "Gray"),
)


def seed_boards() -> None:
	"""Create the board unless it is there."""
	if frappe.db.exists("Kanban Board", BOARD):
		return
	board = frappe.new_doc("Kanban Board")
	board.update(
		{
			"kanban_board_name": BOARD,
			"reference_doctype": "Key Account",
			"field_name": "status",
			"show_labels": 1,
			"fields": frappe.as_json(["tier", "account_manager", "risk_level"]),
			"filters": "[]",
		}
	)
	for status, indicator in COLUMNS:
		board.append(
			"columns", {"column_name": status, "status": "Active", "indicator": indicator, "order": "[]"}
		)
	board.insert(ignore_permissions=True)
