frappe.listview_settings["KAM Decision"] = {
	add_fields: ["verdict"],
	// Decisions are named by a hash, which tells nobody anything.
	hide_name_column: true,

	get_indicator(doc) {
		const colors = {
			Pass: "green",
			Warned: "orange",
			Blocked: "red",
			Excepted: "blue",
			"Not Applicable": "gray",
		};
		return [
			__(doc.verdict, null, "KAM Decision"),
			colors[doc.verdict] || "gray",
			`verdict,=,${doc.verdict}`,
		];
	},
};
