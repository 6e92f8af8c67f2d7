frappe.query_reports["Key Account Archive Summary"] = {
	filters: [
		{ fieldname: "company", label: __("Home Company"), fieldtype: "Link", options: "Company" },
		{
			fieldname: "responsible_unit",
			label: __("Responsible Unit"),
			fieldtype: "Link",
			options: "Department",
		},
		{ fieldname: "account_manager", label: __("Account Manager"), fieldtype: "Link", options: "User" },
		{
			fieldname: "account_level",
			label: __("Level"),
			fieldtype: "Select",
			options: "\nGroup\nSubsidiary\nProject",
		},
		{
			fieldname: "status",
			label: __("Status"),
			fieldtype: "Select",
			options: "\nProspect\nActive\nWatch\nSuspended\nTerminated",
		},
	],

	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		const choices = ["account_level", "status"];
		return value && choices.includes(column.fieldname) ? __(value, null, "Key Account") : shown;
	},
};
