frappe.listview_settings["Risk Report"] = {
	add_fields: ["risk_level", "status", "escalation_due"],
	get_indicator(doc) {
		if (doc.docstatus === 1 && doc.status === "Open") {
			const late = doc.escalation_due && doc.escalation_due < frappe.datetime.get_today();
			return late
				? [__("Overdue"), "red", "status,=,Open|escalation_due,<,Today"]
				: [__(doc.status, null, "Risk Report"), "orange", "status,=,Open"];
		}
		if (doc.docstatus === 1) {
			return [__(doc.status, null, "Risk Report"), "gray", `status,=,${doc.status}`];
		}
	},
	formatters: {
		risk_level(value) {
			const colors = { Low: "green", Medium: "yellow", High: "orange", Critical: "red" };
			return value ? `<span class="indicator-pill ${colors[value]}">${__(value)}</span>` : "";
		},
	},
};
