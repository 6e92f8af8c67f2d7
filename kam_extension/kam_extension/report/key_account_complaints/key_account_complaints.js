frappe.query_reports["Key Account Complaints"] = {
	filters: [
		{
			fieldname: "from_date",
			label: __("From Date"),
			fieldtype: "Date",
			default: frappe.datetime.add_days(
				frappe.datetime.add_months(frappe.datetime.get_today(), -12),
				1
			),
		},
		{
			fieldname: "to_date",
			label: __("To Date"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
		},
		{ fieldname: "company", label: __("Home Company"), fieldtype: "Link", options: "Company" },
		{ fieldname: "key_account", label: __("Key Account"), fieldtype: "Link", options: "Key Account" },
		{ fieldname: "tier", label: __("Tier"), fieldtype: "Link", options: "KAM Tier" },
		{ fieldname: "account_manager", label: __("Account Manager"), fieldtype: "Link", options: "User" },
	],

	formatter(value, row, column, data, default_formatter) {
		if (["Percent", "Float"].includes(column.fieldtype)) column.precision = 1;
		// No answer yet is not zero hours.
		if (["response_hours", "solution_hours"].includes(column.fieldname) && value === null) return "";
		const shown = default_formatter(value, row, column, data);
		if (column.fieldname === "complaints" && data) {
			const query = new URLSearchParams({ customer: data.customer });
			return `<a href="/app/issue?${frappe.utils.escape_html(query.toString())}">${shown}</a>`;
		}
		return column.fieldname === "overdue" && value ? `<span class="text-danger">${shown}</span>` : shown;
	},
};
