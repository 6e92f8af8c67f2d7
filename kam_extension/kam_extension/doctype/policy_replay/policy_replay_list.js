frappe.listview_settings["Policy Replay"] = {
	add_fields: ["status"],

	get_indicator({ status }) {
		const colors = { Queued: "orange", Running: "blue", Completed: "green", Failed: "red" };
		return [__(status, null, "Policy Replay"), colors[status] || "gray", `status,=,${status}`];
	},
};
