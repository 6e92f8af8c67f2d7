"""Where visits are: the map shows what its reader may read (R45, R68)."""

import json

import frappe
from frappe.geo.utils import convert_to_geojson
from frappe.geo.utils import get_coords as coords_of_frappe

DOCTYPE = "Visit Log"
LOCATION = "location_field"


@frappe.whitelist()
def get_coords(doctype: str, filters: str, type: str) -> dict:
	"""Frappe's method of that name; for visits it lists by the reader's permissions, which Frappe's does not."""
	if doctype != DOCTYPE:
		return coords_of_frappe(doctype, filters, type)
	wanted = [*json.loads(filters or "[]"), [DOCTYPE, "location", "is", "set"]]
	rows = frappe.get_list(DOCTYPE, filters=wanted, fields=["name", "location"], limit_page_length=0)
	return convert_to_geojson(LOCATION, rows)
