from frappe.model.document import Document

from kam_extension.integration.tiers.run_units import failed_units, unit_counts


class KAMTierRun(Document):
	"""The record of one recompute (R17); `integration/tiers/tier_runs.py` is its only writer."""

	def onload(self):
		self.set_onload("units", unit_counts(self.name))
		self.set_onload("failed_units", failed_units(self.name))
