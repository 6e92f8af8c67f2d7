frappe.query_reports["Key Account KPIs"] = {
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
			fieldname: "from_date",
			label: __("From Date"),
			fieldtype: "Date",
			reqd: 1,
			default: frappe.datetime.add_months(frappe.datetime.get_today(), -12),
		},
		{
			fieldname: "to_date",
			label: __("To Date"),
			fieldtype: "Date",
			reqd: 1,
			default: frappe.datetime.get_today(),
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
		const is_rate = data && ["satisfaction", "renewal_rate", "growth"].includes(column.fieldname);
		if (!is_rate) return default_formatter(value, row, column, data);
		if (value === null || value === undefined) return `<span class="text-muted">–</span>`;
		const colors = { Green: "green", Yellow: "yellow", Red: "red" };
		const color = colors[data[`${column.fieldname}_light`]] || "gray";
		return `<span class="indicator-pill ${color}">${format_number(value, null, 1)} %</span>`;
	},
};
