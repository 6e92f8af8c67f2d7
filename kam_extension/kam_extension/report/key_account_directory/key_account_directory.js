frappe.query_reports["Key Account Directory"] = {
	filters: [
		{ fieldname: "company", label: __("Home Company"), fieldtype: "Link", options: "Company" },
		{ fieldname: "tier", label: __("Tier"), fieldtype: "Link", options: "KAM Tier" },
		{ fieldname: "without_tier", label: __("No Tier"), fieldtype: "Check" },
		{ fieldname: "account_class", label: __("Class"), fieldtype: "Select", options: "\nMajor\nOrdinary" },
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
		{ fieldname: "account_manager", label: __("Account Manager"), fieldtype: "Link", options: "User" },
		{
			fieldname: "responsible_unit",
			label: __("Responsible Unit"),
			fieldtype: "Link",
			options: "Department",
		},
	],

	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		if (column.fieldname === "risk_level" && value) {
			const colors = { Low: "green", Medium: "yellow", High: "orange", Critical: "red" };
			return `<span class="indicator-pill ${colors[value]}">${__(value)}</span>`;
		}
		const choices = ["account_level", "account_class", "status", "strategic_value"];
		return value && choices.includes(column.fieldname) ? __(value, null, "Key Account") : shown;
	},
};
