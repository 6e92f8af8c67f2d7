frappe.ui.form.on("Access Request", {
	setup(frm) {
		frm.set_query("key_account", () => ({ filters: { status: ["!=", "Terminated"] } }));
		frm.set_query("unit", () => ({
			filters: { is_group: 0, disabled: 0, name: ["!=", frm.doc.responsible_unit || ""] },
		}));
	},
});
