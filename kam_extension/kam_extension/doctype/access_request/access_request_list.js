frappe.listview_settings["Access Request"] = {
	add_fields: ["valid_until"],
	get_indicator(doc) {
		if (doc.docstatus !== 1) {
			return;
		}
		return doc.valid_until < frappe.datetime.get_today()
			? [__("Expired"), "gray", "docstatus,=,1|valid_until,<,Today"]
			: [__("Granted"), "green", "docstatus,=,1|valid_until,>=,Today"];
	},
};
