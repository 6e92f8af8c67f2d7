"""What a policy would have decided about a book of past orders: exports in, a report out, no Frappe (R63).

`command_line` → `book` (CSV to DuckDB) → `engine` (the policy core decides) → `report` (HTML and CSV).
"""
