frappe.ui.form.on("Visit Log", {
	setup(frm) {
		frm.set_query("key_account", () => ({ filters: { status: ["!=", "Terminated"] } }));
		for (const [fieldname, table] of [
			["responsible", "needs"],
			["responsible", "actions"],
			["user", "our_team"],
		]) {
			frm.set_query(fieldname, table, () => enabled_users());
		}
		frm.set_query("visited_by", () => enabled_users());
		frm.set_query("contact", "customer_people", () => ({
			query: "frappe.contacts.doctype.contact.contact.contact_query",
			filters: { link_doctype: "Customer", link_name: frm.doc.customer },
		}));
		frm.set_query("opportunity", "needs", () => ({
			filters: { opportunity_from: "Customer", party_name: frm.doc.customer },
		}));
	},

	onload(frm) {
		if (frm.is_new() && frm.doc.starts_at) take_calendar_selection(frm);
	},

	refresh(frm) {
		if (frm.is_new()) return;
		if (["Planned", "Missed"].includes(frm.doc.status) && frm.perm[0]?.write) {
			frm.add_custom_button(__("Complete"), () => ask_for_outcome(frm)).addClass("btn-primary");
		}
		if (frappe.model.can_create("Visit Log")) {
			frm.add_custom_button(__("Plan Next Visit"), () => plan_next_visit(frm));
		}
	},

	visit_type(frm) {
		frm.set_value("is_executive_visit", frm.doc.visit_type === "Executive" ? 1 : 0);
	},
});

const enabled_users = () => ({ filters: { enabled: 1, user_type: "System User" } });

function take_calendar_selection(frm) {
	const [day, start] = frm.doc.starts_at.split(" ");
	frm.set_value("visit_date", day);
	if (!frm.doc.all_day && start) {
		frm.set_value("from_time", start.slice(0, 5));
		frm.set_value("to_time", (frm.doc.ends_at || "").split(" ")[1]?.slice(0, 5));
	}
}

function ask_for_outcome(frm) {
	const today = frappe.datetime.get_today();
	const dialog = new frappe.ui.Dialog({
		title: __("Complete Visit"),
		fields: [
			{
				fieldname: "visit_date",
				fieldtype: "Date",
				label: __("Visit Date"),
				reqd: 1,
				default: frm.doc.visit_date < today ? frm.doc.visit_date : today,
				max_date: frappe.datetime.now_date(true),
			},
			{ fieldname: "discussion", fieldtype: "Small Text", label: __("Discussion"), reqd: 1 },
			{
				fieldname: "result",
				fieldtype: "Select",
				label: __("Result"),
				options: [
					"",
					...["Achieved", "Partly Achieved", "Not Achieved"].map((value) => ({
						value,
						label: __(value, null, "Visit Log"),
					})),
				],
			},
			{ fieldname: "next_step", fieldtype: "Small Text", label: __("Next Step") },
			{ fieldname: "next_visit_date", fieldtype: "Date", label: __("Next Visit") },
		],
		primary_action_label: __("Complete"),
		primary_action: (values) => complete(frm, dialog, values),
	});
	dialog.show();
}

async function complete(frm, dialog, values) {
	if (frm.is_dirty()) await frm.save();
	const discussion = frappe.utils.escape_html(values.discussion).replace(/\n/g, "<br>");
	const { message } = await frappe.call({
		method: "kam_extension.integration.visits.visit_form.complete_visit",
		args: { ...values, visit: frm.doc.name, discussion },
		freeze: true,
	});
	dialog.hide();
	await frm.reload_doc();
	const next = message.next_visit;
	frappe.show_alert({
		message: next
			? __("Visit completed. Next visit: {0}", [frappe.utils.get_form_link("Visit Log", next, true)])
			: __("Visit completed."),
		indicator: "green",
	});
}

function plan_next_visit(frm) {
	// Frappe's new_doc leaves out what is never copied, such as the visit that this one follows.
	const next = frappe.model.get_new_doc("Visit Log");
	Object.assign(next, {
		key_account: frm.doc.key_account,
		customer: frm.doc.customer,
		customer_name: frm.doc.customer_name,
		visit_type: frm.doc.visit_type,
		is_executive_visit: frm.doc.is_executive_visit,
		purpose: frm.doc.next_step || "",
		place: frm.doc.place,
		previous_visit: frm.doc.name,
	});
	frappe.set_route("Form", "Visit Log", next.name);
}
