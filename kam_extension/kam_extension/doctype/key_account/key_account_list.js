frappe.listview_settings["Key Account"] = {
	add_fields: [
		"status",
		"risk_level",
		"health_band",
		"health_score",
		"tier",
		"tier_override",
		"tier_override_until",
		"next_visit_due",
	],
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
			const colors = { A: "green", B: "blue", C: "yellow" };
			const text = tier && `${frappe.utils.escape_html(tier)}${overridden ? " *" : ""}`;
			return tier ? kam_pill(text, colors[tier] || "gray") : "";
		},
		risk_level(value) {
			const colors = { Low: "green", Medium: "yellow", High: "orange", Critical: "red" };
			return value ? kam_pill(__(value, null, "Key Account"), colors[value]) : "";
		},
		health_score(value, _field, doc) {
			const colors = { Good: "green", Fair: "orange", Poor: "red" };
			return doc.health_band ? kam_pill(Number(value), colors[doc.health_band]) : "";
		},
	},
};

const kam_pill = (text, color) => `<span class="indicator-pill no-indicator-dot ${color}">${text}</span>`;
