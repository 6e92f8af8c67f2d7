frappe.views.calendar["Visit Log"] = {
	fields: ["name", "customer_name", "starts_at", "ends_at", "all_day", "visit_type", "status"],
	field_map: {
		id: "name",
		title: "customer_name",
		start: "starts_at",
		end: "ends_at",
		allDay: "all_day",
	},
	get_events_method: "frappe.desk.calendar.get_events",
	filters: [
		{ fieldtype: "Link", fieldname: "key_account", options: "Key Account", label: __("Key Account") },
		{ fieldtype: "Link", fieldname: "visited_by", options: "User", label: __("Visited By") },
	],
	get_css_class(event) {
		const colors = { Planned: "blue", Completed: "green", Missed: "red", Cancelled: "gray" };
		return colors[event.status];
	},
};
