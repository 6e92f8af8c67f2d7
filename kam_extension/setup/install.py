"""What an administrator may tune afterwards is seeded here, once (R2); structure comes from fixtures."""

import frappe
from erpnext.accounts.doctype.accounting_dimension.accounting_dimension import (
	create_accounting_dimensions_for_doctype,
)

from kam_extension.setup.agreement_notifications import seed_agreement_notifications
from kam_extension.setup.boards import seed_boards
from kam_extension.setup.global_search import seed_global_search
from kam_extension.setup.notifications import seed_notifications
from kam_extension.setup.permissions import grant_permissions
from kam_extension.setup.scorecards import seed_scorecard_templates
from kam_extension.setup.settings import complete_settings
from kam_extension.setup.surveys import seed_survey_template
from kam_extension.setup.visit_notifications import seed_visit_notifications
from kam_extension.setup.workflows import seed_workflows

TIERS = (
	{"name": "A", "rank": 1, "title": "A", "color": "#29CD42"},
	{"name": "B", "rank": 2, "title": "B", "color": "#449CF0"},
	{"name": "C", "rank": 3, "title": "C", "color": "#ECAD4B"},
)


def after_sync() -> None:
	"""Runs at the end of `install-app`, when DocTypes, roles and custom fields are all there."""
	complete_settings()
	seed_tiers()
	grant_permissions()
	seed_workflows()
	seed_notifications()
	seed_visit_notifications()
	seed_agreement_notifications()
	seed_boards()
	seed_global_search()
	seed_survey_template()
	seed_scorecard_templates()
	# Of dimensions that the site had before; later ones come by the hook accounting_dimension_doctypes.
	create_accounting_dimensions_for_doctype("Rebate Request")


def seed_tiers() -> None:
	"""Tiers of S2, on a site that has none."""
	if frappe.db.count("KAM Tier"):
		return
	for tier in TIERS:
		frappe.get_doc({"doctype": "KAM Tier", **tier}).insert(ignore_permissions=True)
