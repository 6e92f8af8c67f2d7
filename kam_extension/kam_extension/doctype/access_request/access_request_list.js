frappe.listview_settings["Access Request"] = {
	add_fields: ["valid_until", "status"],
	has_indicator_for_draft: true,
	get_indicator(doc) {
		if (doc.docstatus !== 1) {
			const colors = { Open: "orange", Declined: "red", Withdrawn: "gray", Revoked: "red" };
			return [__(doc.status, null, "Access Request"), colors[doc.status], `status,=,${doc.status}`];
		}
		return doc.valid_until < frappe.datetime.get_today()
			? [__("Expired", null, "Access Request"), "gray", "docstatus,=,1|valid_until,<,Today"]
			: [__("Granted", null, "Access Request"), "green", "docstatus,=,1|valid_until,>=,Today"];
	},
};
