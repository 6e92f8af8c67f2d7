frappe.query_reports["Unit Conflicts"] = {
	filters: [
		{ fieldname: "company", label: __("Home Company"), fieldtype: "Link", options: "Company" },
		{
			fieldname: "responsible_unit",
			label: __("Responsible Unit"),
			fieldtype: "Link",
			options: "Department",
		},
		{
			fieldname: "kind",
			label: __("Claim of the Other Unit"),
			fieldtype: "Select",
			options: [
				{ value: "", label: "" },
				{ value: "Same Customer", label: __("Same Customer") },
				{ value: "Prospect Registered", label: __("Prospect Registered") },
				{ value: "Access Requested", label: __("Access Requested") },
				{ value: "Sold Without Access", label: __("Sold Without Access") },
			],
		},
	],

	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		return column.fieldname === "document_type" && value ? __(value) : shown;
	},
};
