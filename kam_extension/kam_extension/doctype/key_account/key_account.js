const PERSONAL_LEVEL = 2;

// What is drawn into the HTML fields of a saved account: script → its function.
const DRAWN = {
	"/assets/kam_extension/js/account_overview.js": "show_account_overview",
	"/assets/kam_extension/js/account_health.js": "show_account_health",
	"/assets/kam_extension/js/relationship_map.js": "show_relationship_map",
	"/assets/kam_extension/js/tier_history.js": "show_tier_history",
};

frappe.ui.form.on("Key Account", {
	setup(frm) {
		frm.set_query("customer", () => ({
			filters: { disabled: 0, kam_key_account: ["is", "not set"] },
		}));
		frm.set_query("parent_key_account", () => ({ filters: { name: ["!=", frm.doc.name] } }));
		for (const fieldname of ["account_manager", "executive_sponsor"]) {
			frm.set_query(fieldname, () => enabled_users());
		}
		frm.set_query("user", "team", () => enabled_users());
		frm.set_query("manager", "units", () => enabled_users());
		frm.set_query("responsible_unit", () => ({ filters: { is_group: 0, disabled: 0 } }));
		frm.set_query("unit", "units", () => ({
			filters: { is_group: 0, disabled: 0, name: ["!=", frm.doc.responsible_unit || ""] },
		}));
		frm.set_query("contact", "stakeholders", () => ({
			query: "frappe.contacts.doctype.contact.contact.contact_query",
			filters: { link_doctype: "Customer", link_name: frm.doc.customer },
		}));
	},

	refresh(frm) {
		open_personal_fields_to_team(frm);
		show_state(frm);
		show_report_dates(frm);
		if (!frm.is_new()) {
			for (const [script, show] of Object.entries(DRAWN)) {
				frappe.require(script, () => kam_extension[show](frm));
			}
			add_actions(frm);
			if (frm.perm[0]?.write && frappe.model.can_read("Contact")) {
				frm.fields_dict.stakeholders.grid.add_custom_button(
					__("Add Contacts", null, "Key Account"),
					() => add_contacts(frm)
				);
			}
		}
	},
});

const enabled_users = () => ({ filters: { enabled: 1, user_type: "System User" } });

/** The server opens level 2 to the account's own team (KeyAccount.get_permlevel_access); the form follows it. */
function open_personal_fields_to_team(frm) {
	const user = frappe.session.user;
	const belongs =
		frm.is_new() ||
		[frm.doc.account_manager, frm.doc.executive_sponsor].includes(user) ||
		(frm.doc.team || []).some((row) => row.user === user);
	if (belongs && !frm.perm[PERSONAL_LEVEL]?.read) {
		frm.perm = Object.assign([...frm.perm], { [PERSONAL_LEVEL]: { read: 1, write: frm.perm[0].write } });
		frm.refresh_field("stakeholders");
	}
}

function show_state(frm) {
	if (frm.doc.status === "Suspended") {
		frm.dashboard.add_comment(
			__("This account is suspended: it can neither order nor be delivered to."),
			"red",
			true
		);
	}
	const until = frm.doc.tier_override_until;
	if (frm.doc.tier_override && until >= frappe.datetime.get_today()) {
		frm.dashboard.add_comment(
			__("Tier {0} applies until {1} instead of the account's own tier.", [
				frm.doc.tier_override.bold(),
				frappe.datetime.str_to_user(until),
			]),
			"blue",
			true
		);
	}
	if (frm.doc.account_level === "Group" && !frm.doc.executive_sponsor) {
		frm.dashboard.add_comment(
			__("This Group account has no executive sponsor. A manager chooses one out of the leadership."),
			"orange",
			true
		);
	}
}

/** Which time the next account report covers, and when it goes on from the supervisor. */
function show_report_dates(frm) {
	const dates = frm.doc.__onload?.next_report;
	if (!dates || frm.is_new()) return;
	const days = ["period_start", "period_end", "due_manager", "due_deputy"];
	frm.get_field("next_report_due").set_new_description(
		__("Covers {0} to {1}. The manager has it by {2}, the deputy general manager by {3}.", [
			...days.map((day) => frappe.datetime.str_to_user(dates[day])),
		])
	);
}

/** Contacts of the customer that are no stakeholders yet become rows; role and relation are then a click each. */
async function add_contacts(frm) {
	const known = (frm.doc.stakeholders || []).map((row) => row.contact);
	const contacts = await frappe.db.get_list("Contact", {
		filters: [
			["Dynamic Link", "link_doctype", "=", "Customer"],
			["Dynamic Link", "link_name", "=", frm.doc.customer],
		],
		fields: ["name", "full_name", "designation"],
		limit: 100,
	});
	const fresh = contacts.filter((contact) => !known.includes(contact.name));
	if (!fresh.length) {
		frappe.show_alert(__("All contacts of the customer are stakeholders already."));
		return;
	}
	for (const contact of fresh) {
		frm.add_child("stakeholders", {
			contact: contact.name,
			full_name: contact.full_name || contact.name,
			job_title: contact.designation,
		});
	}
	frm.refresh_field("stakeholders");
	frm.dirty();
}

function add_actions(frm) {
	if (frappe.perm.has_perm("Key Account", 0, "print", frm.doc)) {
		frm.add_custom_button(__("Statement of Account"), () =>
			frappe.require("/assets/kam_extension/js/statement_of_account.js", () =>
				kam_extension.show_statement_dialog(frm)
			)
		);
	}
	frm.add_custom_button(
		__("White Space"),
		() => frappe.set_route("query-report", "Key Account White Space", { key_account: frm.doc.name }),
		__("View")
	);
	if (frm.perm[1]?.write) {
		frm.add_custom_button(__("Recompute Tier"), () => recompute_tier(frm));
	}
	for (const doctype of [
		"Visit Log",
		"Risk Report",
		"Rebate Agreement",
		"Rebate Request",
		"Collection Promise",
		"Key Account Agreement",
	]) {
		if (frappe.model.can_create(doctype)) {
			frm.add_custom_button(
				__(doctype),
				() => frappe.new_doc(doctype, { key_account: frm.doc.name, company: frm.doc.company }),
				__("Create")
			);
		}
	}
}

async function recompute_tier(frm) {
	const { message: run } = await frm.call({ method: "recompute_tier", doc: frm.doc, freeze: true });
	const { message: review } = await frappe.db.get_value("Tier Review", { tier_run: run }, "name");
	if (review?.name) {
		const link = frappe.utils.get_form_link("Tier Review", review.name, true);
		frappe.show_alert({ message: __("Another tier is proposed: {0}", [link]), indicator: "orange" });
	} else {
		frappe.show_alert({ message: __("No other tier is proposed."), indicator: "green" });
	}
	frm.reload_doc();
}
