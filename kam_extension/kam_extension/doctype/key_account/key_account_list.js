frappe.listview_settings["Key Account"] = {
	add_fields: ["status", "risk_level", "tier", "tier_override", "tier_override_until", "next_visit_due"],
	get_indicator(doc) {
		const colors = {
			Prospect: "blue",
			Active: "green",
			Watch: "orange",
			Suspended: "red",
			Terminated: "gray",
		};
		return [__(doc.status, null, "Key Account"), colors[doc.status], `status,=,${doc.status}`];
	},
	formatters: {
		tier(value, _field, doc) {
			const overridden = doc.tier_override && doc.tier_override_until >= frappe.datetime.get_today();
			const tier = overridden ? doc.tier_override : value;
			return tier
				? `<span class="bold">${frappe.utils.escape_html(tier)}${overridden ? " *" : ""}</span>`
				: "";
		},
	},
};
