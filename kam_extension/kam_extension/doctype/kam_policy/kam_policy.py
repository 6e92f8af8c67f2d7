import frappe
from frappe import _
from frappe.model.document import Document

from kam_extension.integration.policies.going_live import start_blocking
from kam_extension.integration.policies.policies import forget_policies, terms_of
from kam_extension.integration.policies.policy_approval import check_policy_approval, tell_approvers
from kam_extension.integration.policies.policy_check import check_terms
from kam_extension.integration.policies.policy_comparison import compare_policies
from kam_extension.integration.policies.policy_messages import refuse_contradictions
from kam_extension.integration.policies.policy_succession import (
	check_last_of_chain,
	check_overlap,
	check_successor,
	close_predecessor,
	reopen_predecessor,
)
from kam_extension.integration.policies.policy_turns import take_policy_turn
from kam_extension.integration.policies.publication import publish_policy
from kam_extension.integration.security.authorship import note_policy_author
from kam_extension.integration.security.own_records import keep_as_stored
from kam_extension.policy.checks import find_contradictions
from kam_extension.setup.presets import draft_policy, preset_choices

USERS_OF_A_POLICY = ("KAM Decision", "Tier Review", "Price Exception")


class KAMPolicy(Document):
	def __setup__(self):
		# Frappe would fill in the user's default company, but empty means all companies.
		self.dont_update_if_missing = ["company"]

	def before_insert(self):
		self.set_default_price_list()

	def after_insert(self):
		tell_approvers(self)

	def validate(self):
		refuse_contradictions(self, find_contradictions(terms_of(self)))
		self.check_price_lists()
		check_successor(self)
		check_overlap(self)
		note_policy_author(self)

	def before_submit(self):
		check_policy_approval(self)
		take_policy_turn(self)

	def on_submit(self):
		close_predecessor(self)
		forget_policies()
		publish_policy(terms_of(self))

	def before_cancel(self):
		keep_as_stored(self)
		self.refuse_cancel_once_used()
		check_last_of_chain(self)
		take_policy_turn(self)

	def on_cancel(self):
		reopen_predecessor(self)
		forget_policies()
		publish_policy(terms_of(self))

	@frappe.whitelist()
	def start_blocking(self) -> str:
		"""Make every rule that warns block, by a successor of this policy (R81); returns its name."""
		self.check_permission("submit")
		return start_blocking(frappe.get_doc(self.doctype, self.name))

	@frappe.whitelist()
	def check_terms(self) -> dict:
		"""What is wrong with the terms on the form or leaves a gap, with worked examples (R13, R23): `check_terms`.

		What saving would fill in is filled in.
		"""
		if self.is_new():
			self.set_default_price_list()
		return check_terms(self)

	@frappe.whitelist()
	def compare_with(self, other: str | None = None) -> dict:
		"""What this policy changes against another one (default: the one that it supersedes): `compare_policies`."""
		return compare_policies(self, other)

	def set_default_price_list(self):
		if not self.base_price_list:
			self.base_price_list = frappe.db.get_single_value("Selling Settings", "selling_price_list")

	def check_price_lists(self):
		"""Price lists in use have to be enabled, and those that customers see selling lists."""
		selling = [(self, "base_price_list"), *((row, "price_list") for row in self.tiers)]
		for owner, field in selling:
			self.check_price_list(owner, field, must_sell=True)
		self.check_price_list(self, "cost_price_list", must_sell=False)

	def check_price_list(self, owner, field: str, must_sell: bool):
		name = owner.get(field)
		if not name:
			return
		price_list = frappe.get_cached_value("Price List", name, ["enabled", "selling"], as_dict=True)
		label = frappe.bold(_(owner.meta.get_label(field)))
		if not price_list or not price_list.enabled:
			frappe.throw(
				_("{0}: price list {1} is disabled. Enable it or choose another one.").format(label, name),
				title=_("Price List Not Usable"),
			)
		if must_sell and not price_list.selling:
			frappe.throw(
				_("{0}: price list {1} is not for selling. Choose a selling price list.").format(label, name),
				title=_("Price List Not Usable"),
			)

	def refuse_cancel_once_used(self):
		"""What was decided under a policy has to stay explainable (R13)."""
		for doctype in USERS_OF_A_POLICY:
			if frappe.db.exists(doctype, {"policy": self.name}):
				frappe.throw(
					_(
						"{0} has been used by a {1} and can't be cancelled. Submit a new policy that supersedes it."
					).format(frappe.bold(self.name), _(doctype)),
					title=_("Policy in Use"),
				)


@frappe.whitelist()
def get_presets() -> list[dict]:
	"""The shipped presets for whoever may write a policy: `name`, `title`, `description`, translated."""
	frappe.has_permission("KAM Policy", "create", throw=True)
	return preset_choices()


@frappe.whitelist(methods=["POST"])
def draft_from_preset(preset: str, company: str | None = None, valid_from: str | None = None) -> str:
	"""Draft a policy from a shipped preset (default: for all companies, from today); returns its name."""
	frappe.has_permission("KAM Policy", "create", throw=True)
	return draft_policy(preset, company or None, valid_from or None)
