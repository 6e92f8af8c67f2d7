const RECOMPUTE_ROLES = ["KAM Manager", "KAM Director", "KAM Executive"];

frappe.listview_settings["Tier Review"] = {
	add_fields: ["status", "direction"],
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,

	get_indicator(doc) {
		const colors = { Draft: "orange", Approved: "green", Rejected: "red", Cancelled: "gray" };
		return [__(doc.status, null, "Tier Review"), colors[doc.status], `status,=,${doc.status}`];
	},

	onload(listview) {
		if (RECOMPUTE_ROLES.some((role) => frappe.user.has_role(role))) {
			listview.page.add_menu_item(__("Recompute All Tiers"), () => recompute_all(listview));
		}
	},
};

function recompute_all(listview) {
	const question = __("Score all key accounts as of today and propose a review where the tier differs?");
	frappe.confirm(question, async () => {
		const { message: started } = await frappe.call("kam_extension.tiers.start_recompute");
		frappe.show_alert({
			message: started
				? __("The recompute has started. You are notified when it is done.")
				: __("A recompute is under way already."),
			indicator: started ? "blue" : "orange",
		});
		listview.refresh();
	});
}
