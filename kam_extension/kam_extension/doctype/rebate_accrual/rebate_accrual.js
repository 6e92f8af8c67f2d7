frappe.ui.form.on("Rebate Accrual", {
	onload(frm) {
		if (frm.is_new() && !frm.doc.accrual_date) {
			const month = frappe.datetime.add_months(frappe.datetime.get_today(), -1);
			frm.set_value("accrual_date", moment(month).endOf("month").format("YYYY-MM-DD"));
		}
	},

	refresh(frm) {
		if (frm.doc.docstatus !== 0 || !frm.perm[0]?.write) return;
		frm.add_custom_button(__("Fetch Rebates"), () =>
			frm.call({ doc: frm.doc, method: "fetch_rebates", freeze: true }).then(() => {
				frm.refresh_fields();
				frm.dirty();
			})
		);
	},
});
