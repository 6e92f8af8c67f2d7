frappe.query_reports["Scorecard Ranking"] = {
	filters: [
		{
			fieldname: "from_month",
			label: __("From Month"),
			fieldtype: "Date",
			reqd: 1,
			default: frappe.datetime.add_months(frappe.datetime.month_start(), -1),
		},
		{
			fieldname: "to_month",
			label: __("To Month"),
			fieldtype: "Date",
			reqd: 1,
			default: frappe.datetime.add_months(frappe.datetime.month_start(), -1),
		},
		{ fieldname: "unit", label: __("Unit"), fieldtype: "Link", options: "Department" },
		{
			fieldname: "template",
			label: __("Scorecard Template"),
			fieldtype: "Link",
			options: "KAM Scorecard Template",
		},
		{ fieldname: "person", label: __("Person"), fieldtype: "Link", options: "User" },
	],

	formatter(value, row, column, data, default_formatter) {
		if (!data) return default_formatter(value, row, column, data);
		if (column.fieldname === "month") {
			return frappe.utils.escape_html((data.month || "").slice(0, 7));
		}
		if (column.fieldname === "team_result" && value) {
			const color = { "Target Missed": "red", "Target Met": "green", "Challenge Target Met": "blue" }[
				value
			];
			const label = frappe.utils.escape_html(__(value, null, "KAM Scorecard"));
			return `<span class="indicator-pill ${color}">${label}</span>`;
		}
		if (column.fieldname === "rank" && !value) return "";
		const shown = default_formatter(value, row, column, data);
		const is_flag = ["person_name", "months_last"].includes(column.fieldname) && data.is_flagged;
		return is_flag ? `<span class="text-danger"><b>${shown}</b></span>` : shown;
	},
};
