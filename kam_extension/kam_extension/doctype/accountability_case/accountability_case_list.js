frappe.listview_settings["Accountability Case"] = {
	add_fields: ["status"],
	has_indicator_for_draft: true,
	get_indicator(doc) {
		const colors = {
			Draft: "red",
			Hearing: "orange",
			Heard: "blue",
			Approved: "green",
			Rejected: "gray",
			Revoked: "gray",
		};
		return [__(doc.status, null, "Accountability Case"), colors[doc.status], `status,=,${doc.status}`];
	},
};
