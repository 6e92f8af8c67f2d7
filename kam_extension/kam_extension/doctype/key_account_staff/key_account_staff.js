frappe.ui.form.on("Key Account Staff", {
	setup(frm) {
		const people = () => ({ filters: { enabled: 1, user_type: "System User" } });
		frm.set_query("user", people);
		frm.set_query("supervisor", people);
		frm.set_query("scorecard_template", () => ({ filters: { enabled: 1 } }));
	},

	refresh(frm) {
		if (frm.is_new()) return;
		frm.add_custom_button(__("Scorecards", null, "Key Account Staff"), () =>
			frappe.set_route("List", "KAM Scorecard", { staff: frm.doc.name })
		);
		frm.add_custom_button(__("Key Accounts"), () =>
			frappe.set_route("List", "Key Account", { account_manager: frm.doc.user })
		);
	},
});
