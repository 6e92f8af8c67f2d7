frappe.listview_settings["Rebate Request"] = {
	add_fields: ["status"],
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,
	get_indicator(doc) {
		const colors = {
			Draft: "gray",
			Pending: "orange",
			Approved: "blue",
			Settled: "green",
			Rejected: "red",
			Cancelled: "gray",
		};
		return [__(doc.status, null, "Rebate Request"), colors[doc.status], `status,=,${doc.status}`];
	},
};
