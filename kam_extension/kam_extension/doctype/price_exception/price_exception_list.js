frappe.listview_settings["Price Exception"] = {
	add_fields: ["valid_until"],
	get_indicator(doc) {
		if (doc.docstatus === 1 && doc.valid_until < frappe.datetime.get_today()) {
			return [__("Expired"), "gray", "docstatus,=,1|valid_until,<,Today"];
		}
		if (doc.docstatus === 1) {
			return [__("Approved"), "green", "docstatus,=,1|valid_until,>=,Today"];
		}
	},
};
