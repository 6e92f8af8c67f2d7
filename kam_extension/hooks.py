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
	for name in ("policy_view", "policy_panel", "price_exception_request")
]
app_include_css = [f"/assets/kam_extension/css/kam_extension.css?v={__version__}"]
doctype_js = {
	"Customer": "public/js/customer.js",
	"Quotation": "public/js/quotation.js",
	"Sales Order": "public/js/sales_order.js",
	"Sales Invoice": "public/js/sales_invoice.js",
	"Delivery Note": "public/js/delivery_note.js",
	"POS Invoice": "public/js/pos_invoice.js",
}

_guarded_documents = ("Quotation", "Sales Order", "Sales Invoice", "Delivery Note", "POS Invoice")
_enforcement = "kam_extension.integration.enforcement"

doc_events = {
	_guarded_documents: {
		"before_validate": f"{_enforcement}.before_validate",
		"validate": f"{_enforcement}.validate",
		"before_submit": f"{_enforcement}.before_submit",
		"on_submit": f"{_enforcement}.on_submit",
		"before_update_after_submit": f"{_enforcement}.before_update_after_submit",
		"on_trash": "kam_extension.integration.decisions.release_name",
	},
	(*_guarded_documents, "Payment Entry", "Journal Entry"): {"on_cancel": f"{_enforcement}.on_cancel"},
	"Journal Entry": {
		"validate": "kam_extension.integration.settlement.protect_link",
		"on_submit": "kam_extension.integration.settlement.follow_amendment",
		"on_cancel": "kam_extension.integration.settlement.release_request",
	},
	"Customer": {
		"on_update": [
			"kam_extension.integration.customer_merge.refresh_customer_name",
			"kam_extension.integration.twins.show_twins_of_customer",
		],
		"before_rename": "kam_extension.integration.customer_merge.refuse_merge_of_two_accounts",
		"after_rename": [
			"kam_extension.integration.accounts.customer_renamed",
			"kam_extension.integration.customer_merge.carry_account",
		],
	},
	"Version": {"before_insert": "kam_extension.integration.confidentiality.strip_version"},
	"Item Price": {
		"validate": "kam_extension.integration.tier_price_lists.refuse_manual_change",
		"on_update": "kam_extension.integration.tier_price_lists.follow_item_price",
		"on_trash": "kam_extension.integration.tier_price_lists.follow_item_price",
	},
}

scheduler_events = {
	"daily_long": [
		"kam_extension.tiers.nightly",
		"kam_extension.integration.tier_price_lists.refill_all",
		"kam_extension.integration.publication.publish_all",
	]
}

# Records of decisions never hinder deleting or cancelling the document they are about (R29).
ignore_links_on_delete = ["KAM Decision"]

fixtures = [
	{"dt": "Custom Field", "filters": [["module", "=", "KAM Extension"]]},
]
after_sync = ["kam_extension.setup.install.after_sync"]
before_uninstall = ["kam_extension.setup.uninstall.before_uninstall"]
after_uninstall = ["kam_extension.setup.uninstall.after_uninstall"]
