frappe.listview_settings["Key Account Care"] = {
	add_fields: ["status", "care_date"],
	get_indicator(doc) {
		const colors = { Planned: "blue", Done: "green", Skipped: "gray" };
		if (doc.status === "Planned" && doc.care_date < frappe.datetime.get_today()) {
			return [__("Overdue"), "orange", "status,=,Planned|care_date,<,Today"];
		}
		return [__(doc.status, null, "Key Account Care"), colors[doc.status], `status,=,${doc.status}`];
	},
};
