const CHECKED_DOCUMENTS = [
	"Quotation",
	"Sales Order",
	"Sales Invoice",
	"Delivery Note",
	"POS Invoice",
	"Purchase Order",
];

frappe.ui.form.on("Price Exception", {
	setup(frm) {
		frm.set_query("reference_doctype", () => ({ filters: { name: ["in", CHECKED_DOCUMENTS] } }));
		frm.set_query("reference_name", () => {
			const filters = { company: frm.doc.company, docstatus: ["<", 2] };
			// A purchase order (drop shipment) names no key account.
			return frm.doc.reference_doctype === "Purchase Order"
				? { filters }
				: { filters: { ...filters, kam_key_account: frm.doc.key_account } };
		});
	},

	refresh(frm) {
		show_findings(frm);
		frm.set_intro("");
		frm.set_intro(...next_step(frm.doc));
		if (!frm.is_new()) {
			const button = frm.add_custom_button(__("Open {0}", [__(frm.doc.reference_doctype)]), () =>
				frappe.set_route("Form", frm.doc.reference_doctype, frm.doc.reference_name)
			);
			button
				.toggleClass("btn-primary", is_valid(frm.doc))
				.toggleClass("btn-default", !is_valid(frm.doc));
		}
	},
});

const is_valid = (doc) => doc.docstatus === 1 && doc.valid_until >= frappe.datetime.get_today();

/** What happens next and who has to do it: text and color. */
function next_step(doc) {
	if (doc.__islocal) {
		return [__("Ask for an exception from the document itself, by Request Price Exception."), "blue"];
	}
	if (doc.docstatus === 1) return after_approval(doc);
	if (doc.docstatus === 2 || doc.workflow_state === "Rejected") return [""];
	return while_open(doc);
}

function after_approval(doc) {
	if (!is_valid(doc))
		return [__("This exception has run out. Ask for a new one if it is still needed."), "orange"];
	const until = frappe.datetime.str_to_user(doc.valid_until);
	return [
		__("Approved until {0}. Open {1} {2} to submit it.", [
			until,
			__(doc.reference_doctype),
			doc.reference_name,
		]),
		"green",
	];
}

function while_open(doc) {
	if (!doc.approval_role) {
		return [__("Nobody's limits under the policy cover this: it can't be approved."), "orange"];
	}
	const role = __(doc.approval_role).bold();
	if (doc.requested_by === frappe.session.user) {
		return [__("{0} has to approve this, and not the person who asked for it.", [role]), "orange"];
	}
	return frappe.user.has_role(doc.approval_role)
		? [__("Approve or reject this exception by Actions."), "blue"]
		: [__("{0} has to approve this.", [role]), "orange"];
}

function show_findings(frm) {
	const findings = (frm.doc.violations || [])
		.filter((violation) => violation.message)
		.map(
			({ rule, message }) =>
				`<li><b>${__(rule, null, "Price Exception Violation")}</b>: ${frappe.utils.escape_html(message)}</li>`
		);
	frm.get_field("findings").$wrapper.html(findings.length ? `<ul>${findings.join("")}</ul>` : "");
}
