import frappe
from frappe import _
from frappe.model.document import Document

from kam_extension.integration.health.settings import check_health_settings
from kam_extension.integration.rebates.accruals import check_accrual_account
from kam_extension.integration.rebates.settlement.settings import check_tax_settings

OWN_RECORDS = (
	("rebate_expense_account", "Account"),
	("rebate_payment_account", "Account"),
	("rebate_accrual_account", "Account"),
	("rebate_cost_center", "Cost Center"),
)


class KAMSettings(Document):
	def validate(self):
		check_health_settings(self)
		self.check_companies_once()
		for row in self.companies:
			self.check_row(row)
			check_accrual_account(row)
			check_tax_settings(row)

	def check_companies_once(self):
		companies = [row.company for row in self.companies]
		for row in self.companies:
			if companies.index(row.company) != row.idx - 1:
				frappe.throw(
					_("Row {0}: {1} has a row already. Keep one row for each company.").format(
						row.idx, frappe.bold(row.company)
					),
					title=_("Duplicate Company"),
				)

	def check_row(self, row):
		"""Accounts and cost center have to be the company's own and no groups."""
		for field, doctype in OWN_RECORDS:
			name = row.get(field)
			if not name:
				continue
			record = frappe.get_cached_value(doctype, name, ["company", "is_group"], as_dict=True)
			if record.company != row.company or record.is_group:
				frappe.throw(
					_("Row {0}: {1} {2} is a group or belongs to another company. Choose one of {3}.").format(
						row.idx, _(row.meta.get_label(field)), frappe.bold(name), row.company
					),
					title=_("Wrong Account"),
				)
