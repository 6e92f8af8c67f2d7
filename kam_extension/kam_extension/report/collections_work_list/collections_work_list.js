frappe.query_reports["Collections Work List"] = {
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
			fieldname: "as_of",
			label: __("As On Date"),
			fieldtype: "Date",
			reqd: 1,
			default: frappe.datetime.get_today(),
		},
		{
			fieldname: "stage",
			label: __("Stage"),
			fieldtype: "Select",
			options: [
				{ value: "", label: __("Overdue or Written Off") },
				...["Not Due", "In Term", "Beyond Policy Days", "Written Off"].map((stage) => ({
					value: stage,
					label: __(stage, null, "Collection"),
				})),
			],
		},
		{ fieldname: "account_manager", label: __("Account Manager"), fieldtype: "Link", options: "User" },
		{
			fieldname: "responsible",
			label: __("Responsible", null, "Collection"),
			fieldtype: "Link",
			options: "User",
		},
		{ fieldname: "key_account", label: __("Key Account"), fieldtype: "Link", options: "Key Account" },
		{
			fieldname: "written_off_since",
			label: __("Written Off Since"),
			fieldtype: "Date",
			default: frappe.datetime.year_start(),
		},
		{ fieldname: "by_invoice", label: __("By Invoice"), fieldtype: "Check" },
	],

	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		if (!data || !value) return shown;
		if (column.fieldname === "stage") {
			const color =
				{ "In Term": "orange", "Beyond Policy Days": "red", "Written Off": "gray" }[value] || "green";
			return pill(__(value, null, "Collection"), color);
		}
		if (column.fieldname === "promise_status") {
			const color = { Open: "blue", Kept: "green", Broken: "red" }[value];
			return pill(__(value, null, "Collection Promise"), color);
		}
		if (["days_overdue", "max_overdue_days"].includes(column.fieldname)) {
			return `<div style="text-align: right">${shown}</div>`;
		}
		const is_late = column.fieldname === "next_action" && value < frappe.datetime.get_today();
		return is_late ? `<span class="text-danger">${shown}</span>` : shown;
	},

	onload(report) {
		report.page.add_inner_button(__("New Promise"), () => {
			const { company, key_account } = report.get_values();
			frappe.new_doc("Collection Promise", { company, key_account });
		});
	},
};

const pill = (text, color) =>
	`<span class="indicator-pill ${color}">${frappe.utils.escape_html(text)}</span>`;
