frappe.query_reports["Rebate Statement"] = {
	filters: [
		{
			fieldname: "company",
			label: __("Company"),
			fieldtype: "Link",
			options: "Company",
			reqd: 1,
			default: frappe.defaults.get_user_default("Company"),
		},
		{ fieldname: "from_date", label: __("From Date"), fieldtype: "Date" },
		{
			fieldname: "to_date",
			label: __("To Date"),
			fieldtype: "Date",
			reqd: 1,
			default: frappe.datetime.get_today(),
		},
		{ fieldname: "key_account", label: __("Key Account"), fieldtype: "Link", options: "Key Account" },
		{ fieldname: "tier", label: __("Tier"), fieldtype: "Link", options: "KAM Tier" },
		{ fieldname: "account_manager", label: __("Account Manager"), fieldtype: "Link", options: "User" },
		{ fieldname: "group_by_programme", label: __("By Programme"), fieldtype: "Check" },
		{ fieldname: "by_request", label: __("By Request"), fieldtype: "Check" },
	],

	/** An amount leads to what it is made of: claims to the claim ledger, requests to their list. */
	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		if (!data?.key_account || !value) return shown;
		const text = value < 0 ? `<span class="text-danger">${shown}</span>` : shown;
		const list = {
			claimed: "kam-rebate-claim",
			cancelled: "kam-rebate-claim",
			pending: "rebate-request",
		}[column.fieldname];
		const doctype = { "kam-rebate-claim": "KAM Rebate Claim", "rebate-request": "Rebate Request" }[list];
		if (!list || data.rebate_request || !frappe.model.can_read(doctype)) return text;
		const filters = new URLSearchParams({
			key_account: data.key_account,
			company: frappe.query_report.get_filter_value("company"),
			...(column.fieldname === "pending" ? { docstatus: 0 } : {}),
		});
		return `<a href="/app/${list}?${filters}">${text}</a>`;
	},
};
