from frappe import _

# DocTypes whose link to the account has another name than theirs.
OTHER_FIELDS = {
	"Key Account": "parent_key_account",
	"Quotation": "kam_key_account",
	"Sales Order": "kam_key_account",
	"Delivery Note": "kam_key_account",
	"Sales Invoice": "kam_key_account",
	"POS Invoice": "kam_key_account",
	"Issue": "kam_key_account",
}


def get_data():
	return {
		"fieldname": "key_account",
		"non_standard_fieldnames": OTHER_FIELDS,
		"transactions": [
			{
				"label": _("Selling"),
				"items": ["Quotation", "Sales Order", "Delivery Note", "Sales Invoice", "POS Invoice"],
			},
			{"label": _("Tier"), "items": ["Tier Review", "KAM Tier Change", "Key Account Health"]},
			{"label": _("Price"), "items": ["Price Exception", "KAM Decision"]},
			{"label": _("Rebates"), "items": ["Rebate Agreement", "Rebate Request", "KAM Rebate Claim"]},
			{"label": _("Receivables"), "items": ["Collection Promise", "KAM Commission Entry"]},
			{
				"label": _("Care"),
				"items": [
					"Visit Log",
					"Key Account Care",
					"Key Account Report",
					"Issue",
					"Satisfaction Survey",
				],
			},
			{"label": _("Risk"), "items": ["Risk Report", "KAM Churn Warning", "Accountability Case"]},
			{
				"label": _("Plans and Agreements"),
				"items": ["Key Account Agreement", "Key Account Plan", "Key Account Evaluation"],
			},
			{"label": _("Organisation"), "items": ["Key Account", "Access Request", "KAM Manager Change"]},
		],
	}
