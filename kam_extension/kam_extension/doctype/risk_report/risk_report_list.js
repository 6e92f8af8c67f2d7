frappe.listview_settings["Risk Report"] = {
	add_fields: ["risk_level"],
	get_indicator(doc) {
		const colors = { Low: "green", Medium: "yellow", High: "orange", Critical: "red" };
		if (doc.docstatus === 1) {
			return [__(doc.risk_level), colors[doc.risk_level], `risk_level,=,${doc.risk_level}`];
		}
	},
};
