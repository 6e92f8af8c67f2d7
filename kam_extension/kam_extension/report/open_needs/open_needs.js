const need_options = (values) => [
	"",
	...values.map((value) => ({ value, label: __(value, null, "Visit Log Need") })),
];

frappe.query_reports["Open Needs"] = {
	filters: [
		{ fieldname: "key_account", label: __("Key Account"), fieldtype: "Link", options: "Key Account" },
		{ fieldname: "account_manager", label: __("Account Manager"), fieldtype: "Link", options: "User" },
		{
			fieldname: "responsible",
			label: __("Responsible", null, "Visit Log Need"),
			fieldtype: "Link",
			options: "User",
		},
		{
			fieldname: "status",
			label: __("Status"),
			fieldtype: "Select",
			options: need_options(["Identified", "Judged", "Responded", "In Progress", "Closed"]),
		},
		{
			fieldname: "feasibility",
			label: __("Feasibility"),
			fieldtype: "Select",
			options: need_options(["To Be Judged", "Feasible", "Partly Feasible", "Not Feasible"]),
		},
		{ fieldname: "with_closed", label: __("With Closed Ones"), fieldtype: "Check" },
	],

	formatter(value, row, column, data, default_formatter) {
		if (data && value && ["status", "feasibility"].includes(column.fieldname)) {
			return frappe.utils.escape_html(__(value, null, "Visit Log Need"));
		}
		const shown = default_formatter(value, row, column, data);
		const is_late = data && column.fieldname === "days_overdue" && value > 0;
		return is_late ? `<span class="text-danger">${shown}</span>` : shown;
	},
};
