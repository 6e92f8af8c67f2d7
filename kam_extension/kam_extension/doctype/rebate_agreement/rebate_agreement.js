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

	refresh: offer_programmes,
	key_account: offer_programmes,
	company: offer_programmes,

	rate_source(frm) {
		if (frm.doc.rate_source !== "Special") {
			frm.set_value("special_rate", 0);
		}
	},
});

/** The codes of the policy that such an account may be granted. */
function offer_programmes(frm) {
	if (frm.doc.docstatus !== 0 || !frm.doc.key_account || !frm.doc.company) return;
	frm.call("get_programmes").then(({ message }) => {
		const { grid } = frm.get_field("programmes");
		grid.update_docfield_property("programme", "options", message || []);
	});
}

frappe.ui.form.on("Rebate Agreement", {
	refresh(frm) {
		if (frm.doc.docstatus !== 1) return;
		if (frappe.model.can_create(frm.doctype)) {
			frm.add_custom_button(__("Renew"), () => renew(frm));
		}
		const may_end = ["KAM Director", "KAM Executive"].some((role) => frappe.user.has_role(role));
		if (may_end && frm.doc.valid_to > frappe.datetime.get_today()) {
			frm.add_custom_button(__("End Earlier"), () => ask_for_end(frm));
		}
	},
});

/** A draft with the same terms for the time after, as long as this one. */
function renew(frm) {
	const copy = frappe.model.copy_doc(frm.doc);
	const days = frappe.datetime.get_day_diff(frm.doc.valid_to, frm.doc.valid_from);
	copy.valid_from = frappe.datetime.add_days(frm.doc.valid_to, 1);
	copy.valid_to = frappe.datetime.add_days(copy.valid_from, days);
	frappe.set_route("Form", copy.doctype, copy.name);
}

function ask_for_end(frm) {
	frappe.prompt(
		{
			fieldname: "valid_to",
			fieldtype: "Date",
			label: __("End On"),
			default: frappe.datetime.get_today(),
			reqd: 1,
			description: __("Orders after this day earn no rebate; what was earned until then stays."),
		},
		({ valid_to }) =>
			frm
				.call({ doc: frm.doc, method: "end_on", args: { valid_to }, freeze: true })
				.then(() => frm.reload_doc()),
		__("End Earlier")
	);
}
