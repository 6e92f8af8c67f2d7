frappe.ui.form.on("Accountability Case", {
	setup(frm) {
		frm.set_query("person_concerned", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("responsible_unit", () => ({ filters: { is_group: 0, disabled: 0 } }));
		frm.set_query("reference_name", () => ({
			filters: {
				[frm.doc.reference_doctype === "Issue" ? "kam_key_account" : "key_account"]:
					frm.doc.key_account || "",
			},
		}));
	},

	refresh(frm) {
		frm.page.clear_indicator();
		frm.page.set_indicator(__(frm.doc.status, null, "Accountability Case"), case_color(frm.doc.status));
		if (frm.is_new()) return;
		add_steps(frm);
		if (frm.doc.docstatus === 0 && frm.doc.status !== "Heard") {
			// An approval before the hearing is refused; the button would only mislead.
			frm.page.clear_primary_action();
			if (frm.is_dirty()) frm.enable_save();
		}
	},
});

const case_color = (status) =>
	({
		Draft: "red",
		Hearing: "orange",
		Heard: "blue",
		Approved: "green",
		Rejected: "gray",
		Revoked: "gray",
	})[status];

function add_steps(frm) {
	const { status, person_concerned } = frm.doc;
	const is_concerned = person_concerned === frappe.session.user;
	if (status === "Draft" && frm.perm[0].write && !is_concerned) {
		frm.add_custom_button(__("Open Hearing"), () =>
			frm.call("open_hearing").then(() => frm.reload_doc())
		);
	}
	if (status === "Hearing") {
		add_question(frm, __("Give Statement"), "give_statement", "statement", __("Statement"));
	}
	if (frm.perm[0].submit && !is_concerned) {
		if (status === "Heard") add_question(frm, __("Reject"), "reject", "reason", __("Reason"));
		if (status === "Approved") add_question(frm, __("Revoke"), "revoke", "reason", __("Reason"));
	}
}

function add_question(frm, label, method, fieldname, title) {
	frm.add_custom_button(label, () =>
		frappe.prompt(
			{ fieldname, fieldtype: "Text", label: title, reqd: 1 },
			(values) => frm.call({ method, doc: frm.doc, args: values }).then(() => frm.reload_doc()),
			label
		)
	);
}
