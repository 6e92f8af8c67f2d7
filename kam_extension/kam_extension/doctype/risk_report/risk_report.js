const LEVELS = ["Low", "Medium", "High", "Critical"];
const EVENT_LEVELS = "kam_extension.kam_extension.doctype.risk_report.risk_report.event_levels";
const COLORS = { Low: "green", Medium: "yellow", High: "orange", Critical: "red" };

frappe.ui.form.on("Risk Report", {
	setup(frm) {
		frm.set_query("key_account", () => ({ filters: { status: ["!=", "Terminated"] } }));
		frm.set_query("responsible", "measures", () => ({
			filters: { enabled: 1, user_type: "System User" },
		}));
		frm.set_indicator_formatter(
			"indicator",
			(row) => COLORS[row.level],
			(row) => __(row.indicator, null, "Risk Report Indicator")
		);
		show_links(frm);
	},

	refresh(frm) {
		show_state(frm);
		if (frm.doc.docstatus === 1 && frm.doc.status === "Open" && frm.perm[0].write) {
			frm.add_custom_button(__("Close Report"), () => close_report(frm)).addClass("btn-primary");
		}
	},
});

frappe.ui.form.on("Risk Report Indicator", {
	async indicator(frm, cdt, cdn) {
		frm.event_levels ??= (await frappe.xcall(EVENT_LEVELS)) || {};
		const level = frm.event_levels[locals[cdt][cdn].indicator];
		if (level) {
			frappe.model.set_value(cdt, cdn, "level", level);
		}
	},

	level(frm) {
		const highest = Math.max(0, ...(frm.doc.indicators || []).map((row) => LEVELS.indexOf(row.level)));
		if (highest > LEVELS.indexOf(frm.doc.risk_level)) {
			frm.set_value("risk_level", LEVELS[highest]);
		}
	},
});

/** Rows of the app name a list or a document where the figures can be looked up. */
function show_links(frm) {
	const field = frappe.meta.get_docfield("Risk Report Indicator", "link", frm.doc.name);
	field.formatter = (value) =>
		(value || "").startsWith("/app/")
			? `<a href="${frappe.utils.escape_html(value)}" target="_blank">${__("Open")}</a>`
			: "";
}

function show_state(frm) {
	if (frm.is_new()) return;
	if (frm.doc.docstatus === 0) return show_draft(frm);
	if (frm.doc.status !== "Open") return;
	const due = frm.doc.escalation_due;
	if (due) {
		const color = due < frappe.datetime.get_today() ? "red" : "orange";
		const text = __("At the level {0} since {1}; to be closed with evidence by {2}.", [
			__(frm.doc.escalation_level).bold(),
			frappe.datetime.str_to_user(frm.doc.escalated_on),
			frappe.datetime.str_to_user(due),
		]);
		frm.dashboard.add_comment(text, color, true);
	}
}

function show_draft(frm) {
	// The form refreshes twice after its first save.
	frm.set_intro("");
	if (frm.doc.risk_level === "Critical") {
		frm.set_intro(__("Submitting this report suspends the account."), "red");
	}
	const indicated = frm.doc.indicated_level;
	if (indicated && LEVELS.indexOf(indicated) < LEVELS.indexOf(frm.doc.risk_level)) {
		frm.set_intro(
			__("The indicators say {0}. A lower level needs its reason and somebody else to submit it.", [
				__(indicated).bold(),
			]),
			"blue"
		);
	}
}

function close_report(frm) {
	frappe.prompt(
		{
			fieldname: "statement",
			fieldtype: "Small Text",
			label: __("Closing Statement"),
			description: __("What was achieved, and how it is proved"),
			reqd: 1,
		},
		({ statement }) =>
			frm.call({ method: "close", doc: frm.doc, args: { statement }, freeze: true }).then((answer) => {
				if (!answer.exc) frm.reload_doc();
			}),
		__("Close Report"),
		__("Close Report")
	);
}
