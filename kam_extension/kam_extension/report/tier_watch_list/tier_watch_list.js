frappe.query_reports["Tier Watch List"] = {
	filters: [
		{ fieldname: "company", label: __("Home Company"), fieldtype: "Link", options: "Company" },
		{ fieldname: "tier", label: __("Tier"), fieldtype: "Link", options: "KAM Tier" },
		{ fieldname: "account_class", label: __("Class"), fieldtype: "Select", options: "\nMajor\nOrdinary" },
		{ fieldname: "account_manager", label: __("Account Manager"), fieldtype: "Link", options: "User" },
		{ fieldname: "direction", label: __("Direction"), fieldtype: "Select", options: "\nBetter\nWorse" },
		{
			fieldname: "subject",
			label: __("Close To"),
			fieldtype: "Select",
			options: [
				{ value: "", label: "" },
				{ value: "Tier", label: __("Another Tier") },
				{ value: "Rebate Band", label: __("Next Rebate Band") },
			],
		},
		{ fieldname: "within", label: __("Within (%)"), fieldtype: "Percent", default: 20 },
	],

	formatter(value, row, column, data, default_formatter) {
		if (data && ["value", "threshold", "gap"].includes(column.fieldname)) {
			return amount_of_row(value, data);
		}
		// A quotation has no points, and a hidden closeness is not zero.
		const is_unknown = value === null || value === undefined;
		if (data && is_unknown && ["points", "deciding_points", "closeness"].includes(column.fieldname)) {
			return "";
		}
		const shown = default_formatter(value, row, column, data);
		if (!value) return shown;
		if (column.fieldname === "direction") {
			const color = value === "Better" ? "green" : "orange";
			return `<span class="indicator-pill ${color}">${__(value)}</span>`;
		}
		return column.fieldname === "account_class" ? __(value, null, "Key Account") : shown;
	},
};

/** Amounts of one column have different units: money, percent, days or plain numbers. */
function amount_of_row(value, data) {
	if (value === null || value === undefined || !data.unit) return "";
	const number = format_number(value, null, data.unit === "money" || value % 1 ? 2 : 0);
	const text = {
		money: () => format_currency(value, data.currency),
		percent: () => `${number} %`,
		days: () => __("{0} days", [number]),
		number: () => number,
	}[data.unit]();
	return `<div style="text-align: right">${frappe.utils.escape_html(text)}</div>`;
}
