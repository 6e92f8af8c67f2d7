frappe.listview_settings["Tier Review"] = {
	add_fields: ["status", "direction"],
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,
	get_indicator(doc) {
		const colors = { Draft: "orange", Approved: "green", Rejected: "red", Cancelled: "gray" };
		return [__(doc.status), colors[doc.status], `status,=,${doc.status}`];
	},
};
