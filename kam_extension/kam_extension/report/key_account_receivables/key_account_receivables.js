frappe.query_reports["Key Account Receivables"] = {
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
			fieldname: "report_date",
			label: __("Posting Date"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
		},
		{ fieldname: "group_by_account", label: __("Group By Account"), fieldtype: "Check", default: 1 },
		{ fieldname: "all_customers", label: __("All Customers"), fieldtype: "Check" },
		{ fieldname: "tier", label: __("Tier"), fieldtype: "Link", options: "KAM Tier" },
		{ fieldname: "account_manager", label: __("Account Manager"), fieldtype: "Link", options: "User" },
		{
			fieldname: "party",
			label: __("Customer"),
			fieldtype: "MultiSelectList",
			options: "Customer",
			get_data: receivables_links("Customer"),
		},
		{
			fieldname: "ageing_based_on",
			label: __("Ageing Based On"),
			fieldtype: "Select",
			options: [
				{ value: "Posting Date", label: __("Posting Date") },
				{ value: "Due Date", label: __("Due Date") },
			],
			default: "Due Date",
		},
		{
			fieldname: "calculate_ageing_with",
			label: __("Calculate Ageing With"),
			fieldtype: "Select",
			options: [
				{ value: "Report Date", label: __("Report Date") },
				{ value: "Today Date", label: __("Today Date") },
			],
			default: "Report Date",
		},
		{
			fieldname: "range",
			label: __("Ageing Range"),
			fieldtype: "Data",
			default: frappe.boot.sysdefaults.default_ageing_range || "30, 60, 90, 120",
		},
		{
			fieldname: "cost_center",
			label: __("Cost Center"),
			fieldtype: "MultiSelectList",
			options: "Cost Center",
			get_data: receivables_links("Cost Center", receivables_company),
		},
		{
			fieldname: "party_account",
			label: __("Receivable Account"),
			fieldtype: "Link",
			options: "Account",
			get_query: () => ({
				filters: { ...receivables_company(), account_type: "Receivable", is_group: 0 },
			}),
		},
		{ fieldname: "finance_book", label: __("Finance Book"), fieldtype: "Link", options: "Finance Book" },
		{
			fieldname: "project",
			label: __("Project"),
			fieldtype: "MultiSelectList",
			options: "Project",
			get_data: receivables_links("Project", receivables_company),
		},
		{
			fieldname: "customer_group",
			label: __("Customer Group"),
			fieldtype: "MultiSelectList",
			options: "Customer Group",
			get_data: receivables_links("Customer Group"),
		},
		{ fieldname: "territory", label: __("Territory"), fieldtype: "Link", options: "Territory" },
		{
			fieldname: "payment_terms_template",
			label: __("Payment Terms Template"),
			fieldtype: "Link",
			options: "Payment Terms Template",
		},
		{
			fieldname: "sales_partner",
			label: __("Sales Partner"),
			fieldtype: "Link",
			options: "Sales Partner",
		},
		{ fieldname: "sales_person", label: __("Sales Person"), fieldtype: "Link", options: "Sales Person" },
		...[
			["based_on_payment_terms", __("Based On Payment Terms")],
			["show_future_payments", __("Show Future Payments")],
			["show_delivery_notes", __("Show Linked Delivery Notes")],
			["show_sales_person", __("Show Sales Person")],
			["show_remarks", __("Show Remarks")],
			["for_revaluation_journals", __("Revaluation Journals")],
			["ignore_accounts", __("Group by Voucher")],
			["in_party_currency", __("In Party Currency")],
		].map(([fieldname, label]) => ({ fieldname, label, fieldtype: "Check" })),
	],

	onload(report) {
		report.page.add_inner_button(__("By Account"), () => show_receivables({ group_by_account: 1 }));
		report.page.add_inner_button(__("By Voucher"), () => show_receivables({ group_by_account: 0 }));
		report.page.add_inner_button(__("Accounts Receivable"), () => {
			const { company, report_date, party } = report.get_values();
			const party_type = "Customer";
			frappe.set_route("query-report", "Accounts Receivable", {
				company,
				report_date,
				party_type,
				party,
			});
		});
	},

	formatter(value, row, column, data, default_formatter) {
		const is_unknown = value === null || value === undefined || value === "";
		if (data && is_unknown) return "";
		if (column.fieldname === "account_class") return __(value, null, "Key Account");
		if (column.fieldname === "voucher_type") return frappe.utils.escape_html(__(value));
		const shown = default_formatter(value, row, column, data);
		if (!data || data.is_total_row) return shown;
		if (column.fieldname === "outstanding" && data.oldest_days_overdue !== undefined) {
			return receivables_link(shown, data);
		}
		return is_alarming_receivable(column.fieldname, value)
			? `<span class="text-danger">${shown}</span>`
			: shown;
	},
};

/** What a list of names offers while somebody types. */
function receivables_links(doctype, filters) {
	return (txt) => frappe.db.get_link_options(doctype, txt, filters ? filters() : undefined);
}

function receivables_company() {
	return { company: frappe.query_report.get_filter_value("company") };
}

/** From an account's row to its vouchers. */
function receivables_link(shown, data) {
	const customer = frappe.utils.escape_html(data.party);
	const title = frappe.utils.escape_html(__("Show the vouchers of this account"));
	return `<a class="kam-vouchers" data-customer="${customer}" title="${title}">${shown}</a>`;
}

function is_alarming_receivable(fieldname, value) {
	if (fieldname === "limit_use") return value > 100;
	return ["overdue", "oldest_days_overdue"].includes(fieldname) && value > 0;
}

function show_receivables(values) {
	frappe.query_report.set_filter_value(values);
}

$(document)
	.off("click.kam-vouchers")
	.on("click.kam-vouchers", "a.kam-vouchers", (event) => {
		const customer = $(event.currentTarget).attr("data-customer");
		show_receivables({ group_by_account: 0, party: [customer] });
	});
