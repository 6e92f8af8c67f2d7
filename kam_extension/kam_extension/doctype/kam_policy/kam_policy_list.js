frappe.listview_settings["KAM Policy"] = {
	add_fields: ["valid_from", "valid_to", "docstatus"],
	has_indicator_for_draft: true,

	onload(listview) {
		if (frappe.model.can_create("KAM Policy")) {
			listview.page.add_inner_button(__("Start from a Preset"), () =>
				kam_extension.choose_policy_preset()
			);
		}
	},

	get_indicator(doc) {
		if (doc.docstatus === 0) return [__("Draft"), "red", "docstatus,=,0"];
		if (doc.docstatus === 2) return [__("Cancelled"), "gray", "docstatus,=,2"];
		const today = frappe.datetime.get_today();
		if (doc.valid_from > today) return [__("Future"), "blue", `valid_from,>,${today}|docstatus,=,1`];
		if (doc.valid_to && doc.valid_to < today) {
			return [__("Ended"), "gray", `valid_to,<,${today}|docstatus,=,1`];
		}
		return [__("In Force"), "green", `valid_from,<=,${today}|docstatus,=,1`];
	},
};
