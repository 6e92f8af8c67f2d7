from kam_extension import __version__

app_name = "kam_extension"
app_title = "Key Account Management"
app_publisher = "Key Account Management maintainers"
app_description = "Key Account Management for ERPNext: the written rules for key accounts, enforced"
app_email = "maintainers@kam-extension.invalid"
app_license = "GPL-3.0"
required_apps = ["erpnext"]

app_include_js = [
	f"/assets/kam_extension/js/{name}.js?v={__version__}"
	for name in (
		"policy_view",
		"floor_rates",
		"policy_panel",
		"price_exception_request",
		"ways_out",
		"choices",
	)
]
app_include_css = [f"/assets/kam_extension/css/kam_extension.css?v={__version__}"]
doctype_js = {
	"KAM Policy": [
		f"public/js/{name}.js"
		for name in ("metric_names", "policy_presets", "policy_check", "policy_comparison")
	],
	"KAM Tier Run": "public/js/metric_names.js",
	"Policy Replay": ["public/js/policy_replay_charts.js", "public/js/policy_replay_result.js"],
	"Rebate Agreement": "public/js/rebate_approval.js",
	"Tier Review": "public/js/metric_names.js",
	"Rebate Request": ["public/js/rebate_approval.js", "public/js/rebate_settlement.js"],
	"Customer": "public/js/customer.js",
	**dict.fromkeys(("Key Account", "Visit Log"), "public/js/early_warning.js"),
	"Issue": "public/js/issue.js",
	"Quotation": "public/js/quotation.js",
	"Sales Order": "public/js/sales_order.js",
	"Sales Invoice": "public/js/sales_invoice.js",
	"Delivery Note": "public/js/delivery_note.js",
	"POS Invoice": "public/js/pos_invoice.js",
}
doctype_list_js = {"KAM Policy": "public/js/policy_presets.js"}

_guarded_documents = ("Quotation", "Sales Order", "Sales Invoice", "Delivery Note", "POS Invoice")
_enforcement = "kam_extension.integration.enforcement.enforcement"
_settlement = "kam_extension.integration.rebates.settlement"
_units = "kam_extension.integration.accounts.units"
_own_records = (
	"KAM Policy",
	"KAM Tier",
	"KAM Tier Change",
	"KAM Tier Run",
	"KAM Tier Run Chunk",
	"KAM Tier Measure",
	"KAM Churn Warning",
	"KAM Decision",
	"KAM Turn",
	"KAM Rebate Claim",
	"KAM Manager Change",
	"KAM Commission Month",
	"KAM Commission Entry",
	"KAM Scorecard",
	"KAM Scorecard Template",
	"KAM Team Target",
	"Collection Promise",
	"Key Account",
	"Key Account Agreement",
	"Key Account Health",
	"Key Account Evaluation",
	"Key Account Plan",
	"Key Account Staff",
	"Price Exception",
	"Rebate Accrual",
	"Rebate Agreement",
	"Rebate Request",
	"Tier Review",
	"Access Request",
	"Risk Report",
	"Accountability Case",
	"Prospect Registration",
	"Visit Log",
	"Care Occasion",
	"Key Account Care",
	"Key Account Report",
	"Satisfaction Survey",
	"Satisfaction Survey Template",
)
_own = "kam_extension.integration.security.own_records"
_own_rows = (
	"KAM Policy Authority",
	"KAM Policy Cost Source",
	"KAM Policy Criterion",
	"KAM Policy Level",
	"KAM Policy Margin Band",
	"KAM Policy Programme Band",
	"KAM Policy Rebate Band",
	"KAM Policy Rebate Programme",
	"KAM Policy Tier",
	"KAM Scorecard Point",
	"KAM Scorecard Template Band",
	"KAM Scorecard Template Criterion",
	"KAM Settings Company",
	"Key Account Health Part",
	"Key Account Plan Action",
	"Key Account Plan Quarter",
	"Key Account Stakeholder",
	"Key Account Team Member",
	"Key Account Unit",
	"Policy Replay Selection",
	"Price Exception Violation",
	"Rebate Agreement Order",
	"Rebate Agreement Programme",
	"Rebate Request Programme",
	"Rebate Accrual Account",
	"Rebate Approval",
	"Rebate Request Credit",
	"Rebate Request Offset",
	"Rebate Request Receipt",
	"Tier Review Point",
	"Tier Review Service",
	"Risk Report Indicator",
	"Risk Report Measure",
	"Risk Report Meeting",
	"Risk Report Escalation",
	"Visit Log Action",
	"Visit Log Colleague",
	"Visit Log Contact",
	"Care Occasion Date",
	"Key Account Report Step",
	"Visit Log Need",
	"Satisfaction Survey Answer",
	"Satisfaction Survey Question",
)

doc_events = {
	_guarded_documents: {
		"before_validate": f"{_enforcement}.before_validate",
		"validate": [
			f"{_enforcement}.validate",
			"kam_extension.integration.security.authorship.note_price_author",
		],
		"before_submit": f"{_enforcement}.before_submit",
		"on_submit": f"{_enforcement}.on_submit",
		"before_update_after_submit": f"{_enforcement}.before_update_after_submit",
		"on_trash": "kam_extension.integration.decisions.decisions.release_name",
	},
	(
		*(f"{name} Item" for name in _guarded_documents),
		"Sales Taxes and Charges",
		"Payment Schedule",
		"Packed Item",
	): dict.fromkeys(
		("before_insert", "before_cancel", "on_trash"),
		"kam_extension.integration.documents.loose_rows.refuse_past_document",
	),
	(*_guarded_documents, "Purchase Order", "Payment Entry", "Journal Entry"): {
		"on_cancel": f"{_enforcement}.on_cancel"
	},
	("Sales Order", "Delivery Note"): {
		"on_change": "kam_extension.integration.enforcement.order_status.on_change"
	},
	"Purchase Order": {
		"before_submit": "kam_extension.integration.enforcement.drop_shipments.before_submit",
		"on_submit": "kam_extension.integration.enforcement.drop_shipments.on_submit",
		"on_change": "kam_extension.integration.enforcement.drop_shipments.on_change",
		"on_trash": "kam_extension.integration.enforcement.drop_shipments.release_name",
	},
	("Journal Entry", "Sales Invoice"): {
		"before_validate": f"{_settlement}.entry_events.protect_link",
		"validate": f"{_settlement}.entry_events.keep_terms",
		"on_submit": f"{_settlement}.entry_events.follow_submit",
		"before_cancel": f"{_settlement}.entry_events.refuse_cancel",
		"on_cancel": f"{_settlement}.entry_events.release_request",
		"on_trash": f"{_settlement}.entry_events.release_request",
	},
	("Customer", "Lead", "Opportunity"): {
		"after_insert": "kam_extension.integration.accounts.prospects.show_holder"
	},
	"Customer": {
		"validate": [
			"kam_extension.integration.accounts.accounts.keep_published_values",
			"kam_extension.integration.documents.internal_customers.protect_internal_customer",
		],
		"on_update": [
			"kam_extension.integration.accounts.customer_merge.refresh_customer_name",
			"kam_extension.integration.accounts.twins.show_twins_of_customer",
		],
		"before_rename": "kam_extension.integration.accounts.customer_merge.refuse_merge_of_two_accounts",
		"after_rename": [
			"kam_extension.integration.accounts.accounts.customer_renamed",
			"kam_extension.integration.accounts.customer_merge.carry_account",
		],
	},
	"Issue": {
		"before_validate": "kam_extension.integration.service.complaints.before_validate",
		"validate": "kam_extension.integration.service.complaints.validate",
		"on_update": "kam_extension.integration.service.complaints.on_update",
	},
	("Rebate Agreement", "Rebate Request"): {
		"before_print": "kam_extension.integration.rebates.rebate_papers.refuse_unapproved_paper"
	},
	"Key Account": {
		"validate": "kam_extension.integration.risk.suspension.refuse_lifting",
		"on_update": "kam_extension.integration.visits.account_events.follow_account",
	},
	"KAM Settings": {"validate": "kam_extension.integration.risk.settings.check_risk_settings"},
	"ToDo": {
		"before_validate": "kam_extension.integration.visits.todos.keep_mark",
		"on_update": [
			"kam_extension.integration.visits.follow_ups.follow_todo",
			"kam_extension.integration.risk.measures.follow_todo",
			"kam_extension.integration.plans.plan_actions.follow_todo",
		],
	},
	"Communication": {
		"before_insert": "kam_extension.integration.rebates.rebate_papers.refuse_unapproved_mail"
	},
	_own_records: {
		**dict.fromkeys(("before_rename", "after_rename"), f"{_own}.refuse_rename"),
		"before_cancel": f"{_own}.keep_as_stored",
	},
	_own_rows: dict.fromkeys(
		("validate", "before_cancel", "on_trash"),
		f"{_own}.refuse_loose_row",
	),
	"Transaction Deletion Record": {
		"on_submit": "kam_extension.integration.decisions.decisions.release_company_names"
	},
	"Employee": dict.fromkeys(("on_update", "on_trash"), f"{_units}.forget_units"),
	"Department": dict.fromkeys(("on_update", "after_rename", "on_trash"), f"{_units}.forget_units"),
	"Version": {"before_insert": "kam_extension.integration.security.confidentiality.strip_version"},
	"Currency Exchange": {"on_update": "kam_extension.integration.documents.exchange_rates.forget_failures"},
	"Item Price": {
		"validate": "kam_extension.integration.policies.tier_price_lists.refuse_manual_change",
		"on_update": [
			"kam_extension.integration.policies.tier_price_lists.follow_item_price",
			"kam_extension.integration.documents.catalogue.note_price",
		],
		"on_trash": "kam_extension.integration.policies.tier_price_lists.follow_item_price",
	},
}

# ERPNext adds its accounting dimensions to these.
accounting_dimension_doctypes = ["Rebate Request"]

# Our DocTypes with a link to Key Account: KAM Users see those of own and team accounts (R68).
_account_records = (
	"Key Account",
	"Access Request",
	"Collection Promise",
	"KAM Churn Warning",
	"KAM Commission Entry",
	"KAM Decision",
	"KAM Manager Change",
	"KAM Rebate Claim",
	"KAM Tier Change",
	"KAM Tier Measure",
	"Key Account Agreement",
	"Key Account Evaluation",
	"Key Account Health",
	"Key Account Plan",
	"Policy Replay Account",
	"Policy Replay Order",
	"Price Exception",
	"Prospect Registration",
	"Rebate Agreement",
	"Rebate Request",
	"Risk Report",
	"Accountability Case",
	"Satisfaction Survey",
	"Tier Review",
	"Key Account Care",
	"Key Account Report",
	"Visit Log",
)
kam_account_records = list(_account_records)
# ERPNext's papers about customers: by a switch the same holds for those of key accounts.
_customer_documents = (
	*_guarded_documents,
	"Customer",
	"Blanket Order",
	"Dunning",
	"GL Entry",
	"Issue",
	"Opportunity",
	"Payment Entry",
	"Payment Ledger Entry",
	"Payment Request",
)
_visibility = "kam_extension.integration.security.account_visibility"
_selling_visibility = "kam_extension.integration.security.selling_visibility"
_references = "kam_extension.integration.security.visible_references"
_service = "kam_extension.integration.service"
_people_records = ("KAM Scorecard", "Key Account Staff")
_people = "kam_extension.integration.people.visibility"
has_permission = {
	**dict.fromkeys(_people_records, f"{_people}.may_use"),
	**dict.fromkeys(_customer_documents, f"{_selling_visibility}.may_use"),
	**dict.fromkeys(_account_records, f"{_visibility}.may_use"),
	**dict.fromkeys(
		("Rebate Agreement", "Rebate Request"),
		[
			f"{_visibility}.may_use",
			"kam_extension.integration.rebates.rebate_papers.may_leave_the_house",
		],
	),
	"Accountability Case": [
		f"{_visibility}.may_use",
		"kam_extension.integration.risk.case_visibility.may_use",
	],
	"Issue": [f"{_selling_visibility}.may_use", f"{_service}.issue_visibility.may_use_issue"],
}
permission_query_conditions = {
	**dict.fromkeys(_account_records, f"{_visibility}.condition_of_records"),
	**dict.fromkeys(_own_rows, f"{_visibility}.condition_of_rows"),
	**dict.fromkeys(_people_records, f"{_people}.condition_of_people"),
	"KAM Scorecard Point": f"{_people}.condition_of_points",
	"Accountability Case": [
		f"{_visibility}.condition_of_records",
		"kam_extension.integration.risk.case_visibility.condition_of_cases",
	],
	**dict.fromkeys(_customer_documents, f"{_selling_visibility}.condition_of_documents"),
	**dict.fromkeys(
		(f"{name} Item" for name in _guarded_documents), f"{_selling_visibility}.condition_of_rows"
	),
	"Issue": [
		f"{_selling_visibility}.condition_of_documents",
		f"{_service}.issue_visibility.issue_condition",
	],
	"File": f"{_references}.condition_of_files",
	"Tag Link": f"{_references}.condition_of_tags",
}
# Tables whose controllers have code of their own inherit from it instead.
override_doctype_class = {
	name: "kam_extension.integration.security.record_rows.RecordRow"
	for name in _own_rows
	if name not in ("Rebate Request Receipt", "Rebate Request Credit")
}
# Not before_request: whose request it is by key or token is known only after it.
auth_hooks = [
	f"{_references}.keep_to_permissions",
	"kam_extension.integration.security.cost_requests.refuse_questions_about_cost",
	"kam_extension.integration.decisions.decision_requests.refuse_questions_about_details",
	"kam_extension.integration.security.personal_requests.refuse_questions_about_persons",
]
override_whitelisted_methods = {
	"frappe.geo.utils.get_coords": "kam_extension.integration.visits.visit_map.get_coords",
	"frappe.utils.global_search.search": f"{_references}.search",
	"frappe.desk.listview.get_group_by_count": f"{_references}.get_group_by_count",
	"frappe.desk.search.get_link_title": f"{_references}.get_link_title",
	"frappe.desk.doctype.tag.tag.get_tagged_docs": f"{_references}.get_tagged_docs",
	**{
		f"erpnext.support.doctype.issue.issue.{name}": f"{_service}.issue_status.{name}"
		for name in ("set_status", "set_multiple_status")
	},
}
page_renderer = "kam_extension.integration.service.survey_page.SurveyPage"
after_request = ["kam_extension.integration.security.cost_requests.remove_cost"]

scheduler_events = {
	"cron": {
		"*/10 * * * *": [
			"kam_extension.tiers.resume_runs",
			"kam_extension.integration.replay.control.close_abandoned",
		]
	},
	"hourly_long": ["kam_extension.integration.service.complaint_watch.hourly"],
	"monthly_long": ["kam_extension.integration.rebates.claim_reminders.monthly"],
	"daily_long": [
		"kam_extension.integration.service.survey_schedule.nightly",
		"kam_extension.tiers.nightly",
		"kam_extension.integration.accounts.churn_watch.nightly",
		"kam_extension.integration.commission.settlement.nightly",
		"kam_extension.integration.receivables.statement_mailing.nightly",
		"kam_extension.integration.receivables.collection_tasks.nightly",
		"kam_extension.integration.policies.tier_price_lists.refill_all",
		"kam_extension.integration.policies.publication.publish_all",
		"kam_extension.integration.rebates.accrual_drafts.nightly",
		"kam_extension.integration.visits.cadence.nightly",
		"kam_extension.integration.visits.follow_up_escalation.nightly",
		"kam_extension.integration.visits.account_reports.nightly",
		"kam_extension.integration.visits.care.nightly",
		"kam_extension.integration.agreements.nightly.nightly",
		"kam_extension.integration.health.scores.nightly",
		"kam_extension.integration.risk.periodic_reports.nightly",
		"kam_extension.integration.risk.escalation.nightly",
		"kam_extension.integration.people.scorecard_drafts.nightly",
		"kam_extension.integration.plans.quarter_reviews.nightly",
		"kam_extension.integration.plans.evaluation_drafts.nightly",
		"kam_extension.integration.plans.assessment_notices.nightly",
	],
}

# Records of decisions never hinder deleting or cancelling the document they are about (R29); nor do measures.
ignore_links_on_delete = [
	"KAM Decision",
	"KAM Tier Measure",
	"KAM Tier Run Chunk",
	"Policy Replay",
	"Policy Replay Order",
	"Policy Replay Account",
]
# ERPNext's deletion of a company's transactions leaves them too.
company_data_to_be_ignored = ["KAM Decision", "Policy Replay", "Policy Replay Order", "Policy Replay Account"]

global_search_doctypes = {
	"Default": [
		{"doctype": "Key Account"},
		{"doctype": "Key Account Agreement"},
		{"doctype": "Visit Log"},
		{"doctype": "Risk Report"},
	]
}

fixtures = [
	{"dt": "Custom Field", "filters": [["module", "=", "KAM Extension"]]},
]
after_sync = ["kam_extension.setup.install.after_sync"]
before_uninstall = ["kam_extension.setup.uninstall.before_uninstall"]
after_uninstall = ["kam_extension.setup.uninstall.after_uninstall"]
