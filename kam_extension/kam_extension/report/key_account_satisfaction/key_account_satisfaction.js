frappe.query_reports["Key Account Satisfaction"] = {
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
		{
			fieldname: "group_by",
			label: __("By"),
			fieldtype: "Select",
			options: [
				{ value: "Month", label: __("Month") },
				{ value: "Dimension", label: __("Dimension") },
				{ value: "Tier", label: __("Tier") },
				{ value: "Key Account", label: __("Key Account") },
			],
			default: "Month",
			reqd: 1,
		},
		{ fieldname: "company", label: __("Home Company"), fieldtype: "Link", options: "Company" },
		{ fieldname: "key_account", label: __("Key Account"), fieldtype: "Link", options: "Key Account" },
		{ fieldname: "account_manager", label: __("Account Manager"), fieldtype: "Link", options: "User" },
	],

	formatter(value, row, column, data, default_formatter) {
		if (["Percent", "Float"].includes(column.fieldtype)) column.precision = 1;
		// Nobody answered is not zero.
		if (value === null || value === undefined) return "";
		const shown = default_formatter(value, row, column, data);
		if (column.fieldname === "satisfaction" && data) {
			return `<span class="${value < data.target ? "text-danger" : "text-success"}">${shown}</span>`;
		}
		return shown;
	},
};
