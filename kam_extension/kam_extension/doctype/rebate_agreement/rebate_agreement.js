const CUSTOMER_FIELD = { Quotation: "party_name", "Sales Order": "customer" };

frappe.ui.form.on("Rebate Agreement", {
	setup(frm) {
		frm.set_query("key_account", () => ({ filters: { status: ["!=", "Terminated"] } }));
		frm.set_query("reference_doctype", "orders", () => ({
			filters: { name: ["in", Object.keys(CUSTOMER_FIELD)] },
		}));
		frm.set_query("reference_name", "orders", (doc, cdt, cdn) => ({
			filters: {
				[CUSTOMER_FIELD[locals[cdt][cdn].reference_doctype] || "name"]: doc.customer,
				company: doc.company,
				docstatus: ["<", 2],
			},
		}));
	},

	rate_source(frm) {
		if (frm.doc.rate_source !== "Special") {
			frm.set_value("special_rate", 0);
		}
	},
});
