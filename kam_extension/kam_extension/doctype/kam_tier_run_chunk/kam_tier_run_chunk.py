import frappe

from kam_extension.integration.security.append_only import AppendOnlyRecord


class KAMTierRunChunk(AppendOnlyRecord):
	"""One part of a recompute (R17); `integration/tiers/run_units.py` is its only writer."""


def on_doctype_update():
	"""Workers walk along a run's parts in order and lock no more of them than they pass."""
	frappe.db.add_unique("KAM Tier Run Chunk", ["run", "number"], constraint_name="one_chunk_per_number")
