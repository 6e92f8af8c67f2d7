frappe.ui.form.on("KAM Settings", {
	setup(frm) {
		const of_company = (filters) => (doc, cdt, cdn) => ({
			filters: { company: locals[cdt][cdn].company, is_group: 0, ...filters },
		});
		frm.set_query("rebate_expense_account", "companies", of_company({ root_type: "Expense" }));
		frm.set_query(
			"rebate_payment_account",
			"companies",
			of_company({ account_type: ["in", ["Bank", "Cash"]] })
		);
		frm.set_query("rebate_cost_center", "companies", of_company({}));
		frm.set_query("rebate_item", "companies", () => ({ filters: { is_stock_item: 0, disabled: 0 } }));
		frm.set_query("rebate_tax_template", "companies", (doc, cdt, cdn) => ({
			filters: { company: locals[cdt][cdn].company, disabled: 0 },
		}));
	},
});
