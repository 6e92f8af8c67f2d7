frappe.query_reports["Delivery Work List"] = {
	filters: [
		{
			fieldname: "company",
			label: __("Company"),
			fieldtype: "Link",
			options: "Company",
			reqd: 1,
			default: frappe.defaults.get_user_default("Company"),
		},
		{
			fieldname: "warehouse",
			label: __("Warehouse"),
			fieldtype: "Link",
			options: "Warehouse",
			get_query: () => ({
				filters: { company: frappe.query_report.get_filter_value("company") },
			}),
		},
		{ fieldname: "customer", label: __("Customer"), fieldtype: "Link", options: "Customer" },
		{ fieldname: "from_date", label: __("Delivery From"), fieldtype: "Date" },
		{ fieldname: "to_date", label: __("Delivery Up To"), fieldtype: "Date" },
		{ fieldname: "key_accounts_only", label: __("Key Accounts Only"), fieldtype: "Check" },
	],

	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		if (!data) return shown;
		const is_late = column.fieldname === "days_late" && value > 0;
		const is_short = column.fieldname === "available_qty" && value < data.pending_qty;
		if (is_late || is_short) return `<span class="text-danger">${shown}</span>`;
		return column.fieldname === "hint" && value
			? `<span class="indicator-pill red">${__(value, null, "Key Account")}</span>`
			: shown;
	},
};
