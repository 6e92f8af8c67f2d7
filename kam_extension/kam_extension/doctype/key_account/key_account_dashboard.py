from frappe import _


def get_data():
	return {
		"fieldname": "key_account",
		"non_standard_fieldnames": {"Key Account": "parent_key_account", "Sales Order": "kam_key_account"},
		"transactions": [
			{"label": _("Tier"), "items": ["Tier Review", "KAM Tier Change"]},
			{"label": _("Price"), "items": ["Price Exception", "Sales Order"]},
			{"label": _("Rebates"), "items": ["Rebate Agreement", "Rebate Request", "KAM Rebate Claim"]},
			{"label": _("Receivables"), "items": ["Collection Promise"]},
			{"label": _("Care"), "items": ["Visit Log", "Risk Report", "Access Request"]},
			{"label": _("Group Members"), "items": ["Key Account"]},
		],
	}
