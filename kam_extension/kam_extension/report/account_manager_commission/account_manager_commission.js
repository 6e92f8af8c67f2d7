frappe.query_reports["Account Manager Commission"] = {
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
			fieldname: "month",
			label: __("A Day of the Month"),
			fieldtype: "Date",
			reqd: 1,
			default: frappe.datetime.get_today(),
			description: __("The month in which the commission is paid"),
		},
		{ fieldname: "account_manager", label: __("Account Manager"), fieldtype: "Link", options: "User" },
		{ fieldname: "key_account", label: __("Key Account"), fieldtype: "Link", options: "Key Account" },
		{ fieldname: "by_receipt", label: __("By Receipt"), fieldtype: "Check" },
	],

	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		if (!data || !value) return shown;
		if (column.fieldname === "kind") {
			const color = { Receipt: "green", Late: "orange", Correction: "red" }[value];
			const label = frappe.utils.escape_html(__(value, null, "KAM Commission Entry"));
			return `<span class="indicator-pill ${color}">${label}</span>`;
		}
		const is_amount = column.fieldtype === "Currency";
		return is_amount && value < 0 ? `<span class="text-danger">${shown}</span>` : shown;
	},
};
