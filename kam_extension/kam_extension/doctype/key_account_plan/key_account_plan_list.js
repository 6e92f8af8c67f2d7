frappe.listview_settings["Key Account Plan"] = {
	add_fields: ["status"],
	formatters: {
		revenue_light(value) {
			const color = { Green: "green", Yellow: "yellow", Red: "red" }[value];
			if (!color) return "";
			const label = frappe.utils.escape_html(__(value, null, "Key Account Plan"));
			return `<span class="indicator-pill ${color}">${label}</span>`;
		},
	},
	get_indicator(doc) {
		const color = { Draft: "gray", Approved: "blue", Cancelled: "red" }[doc.status];
		return [__(doc.status, null, "Key Account Plan"), color, `status,=,${doc.status}`];
	},
};
