frappe.query_reports["Visit Overview"] = {
	filters: [
		{
			fieldname: "from_date",
			label: __("From Date"),
			fieldtype: "Date",
			default: frappe.datetime.year_start(),
		},
		{
			fieldname: "to_date",
			label: __("To Date"),
			fieldtype: "Date",
			default: frappe.datetime.year_end(),
		},
		{ fieldname: "company", label: __("Company"), fieldtype: "Link", options: "Company" },
		{ fieldname: "account_manager", label: __("Account Manager"), fieldtype: "Link", options: "User" },
		{ fieldname: "tier", label: __("Tier"), fieldtype: "Link", options: "KAM Tier" },
		{ fieldname: "by_manager", label: __("By Account Manager"), fieldtype: "Check" },
	],

	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		if (!data) return shown;
		const is_short = column.fieldname === "executive" && data.executive < data.executive_wanted;
		const is_bad = ["missed", "overdue", "days_overdue", "due_accounts"].includes(column.fieldname);
		return is_short || (is_bad && value > 0) ? `<span class="text-danger">${shown}</span>` : shown;
	},
};
