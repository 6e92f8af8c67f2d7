frappe.listview_settings["Prospect Registration"] = {
	add_fields: ["status", "protected_until"],
	get_indicator(doc) {
		if (doc.status === "Converted") {
			return [__("Converted"), "green", "status,=,Converted"];
		}
		if (doc.status === "Withdrawn") {
			return [__("Withdrawn"), "gray", "status,=,Withdrawn"];
		}
		return doc.protected_until < frappe.datetime.get_today()
			? [
					__("Expired", null, "Prospect Registration"),
					"orange",
					"status,=,Protected|protected_until,<,Today",
				]
			: [__("Protected"), "blue", "status,=,Protected|protected_until,>=,Today"];
	},
};
