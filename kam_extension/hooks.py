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
	for name in ("policy_view", "floor_rates", "policy_panel", "price_exception_request", "ways_out")
]
app_include_css = [f"/assets/kam_extension/css/kam_extension.css?v={__version__}"]
doctype_js = {
	"KAM Policy": [
		f"public/js/{name}.js"
		for name in ("metric_names", "policy_presets", "policy_check", "policy_comparison")
	],
	"KAM Tier Run": "public/js/metric_names.js",
	"Rebate Agreement": "public/js/rebate_approval.js",
	"Tier Review": "public/js/metric_names.js",
	"Rebate Request": ["public/js/rebate_approval.js", "public/js/rebate_settlement.js"],
	"Customer": "public/js/customer.js",
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
	"Collection Promise",
	"Key Account",
	"Price Exception",
	"Rebate Accrual",
	"Rebate Agreement",
	"Rebate Request",
	"Tier Review",
	"Access Request",
	"Risk Report",
	"Prospect Registration",
	"Visit Log",
)
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
	"KAM Settings Company",
	"Key Account Stakeholder",
	"Key Account Team Member",
	"Key Account Unit",
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
	"Visit Log Action",
	"Visit Log Need",
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
	("Rebate Agreement", "Rebate Request"): {
		"before_print": "kam_extension.integration.rebates.rebate_papers.refuse_unapproved_paper"
	},
	"Communication": {
		"before_insert": "kam_extension.integration.rebates.rebate_papers.refuse_unapproved_mail"
	},
	_own_records: dict.fromkeys(
		("before_rename", "after_rename"), "kam_extension.integration.security.own_records.refuse_rename"
	),
	_own_rows: dict.fromkeys(
		("validate", "before_cancel", "on_trash"),
		"kam_extension.integration.security.own_records.refuse_loose_row",
	),
	"Transaction Deletion Record": {
		"on_submit": "kam_extension.integration.decisions.decisions.release_company_names"
	},
	"Version": {"before_insert": "kam_extension.integration.security.confidentiality.strip_version"},
	"Currency Exchange": {"on_update": "kam_extension.integration.documents.exchange_rates.forget_failures"},
	"Item Price": {
		"validate": "kam_extension.integration.policies.tier_price_lists.refuse_manual_change",
		"on_update": "kam_extension.integration.policies.tier_price_lists.follow_item_price",
		"on_trash": "kam_extension.integration.policies.tier_price_lists.follow_item_price",
	},
}

# ERPNext adds its accounting dimensions to these.
accounting_dimension_doctypes = ["Rebate Request"]

has_permission = dict.fromkeys(
	("Rebate Agreement", "Rebate Request"),
	"kam_extension.integration.rebates.rebate_papers.may_leave_the_house",
)
before_request = [
	"kam_extension.integration.security.cost_requests.refuse_questions_about_cost",
	"kam_extension.integration.decisions.decision_requests.refuse_questions_about_details",
]
after_request = ["kam_extension.integration.security.cost_requests.remove_cost"]

scheduler_events = {
	"cron": {"*/10 * * * *": ["kam_extension.tiers.resume_runs"]},
	"monthly_long": ["kam_extension.integration.rebates.claim_reminders.monthly"],
	"daily_long": [
		"kam_extension.tiers.nightly",
		"kam_extension.integration.accounts.churn_watch.nightly",
		"kam_extension.integration.commission.settlement.nightly",
		"kam_extension.integration.receivables.statement_mailing.nightly",
		"kam_extension.integration.receivables.collection_tasks.nightly",
		"kam_extension.integration.policies.tier_price_lists.refill_all",
		"kam_extension.integration.policies.publication.publish_all",
		"kam_extension.integration.rebates.accrual_drafts.nightly",
	],
}

# Records of decisions never hinder deleting or cancelling the document they are about (R29); nor do measures.
ignore_links_on_delete = ["KAM Decision", "KAM Tier Measure", "KAM Tier Run Chunk"]
# ERPNext's deletion of a company's transactions leaves them too.
company_data_to_be_ignored = ["KAM Decision"]

fixtures = [
	{"dt": "Custom Field", "filters": [["module", "=", "KAM Extension"]]},
]
after_sync = ["kam_extension.setup.install.after_sync"]
before_uninstall = ["kam_extension.setup.uninstall.before_uninstall"]
after_uninstall = ["kam_extension.setup.uninstall.after_uninstall"]
