frappe.query_reports["Key Account White Space"] = {
	filters: [
		{
			fieldname: "key_account",
			label: __("Key Account"),
			fieldtype: "Link",
			options: "Key Account",
			// The desk sets a linked title late, after the first run; a default is there at once.
			default: frappe.route_options?.key_account || frappe.utils.get_url_arg("key_account"),
		},
		{ fieldname: "company", label: __("Home Company"), fieldtype: "Link", options: "Company" },
		{ fieldname: "industry", label: __("Industry"), fieldtype: "Link", options: "Industry Type" },
		{ fieldname: "account_class", label: __("Class"), fieldtype: "Select", options: "\nMajor\nOrdinary" },
		{ fieldname: "account_manager", label: __("Account Manager"), fieldtype: "Link", options: "User" },
		{ fieldname: "item_group", label: __("Item Group"), fieldtype: "Link", options: "Item Group" },
	],
};
