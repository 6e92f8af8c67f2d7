frappe.listview_settings["Key Account Report"] = {
	add_fields: ["status", "due_supervisor", "due_manager", "due_deputy"],
	get_indicator(doc) {
		const due = {
			Draft: doc.due_supervisor,
			"With Supervisor": doc.due_manager,
			"With Manager": doc.due_deputy,
			"With Deputy General Manager": doc.due_deputy,
		}[doc.status];
		const is_late = due && due < frappe.datetime.get_today();
		const color = doc.status === "Read" ? "green" : is_late ? "red" : "orange";
		return [__(doc.status, null, "Key Account Report"), color, `status,=,${doc.status}`];
	},
};
