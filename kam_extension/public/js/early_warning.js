/** Early warning (R54): anybody in an account's team raises one, from the account or from a visit. */
for (const [doctype, account_of] of Object.entries({
	"Key Account": (doc) => doc.name,
	"Visit Log": (doc) => doc.key_account,
})) {
	frappe.ui.form.on(doctype, {
		refresh(frm) {
			if (!frm.is_new() && frappe.model.can_create("Risk Report")) {
				frm.add_custom_button(__("Raise Early Warning"), () =>
					frappe.new_doc("Risk Report", {
						key_account: account_of(frm.doc),
						report_type: "Early Warning",
					})
				);
			}
		},
	});
}
