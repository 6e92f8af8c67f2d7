frappe.listview_settings["Policy Replay Order"] = {
	add_fields: ["verdict"],

	get_indicator({ verdict }) {
		const colors = { Pass: "green", Warned: "orange", Blocked: "red", Excepted: "blue" };
		return [__(verdict, null, "KAM Decision"), colors[verdict] || "gray", `verdict,=,${verdict}`];
	},
};
