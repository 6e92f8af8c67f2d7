frappe.ui.form.on("Key Account Report", {
	setup(frm) {
		frm.set_query("key_account", () => ({ filters: { status: ["!=", "Terminated"] } }));
	},

	refresh(frm) {
		if (frm.is_new() || !frm.doc.__onload?.may_hand_over) return;
		const labels = {
			Draft: __("Hand to Supervisor"),
			"With Supervisor": __("Hand to Manager"),
			"With Manager": __("Hand to Deputy General Manager"),
			"With Deputy General Manager": __("Mark as Read"),
		};
		frm.add_custom_button(labels[frm.doc.status], () => hand_over(frm)).addClass("btn-primary");
	},
});

async function hand_over(frm) {
	if (frm.is_dirty()) await frm.save();
	await frappe.call({
		method: "kam_extension.integration.visits.report_stages.hand_over",
		args: { report: frm.doc.name },
		freeze: true,
	});
	await frm.reload_doc();
	frappe.show_alert({ message: __("The report was handed over."), indicator: "green" });
}
