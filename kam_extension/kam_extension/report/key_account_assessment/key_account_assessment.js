frappe.query_reports["Key Account Assessment"] = {
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
			fieldname: "period_type",
			label: __("Period"),
			fieldtype: "Select",
			options: ["Monthly", "Quarterly", "Annual"],
			default: "Monthly",
			reqd: 1,
		},
		{
			fieldname: "day",
			label: __("A Day of the Period"),
			fieldtype: "Date",
			default: frappe.datetime.add_days(frappe.datetime.month_start(), -1),
			reqd: 1,
		},
		{
			fieldname: "group_by",
			label: __("Group By"),
			fieldtype: "Select",
			options: ["Account", "Manager", "Unit", "Tier"],
			default: "Account",
			reqd: 1,
		},
		{ fieldname: "account_manager", label: __("Account Manager"), fieldtype: "Link", options: "User" },
		{
			fieldname: "responsible_unit",
			label: __("Responsible Unit"),
			fieldtype: "Link",
			options: "Department",
		},
		{ fieldname: "tier", label: __("Tier"), fieldtype: "Link", options: "KAM Tier" },
		{ fieldname: "key_account", label: __("Key Account"), fieldtype: "Link", options: "Key Account" },
	],

	formatter(value, row, column, data, default_formatter) {
		const is_empty = data && (value === null || value === undefined || value === "");
		if (is_empty) return `<span class="text-muted">–</span>`;
		return default_formatter(value, row, column, data);
	},
};
