frappe.listview_settings["Rebate Agreement"] = {
	add_fields: ["valid_from", "valid_to"],
	get_indicator(doc) {
		if (doc.docstatus !== 1) {
			return;
		}
		const today = frappe.datetime.get_today();
		if (doc.valid_to < today) {
			return [__("Expired"), "gray", "docstatus,=,1|valid_to,<,Today"];
		}
		if (doc.valid_from > today) {
			return [__("Not Yet Valid"), "blue", "docstatus,=,1|valid_from,>,Today"];
		}
		return [__("In Force"), "green", "docstatus,=,1|valid_to,>=,Today"];
	},
};
