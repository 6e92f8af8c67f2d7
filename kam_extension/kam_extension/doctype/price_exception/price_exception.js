const CHECKED_DOCUMENTS = ["Quotation", "Sales Order", "Sales Invoice", "Delivery Note", "POS Invoice"];

frappe.ui.form.on("Price Exception", {
	setup(frm) {
		frm.set_query("reference_doctype", () => ({ filters: { name: ["in", CHECKED_DOCUMENTS] } }));
		frm.set_query("reference_name", () => ({
			filters: { kam_key_account: frm.doc.key_account, company: frm.doc.company, docstatus: ["<", 2] },
		}));
	},

	refresh(frm) {
		if (frm.is_new()) {
			frm.set_intro(__("Ask for an exception from the document itself, by Request Exception."), "blue");
		} else {
			frm.add_custom_button(__("Open Document"), () =>
				frappe.set_route("Form", frm.doc.reference_doctype, frm.doc.reference_name)
			);
		}
	},
});
