frappe.ui.form.on("Policy Replay Order", {
	refresh(frm) {
		frm.disable_save();
		// Made and escaped on the server, from what the replay kept.
		frm.get_field("page").$wrapper.html(frm.doc.__onload?.page || "");
	},
});
