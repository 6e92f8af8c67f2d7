frappe.listview_settings["KAM Tier Run"] = {
	add_fields: ["status"],

	get_indicator(doc) {
		const colors = { Queued: "gray", Running: "blue", Completed: "green", Failed: "red" };
		return [__(doc.status, null, "KAM Tier Run"), colors[doc.status] || "gray", `status,=,${doc.status}`];
	},
};
