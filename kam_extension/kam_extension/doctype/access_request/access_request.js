frappe.ui.form.on("Access Request", {
	setup(frm) {
		frm.set_query("key_account", () => ({ filters: { status: ["!=", "Terminated"] } }));
		frm.set_query("customer", () => ({ filters: { kam_key_account: ["is", "set"] } }));
		frm.set_query("unit", () => ({
			filters: { is_group: 0, disabled: 0, name: ["!=", frm.doc.responsible_unit || ""] },
		}));
	},

	refresh(frm) {
		const is_open = !frm.is_new() && frm.doc.docstatus === 0 && frm.doc.status === "Open";
		if (!is_open) return;
		if (frm.doc.requested_by === frappe.session.user) {
			frm.add_custom_button(__("Withdraw"), () =>
				frappe.confirm(__("Withdraw this request?"), () => decide(frm, "withdraw"))
			);
		} else if (frm.perm[0]?.submit) {
			frm.add_custom_button(__("Decline"), () => ask_reason_and_decline(frm));
		}
	},
});

function ask_reason_and_decline(frm) {
	frappe.prompt(
		{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
		({ reason }) => decide(frm, "decline", { reason }),
		__("Decline Access"),
		__("Decline")
	);
}

const decide = (frm, method, args) =>
	frm.call({ method, doc: frm.doc, args, freeze: true }).then(() => frm.reload_doc());
