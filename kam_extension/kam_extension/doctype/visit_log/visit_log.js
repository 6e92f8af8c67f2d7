frappe.ui.form.on("Visit Log", {
	setup(frm) {
		frm.set_query("key_account", () => ({ filters: { status: ["!=", "Terminated"] } }));
		for (const [fieldname, table] of [
			["responsible", "needs"],
			["responsible", "actions"],
		]) {
			frm.set_query(fieldname, table, () => enabled_users());
		}
		frm.set_query("visited_by", () => enabled_users());
	},

	refresh(frm) {
		if (!frm.is_new() && frm.doc.status === "Planned") {
			frm.add_custom_button(__("Complete"), () => {
				frm.set_value("status", "Completed");
				frm.scroll_to_field("discussion");
			});
		}
	},

	visit_type(frm) {
		frm.set_value("is_executive_visit", frm.doc.visit_type === "Executive" ? 1 : 0);
	},
});

const enabled_users = () => ({ filters: { enabled: 1, user_type: "System User" } });
