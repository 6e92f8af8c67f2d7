const LEVELS = ["Low", "Medium", "High", "Critical"];

frappe.ui.form.on("Risk Report", {
	setup(frm) {
		frm.set_query("key_account", () => ({ filters: { status: ["!=", "Terminated"] } }));
		frm.set_query("responsible", "measures", () => ({
			filters: { enabled: 1, user_type: "System User" },
		}));
	},

	refresh(frm) {
		if (frm.doc.docstatus === 0 && frm.doc.risk_level === "Critical") {
			frm.set_intro(__("Submitting this report suspends the account."), "red");
		}
	},
});

frappe.ui.form.on("Risk Report Indicator", {
	level(frm) {
		const highest = Math.max(0, ...(frm.doc.indicators || []).map((row) => LEVELS.indexOf(row.level)));
		if (highest > LEVELS.indexOf(frm.doc.risk_level)) {
			frm.set_value("risk_level", LEVELS[highest]);
		}
	},
});
