frappe.listview_settings["Key Account Agreement"] = {
	add_fields: ["status", "valid_to", "renewed_by"],
	has_indicator_for_draft: 1,
	has_indicator_for_cancelled: 1,
	get_indicator(doc) {
		const colors = {
			Draft: "red",
			Upcoming: "blue",
			"In Force": "green",
			Expiring: "orange",
			Expired: "gray",
			Terminated: "gray",
			Cancelled: "red",
		};
		const text = __(doc.status, null, "Key Account Agreement");
		return [text, colors[doc.status], `status,=,${doc.status}`];
	},
};
