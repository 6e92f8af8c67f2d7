// The settlement tab of a Rebate Request. All amounts are computed by the server when the request is saved.

const SETTLERS = ["KAM Finance", "KAM Executive"];

frappe.ui.form.on("Rebate Request", {
	setup(frm) {
		const of_company = (doc) => ({ filters: { company: doc.company, is_group: 0 } });
		frm.set_query("cost_center", of_company);
		frm.set_query("project", (doc) => ({ filters: { company: doc.company } }));
		frm.set_query("sales_invoice", "offset_invoices", (doc) => ({
			filters: {
				customer: doc.customer,
				company: doc.company,
				docstatus: 1,
				is_return: 0,
				outstanding_amount: [">", 0],
			},
		}));
		frm.set_query("credit_document_type", "attached_credits", () => ({
			filters: { name: ["in", ["Journal Entry", "Sales Invoice"]] },
		}));
		frm.set_query("credit_document", "attached_credits", (doc, doctype, name) => ({
			filters: credits_of_customer(doc, locals[doctype][name].credit_document_type),
		}));
	},

	refresh(frm) {
		const may_settle = SETTLERS.some((role) => frappe.user.has_role(role));
		frm.set_df_property("settlement_date", "read_only", may_settle ? 0 : 1);
		add_oldest_first_button(frm);
		add_settlement_buttons(frm, may_settle);
		show_draft_settlement(frm);
	},
});

function credits_of_customer(doc, doctype) {
	const shared = [
		[doctype, "company", "=", doc.company],
		[doctype, "docstatus", "=", 1],
		[doctype, "kam_rebate_request", "is", "not set"],
	];
	if (doctype === "Sales Invoice") {
		return [...shared, [doctype, "customer", "=", doc.customer], [doctype, "is_return", "=", 1]];
	}
	return [
		...shared,
		["Journal Entry Account", "party", "=", doc.customer],
		["Journal Entry Account", "credit", ">", 0],
	];
}

function add_oldest_first_button(frm) {
	const { grid } = frm.get_field("offset_invoices");
	grid.clear_custom_buttons();
	if (frm.doc.docstatus !== 0 || frm.is_new() || !frm.perm[0]?.write) return;
	grid.add_custom_button(__("Oldest Invoices First"), () =>
		frm.call({ doc: frm.doc, method: "propose_offsets", freeze: true }).then(() => {
			frm.refresh_field("offset_invoices");
			frm.dirty();
			if (!(frm.doc.offset_invoices || []).length) {
				frappe.show_alert({ message: __("The customer has no open invoice."), indicator: "blue" });
			}
		})
	);
}

function add_settlement_buttons(frm, may_settle) {
	if (frm.doc.settlement_document) {
		frm.add_custom_button(__("Settlement"), () =>
			frappe.set_route("Form", frm.doc.settlement_document_type, frm.doc.settlement_document)
		);
	}
	const is_unsettled = frm.doc.docstatus === 1 && frm.doc.status === "Approved";
	if (is_unsettled && !frm.doc.settlement_document && may_settle) {
		frm.add_custom_button(__("Settle Again"), () =>
			frappe.confirm(__("Post a new settlement of {0}?", [frm.get_formatted("amount_to_settle")]), () =>
				frm.call({ doc: frm.doc, method: "settle_again", freeze: true }).then(() => frm.reload_doc())
			)
		);
	}
}

function show_draft_settlement(frm) {
	if (frm.doc.docstatus !== 1 || frm.doc.status !== "Approved" || !frm.doc.settlement_document) return;
	frm.dashboard.set_headline(
		__("Settlement {0} is a draft. The rebate is settled when finance submits it.", [
			frappe.utils.escape_html(frm.doc.settlement_document),
		]),
		"orange"
	);
}
