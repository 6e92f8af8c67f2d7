frappe.ui.form.on("Satisfaction Survey", {
	setup(frm) {
		frm.set_query("key_account", () => ({ filters: { status: ["!=", "Terminated"] } }));
		frm.set_query("template", () => ({ filters: { is_disabled: 0 } }));
		frm.set_query("contact", () => ({
			query: "frappe.contacts.doctype.contact.contact.contact_query",
			filters: { link_doctype: "Customer", link_name: frm.doc.customer },
		}));
	},

	onload(frm) {
		// Dimensions are stored in English.
		const rating = frappe.meta.get_docfield("Satisfaction Survey Answer", "dimension", frm.doc.name);
		if (rating) rating.formatter = (value) => frappe.utils.escape_html(__(value));
	},

	refresh(frm) {
		const is_open = ["Draft", "Sent", "Expired", "Revoked"].includes(frm.doc.status);
		["key_account", "contact", "recipient", "recipient_language", "template"].forEach((field) =>
			frm.set_df_property(field, "read_only", ["Sent", "Answered"].includes(frm.doc.status) ? 1 : 0)
		);
		if (frm.is_new() || !is_open || !frm.perm[0]?.write) return;
		if (frm.doc.status === "Sent") {
			frm.add_custom_button(__("Send Again"), () =>
				frappe.confirm(__("Send a new link? The link sent before becomes void."), () =>
					act(frm, "send")
				)
			);
			frm.add_custom_button(__("Revoke"), () =>
				frappe.confirm(__("Make the link void?"), () => act(frm, "revoke"))
			);
		} else if (!frm.is_dirty()) {
			frm.add_custom_button(__("Send"), () => act(frm, "send")).addClass("btn-primary");
		}
	},

	contact(frm) {
		frm.set_value("recipient", "");
	},
});

function act(frm, method) {
	return frm.call(method).then(() => frm.reload_doc());
}
