frappe.ui.form.on("Tier Review", {
	setup(frm) {
		frm.set_query("key_account", () => ({ filters: { status: ["!=", "Terminated"] } }));
	},

	refresh(frm) {
		if (frm.doc.docstatus === 0 && frm.doc.key_account && !frm.is_new()) {
			frm.dashboard.add_comment(
				__("From {0} to {1}: takes effect when approved.", [
					(frm.doc.current_tier || __("no tier")).bold(),
					(frm.doc.proposed_tier || __("no tier")).bold(),
				]),
				frm.doc.direction === "Downgrade" ? "orange" : "blue",
				true
			);
		}
	},
});
