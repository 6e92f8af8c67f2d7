frappe.listview_settings["KAM Tier"] = {
	formatters: {
		color: (value) =>
			value ? `<span style="color: ${frappe.utils.escape_html(value)}">&#9632;</span>` : "",
	},
};
