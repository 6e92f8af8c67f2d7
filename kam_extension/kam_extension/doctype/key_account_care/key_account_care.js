frappe.ui.form.on("Key Account Care", {
	setup(frm) {
		frm.set_query("key_account", () => ({ filters: { status: ["!=", "Terminated"] } }));
		frm.set_query("responsible", () => ({ filters: { enabled: 1, user_type: "System User" } }));
	},

	refresh(frm) {
		if (frm.is_new() || frm.doc.status !== "Planned" || !frm.perm[0]?.write) return;
		frm.add_custom_button(__("Done", null, "Key Account Care"), () => ask_what_was_done(frm)).addClass(
			"btn-primary"
		);
		frm.add_custom_button(__("Skip", null, "Key Account Care"), () => {
			frm.set_value("status", "Skipped");
			frm.save();
		});
	},
});

function ask_what_was_done(frm) {
	frappe.prompt(
		{ fieldname: "done_note", fieldtype: "Small Text", label: __("What Was Done"), reqd: 1 },
		async ({ done_note }) => {
			await frm.set_value({ done_note, status: "Done" });
			frm.save();
		},
		__("What Was Done"),
		__("Done", null, "Key Account Care")
	);
}
