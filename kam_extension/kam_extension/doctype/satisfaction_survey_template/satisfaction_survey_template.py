import frappe
from frappe import _
from frappe.model.document import Document

MOST_QUESTIONS = 20


class SatisfactionSurveyTemplate(Document):
	"""What a satisfaction survey asks (R52)."""

	def validate(self):
		self.validate_questions()
		self.validate_default()

	def on_update(self):
		if self.is_default:
			others = {"is_default": 1, "name": ("!=", self.name)}
			frappe.db.set_value(self.doctype, others, "is_default", 0)

	def validate_questions(self):
		dimensions = [row.dimension for row in self.questions]
		if len(dimensions) > MOST_QUESTIONS:
			frappe.throw(
				_("Questions: at most {0}. Nobody answers more.").format(MOST_QUESTIONS), title=_("Questions")
			)
		for row in self.questions:
			if dimensions.index(row.dimension) != row.idx - 1:
				frappe.throw(
					_("Row {0}: Dimension {1} is there already. Keep one row for each.").format(
						row.idx, frappe.bold(row.dimension)
					),
					title=_("Questions"),
				)

	def validate_default(self):
		if self.is_default and self.is_disabled:
			frappe.throw(
				_("A disabled template can't be the default. Untick one of both."), title=_("Default")
			)
