import frappe

from kam_extension.integration.security.append_only import AppendOnlyRecord


class KAMTierMeasure(AppendOnlyRecord):
	"""One metric of one key account (R14, R76); `integration/tiers/measures.py` is its only writer."""


def on_doctype_update():
	frappe.db.add_index("KAM Tier Measure", ["run", "key_account"])
