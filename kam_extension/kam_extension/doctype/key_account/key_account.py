from dataclasses import asdict
from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_link_to_form, getdate

from kam_extension import tiers
from kam_extension.integration.accounts.account_access import is_in_team, names_of_people
from kam_extension.integration.accounts.account_reports import next_report
from kam_extension.integration.accounts.accounts import publish_account, unpublish_account
from kam_extension.integration.accounts.churn_reports import forget_account
from kam_extension.integration.accounts.overview import account_overview
from kam_extension.integration.accounts.papers import information_card, related_persons
from kam_extension.integration.accounts.sponsors import check_sponsor
from kam_extension.integration.accounts.twins import show_twins
from kam_extension.integration.accounts.visits import refresh_visit_dates
from kam_extension.integration.commission.manager_history import forget_managers, record_manager
from kam_extension.integration.credit.groups import forget_groups
from kam_extension.integration.health.history import health_history
from kam_extension.integration.health.store import forget_health
from kam_extension.integration.security.roles import MANAGER_AND_ABOVE, has_any_role, require_role
from kam_extension.integration.tiers import tier_timeline as timeline
from kam_extension.integration.tiers.tier_history import forget_history, record_saved_change
from kam_extension.integration.turns import forget_turns
from kam_extension.policy.codes import AccountStatus

DERIVED_FIELDS = (
	"risk_level", "last_visit_date", "next_visit_due", "credit_tier", "credit_review", "statement_sent_until",
	"last_satisfaction", "last_nps_score", "last_surveyed_on",
	"health_score", "health_band",
)  # fmt: skip
PERSONAL_LEVEL = 2
MOST_INFLUENCE = 4


class KeyAccount(Document):
	"""The file (档案) of one customer (R6–R8). Level 1 fields move money and belong to managers (R70)."""

	def onload(self):
		dates = next_report(self)
		self.set_onload("next_report", asdict(dates) if dates else None)
		self.set_onload("people", names_of_people(self))

	@property
	def next_report_due(self) -> date | None:
		"""Day on which the next account report is due to the supervisor (R50)."""
		dates = next_report(self)
		return dates.due_supervisor if dates else None

	def before_validate(self):
		self.keep_derived_fields()
		self.clear_unused_override()

	def validate(self):
		self.validate_customer_is_free()
		self.validate_home_company()
		self.validate_parent()
		self.validate_override()
		self.validate_strategic_influence()
		self.validate_account_manager()
		check_sponsor(self)
		self.validate_rows()
		self.tell_twins()

	def on_update(self):
		forget_groups()
		record_saved_change(self)
		record_manager(self)
		publish_account(self)
		refresh_visit_dates(self)
		if self.status == AccountStatus.TERMINATED:
			forget_account(self.name)

	def on_trash(self):
		forget_groups()
		unpublish_account(self)
		forget_history(self.name)
		forget_managers(self.name)
		forget_turns(self.name)
		forget_account(self.name)
		forget_health(self.name)

	@frappe.whitelist()
	def recompute_tier(self) -> str:
		"""Score this account now under its home company's policy (R17); returns the KAM Tier Run."""
		self.check_permission("write")
		require_role(MANAGER_AND_ABOVE, _("Recompute Tier"))
		return tiers.recompute(key_accounts=[self.name])

	def information_card(self) -> dict:
		"""For the print format Key Account Information Card (R12)."""
		return information_card(self)

	def related_persons(self) -> dict:
		"""For the print format Key Account Related Persons (R12)."""
		return related_persons(self)

	def get_permlevel_access(self, permission_type: str = "write") -> list[int]:
		"""Personal fields (level 2) are open to the account's own team besides the roles that have them (R8)."""
		levels = super().get_permlevel_access(permission_type)
		if PERSONAL_LEVEL not in levels and is_in_team(self.name, frappe.session.user):
			return [*levels, PERSONAL_LEVEL]
		return levels

	def keep_derived_fields(self):
		"""Risk, credit terms and visit dates follow from their documents, whatever a request sends."""
		if self.flags.kam_system:
			return
		before = self.get_doc_before_save()
		for fieldname in DERIVED_FIELDS:
			self.set(fieldname, before.get(fieldname) if before else None)

	def clear_unused_override(self):
		if not self.tier_override:
			self.tier_override_until = self.tier_override_reason = None

	def validate_customer_is_free(self):
		existing = frappe.db.get_value("Key Account", {"customer": self.customer, "name": ("!=", self.name)})
		if existing:
			frappe.throw(
				_(
					"Customer {0} already has the key account {1}. Open it instead of making a second one."
				).format(frappe.bold(self.customer), get_link_to_form("Key Account", existing)),
				frappe.DuplicateEntryError,
				title=_("One Key Account for Each Customer"),
			)

	def validate_home_company(self):
		before = self.get_doc_before_save()
		if before and before.company != self.company and not has_any_role(MANAGER_AND_ABOVE):
			frappe.throw(
				_("Home Company decides which policy scores the account. Ask a manager to change it."),
				frappe.PermissionError,
				title=_("Home Company"),
			)

	def validate_parent(self):
		if not self.parent_key_account:
			return
		accounts = frappe.get_all(
			"Key Account", {"parent_key_account": ("is", "set")}, ["name", "parent_key_account"]
		)
		parents = {row.name: row.parent_key_account for row in accounts}
		passed, ancestor = {self.name}, self.parent_key_account
		while ancestor:
			if ancestor in passed:
				frappe.throw(
					_(
						"Parent Account {0} belongs to this account itself. Choose an account above it."
					).format(frappe.bold(self.parent_key_account)),
					title=_("Parent Account"),
				)
			passed.add(ancestor)
			ancestor = parents.get(ancestor)

	def validate_override(self):
		if not self.tier_override or not self.is_override_new():
			return
		if not (self.tier_override_reason or "").strip():
			frappe.throw(
				_("Reason is missing: say why another tier should apply."),
				title=_("Manual Tier"),
				exc=frappe.MandatoryError,
			)
		if not self.tier_override_until or getdate(self.tier_override_until) < getdate():
			frappe.throw(
				_(
					"Valid Until of the manual tier must be a date that has not passed. Enter the last day on which it applies."
				),
				title=_("Manual Tier"),
			)

	def is_override_new(self) -> bool:
		fields = ("tier_override", "tier_override_until", "tier_override_reason")
		return any(self.has_value_changed(fieldname) for fieldname in fields)

	def validate_strategic_influence(self):
		if not 0 <= (self.strategic_influence or 0) <= MOST_INFLUENCE:
			frappe.throw(
				_("Strategic Influence must be 1 to 4, or 0 if it hasn't been judged yet."),
				title=_("Strategic Influence"),
			)

	def validate_account_manager(self):
		if not self.has_value_changed("account_manager"):
			return
		if not frappe.db.get_value("User", self.account_manager, "enabled"):
			frappe.throw(
				_("Account Manager {0} is disabled. Choose an enabled user.").format(
					frappe.bold(self.account_manager)
				),
				title=_("Account Manager"),
			)

	def validate_rows(self):
		self.refuse_twice(self.units, lambda row: row.unit)
		self.refuse_twice(self.team, lambda row: (row.user, row.function))
		for row in self.units:
			if row.unit == self.responsible_unit:
				frappe.throw(
					_("Units, row {0}: {1} is the responsible unit already. Remove the row.").format(
						row.idx, row.unit
					),
					title=_("Units"),
				)

	def refuse_twice(self, rows, key):
		seen = {}
		for row in rows:
			first = seen.setdefault(key(row), row.idx)
			if first != row.idx:
				frappe.throw(
					_("{0}: rows {1} and {2} are the same. Remove one of them.").format(
						_(self.meta.get_label(row.parentfield)), first, row.idx
					),
					title=_("Row Given Twice"),
				)

	def tell_twins(self):
		if self.is_new() and not self.flags.kam_system:
			tax_id = frappe.get_cached_value("Customer", self.customer, "tax_id")
			show_twins(self.customer_name, tax_id, excluding=self.customer)


@frappe.whitelist()
def tier_timeline(key_account: str) -> dict:
	"""The account's tier so far, for its form (see `tier_timeline.tier_timeline`)."""
	return timeline.tier_timeline(key_account)


@frappe.whitelist()
def overview(key_account: str) -> dict:
	"""How the account stands and what comes next, for the top of its form (see `overview.account_overview`)."""
	return account_overview(key_account)


@frappe.whitelist()
def health(key_account: str) -> dict:
	"""The account's health over time, for its form (see `history.health_history`)."""
	return health_history(key_account)
