frappe.listview_settings["KAM Scorecard"] = {
	add_fields: ["status", "months_last"],
	get_indicator(doc) {
		if (doc.docstatus === 1 && doc.months_last > 1) {
			const label = __("Last in rank {0} months running", [doc.months_last]);
			return [label, "orange", "months_last,>,1"];
		}
		const color = { Draft: "gray", Approved: "green", Cancelled: "red" }[doc.status];
		return [__(doc.status, null, "KAM Scorecard"), color, `status,=,${doc.status}`];
	},
};
