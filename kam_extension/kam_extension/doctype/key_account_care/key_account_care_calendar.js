frappe.views.calendar["Key Account Care"] = {
	fields: ["name", "customer_name", "care_date", "care_type", "status"],
	field_map: {
		id: "name",
		title: "customer_name",
		start: "care_date",
		end: "care_date",
		allDay: "allDay",
	},
	get_events_method: "frappe.desk.calendar.get_events",
	filters: [
		{ fieldtype: "Link", fieldname: "key_account", options: "Key Account", label: __("Key Account") },
		{
			fieldtype: "Link",
			fieldname: "responsible",
			options: "User",
			label: __("Responsible", null, "Key Account Care"),
		},
	],
	get_css_class(event) {
		const colors = { Planned: "blue", Done: "green", Skipped: "gray" };
		return colors[event.status];
	},
};
