frappe.listview_settings["KAM Decision"] = {
	add_fields: ["verdict"],

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
