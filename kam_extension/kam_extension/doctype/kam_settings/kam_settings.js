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

	create_service_levels(frm) {
		const create = () =>
			frappe.call({
				method: "kam_extension.integration.service.service_levels.create_service_levels",
				freeze: true,
				callback: ({ message }) =>
					frappe.msgprint(
						message.length
							? __("Made: {0}. Tune hours, workdays and holidays there.", [
									message.map(frappe.utils.escape_html).join(", "),
								])
							: __("Every tier has its Service Level Agreement already.")
					),
			});
		const ask = () =>
			frappe.confirm(
				__("Make a Service Level Agreement for each tier and track service levels from now on?"),
				create
			);
		if (frm.is_dirty()) frm.save().then(ask);
		else ask();
	},
});
