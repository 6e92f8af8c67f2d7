frappe.ui.form.on("KAM Scorecard", {
	setup(frm) {
		frm.set_query("staff", () => ({ filters: { scorecard_template: ["is", "set"] } }));
	},

	refresh(frm) {
		const grid = frm.fields_dict.points.grid;
		grid.cannot_add_rows = true;
		grid.cannot_delete_rows = true;
		grid.refresh();
		show_state(frm);
		const is_own = frm.doc.person === frappe.session.user;
		if (!frm.is_new() && is_own && frm.doc.docstatus < 2) {
			frm.add_custom_button(__("Raise Objection"), () => object_to(frm));
		}
	},
});

frappe.ui.form.on("KAM Scorecard Point", {
	points(frm) {
		const score = (frm.doc.points || []).reduce((sum, row) => sum + flt(row.points), 0);
		frm.set_intro(
			__("Score: {0}. Payout is computed on saving.", [format_number(score, null, 2)]),
			"blue"
		);
	},
});

function show_state(frm) {
	frm.set_intro("");
	if (frm.doc.docstatus === 0 && frm.doc.objection) {
		frm.set_intro(__("The person objects to this scorecard. See below."), "orange");
	}
	if (frm.doc.docstatus === 1 && frm.doc.months_last > 1) {
		frm.set_intro(__("Last in rank {0} months running", [frm.doc.months_last]), "orange");
	}
}

function object_to(frm) {
	frappe.prompt(
		{
			fieldname: "objection",
			fieldtype: "Small Text",
			label: __("Objection"),
			description: __("Which points are wrong, and why"),
			reqd: 1,
		},
		async ({ objection }) => {
			await frappe.call({
				method: "kam_extension.kam_extension.doctype.kam_scorecard.kam_scorecard.object_to",
				args: { name: frm.doc.name, objection },
				freeze: true,
			});
			frm.reload_doc();
		},
		__("Object to the Scorecard"),
		__("Send")
	);
}
