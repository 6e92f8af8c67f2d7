kam_extension.watch_document("Quotation");

frappe.ui.form.on("Quotation", {
	party_name: stamp_account,
	quotation_to: stamp_account,
	refresh(frm) {
		if (frm.is_new() && !frm.doc.kam_key_account) stamp_account(frm);
	},
});

const ACCOUNT_FIELDS = ["kam_key_account", "kam_tier", "kam_account_class"];

const customer_of = ({ quotation_to, party_name }) => (quotation_to === "Customer" && party_name) || null;

/** The party is a dynamic link, so the customer's account can't be fetched by the fields themselves. */
async function stamp_account(frm) {
	const customer = customer_of(frm.doc);
	const account = customer ? (await frappe.db.get_value("Customer", customer, ACCOUNT_FIELDS)).message : {};
	if (customer !== customer_of(frm.doc)) return;
	for (const field of ACCOUNT_FIELDS) {
		const value = account?.[field] || null;
		if ((frm.doc[field] || null) !== value) await frm.set_value(field, value);
	}
}
