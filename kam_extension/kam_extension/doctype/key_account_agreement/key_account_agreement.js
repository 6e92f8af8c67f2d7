frappe.ui.form.on("Key Account Agreement", {
	setup(frm) {
		frm.set_query("renews", () => ({
			filters: {
				key_account: frm.doc.key_account,
				agreement_type: frm.doc.agreement_type,
				docstatus: 1,
				renewed_by: ["is", "not set"],
				name: ["!=", frm.doc.name],
			},
		}));
	},

	refresh(frm) {
		if (frm.doc.status === "Expiring" && !frm.doc.renewed_by) {
			frm.set_intro(
				__("Ends on {0} and is not renewed yet.", [frappe.datetime.str_to_user(frm.doc.valid_to)]),
				"orange"
			);
		}
		const can_renew = frm.doc.docstatus === 1 && frm.doc.valid_to && !frm.doc.renewed_by;
		if (can_renew && frappe.model.can_create("Key Account Agreement")) {
			frm.add_custom_button(__("Renew"), () => renew(frm));
		}
	},
});

async function renew(frm) {
	const { message } = await frappe.call({
		method: "kam_extension.kam_extension.doctype.key_account_agreement.key_account_agreement.renew",
		args: { agreement: frm.doc.name },
		freeze: true,
	});
	const [successor] = frappe.model.sync(message);
	frappe.set_route("Form", successor.doctype, successor.name);
}
