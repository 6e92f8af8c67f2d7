frappe.ui.form.on("Issue", {
	setup(frm) {
		frm.set_query("kam_repeat_of", () => ({
			filters: { customer: frm.doc.customer, name: ["!=", frm.doc.name || ""] },
		}));
		frm.set_query("kam_responsible", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("kam_responsible_unit", () => ({ filters: { disabled: 0, is_group: 0 } }));
	},

	kam_is_satisfied(frm) {
		if (frm.doc.kam_is_satisfied && !frm.doc.kam_confirmed_on) {
			frm.set_value("kam_confirmed_on", frappe.datetime.get_today());
		}
	},
});
