frappe.listview_settings["Satisfaction Survey"] = {
	get_indicator(doc) {
		const colors = { Draft: "gray", Sent: "blue", Answered: "green", Expired: "orange", Revoked: "red" };
		return [__(doc.status, null, "Satisfaction Survey"), colors[doc.status], `status,=,${doc.status}`];
	},
};
