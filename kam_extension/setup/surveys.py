"""The first Satisfaction Survey Template (R2, R52): the dimensions that S1 and the rule documents ask about."""

import frappe
from frappe import _
from frappe.translate import print_language

TEMPLATE = "Satisfaction Survey Template"


def seed_survey_template() -> None:
	"""On a site that has no template yet. Stored in English, which each language translates from."""
	if frappe.db.count(TEMPLATE):
		return
	with print_language("en"):
		template = {
			"title": _("Customer Satisfaction"),
			"is_default": 1,
			"introduction": _("Your answers go to the people who look after you. They take about a minute."),
			"questions": _questions(),
		}
	# Installing and migrating act for the system.
	frappe.get_doc({"doctype": TEMPLATE, **template}).insert(ignore_permissions=True)


def _questions() -> list[dict[str, str]]:
	pairs = (
		(_("Products and Services"), _("How satisfied are you with our products and services?")),
		(
			_("Communication and Service Quality"),
			_("How satisfied are you with how we communicate and serve you?"),
		),
		(_("Response to Requests"), _("How satisfied are you with how fast we respond to your requests?")),
		(_("Delivery"), _("How satisfied are you with our deliveries?")),
		(_("Price"), _("How satisfied are you with our prices for what you get?")),
	)
	return [{"dimension": dimension, "question": question} for dimension, question in pairs]
