frappe.ui.form.on("KAM Decision", {
	refresh(frm) {
		frm.disable_save();
		// Made and escaped on the server, from what was recorded.
		frm.get_field("page").$wrapper.html(frm.doc.__onload?.page || "");
		if (frm.doc.reference_name) {
			frm.add_custom_button(__("Open {0}", [__(frm.doc.reference_doctype)]), () =>
				frappe.set_route("Form", frm.doc.reference_doctype, frm.doc.reference_name)
			);
		}
	},
});
