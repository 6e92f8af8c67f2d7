"""Columns of script reports."""

ONE_DECIMAL = {"precision": 1}
"""Added to a column of percents: `column(…) | ONE_DECIMAL`."""


def column(fieldname: str, label: str, fieldtype: str, options: str | None = None, width: int = 120) -> dict:
	"""One column; `options` is the linked DocType, or the field that holds the currency."""
	return {
		"fieldname": fieldname,
		"label": label,
		"fieldtype": fieldtype,
		"options": options,
		"width": width,
	}
