import frappe
from frappe import _
from frappe.model.document import Document


class KAMTier(Document):
	def validate(self):
		self.title = self.title or self.name
		self.check_rank()

	def check_rank(self):
		if self.rank < 1:
			frappe.throw(
				_("Rank of tier {0} has to be 1 or more. 1 is the best tier.").format(frappe.bold(self.name)),
				title=_("Invalid Rank"),
			)
		other = frappe.db.get_value("KAM Tier", {"rank": self.rank, "name": ("!=", self.name)})
		if other:
			frappe.throw(
				_("Rank {0} belongs to tier {1}. Choose another rank.").format(self.rank, frappe.bold(other)),
				title=_("Invalid Rank"),
			)
