frappe.listview_settings["Visit Log"] = {
	add_fields: ["status", "visit_date"],
	get_coords_method: "kam_extension.integration.visits.visit_map.get_coords",
	get_indicator(doc) {
		const colors = { Planned: "blue", Completed: "green", Missed: "red", Cancelled: "gray" };
		if (doc.status === "Planned" && doc.visit_date < frappe.datetime.get_today()) {
			return [__("Overdue"), "orange", "status,=,Planned|visit_date,<,Today"];
		}
		return [__(doc.status, null, "Visit Log"), colors[doc.status], `status,=,${doc.status}`];
	},
};
