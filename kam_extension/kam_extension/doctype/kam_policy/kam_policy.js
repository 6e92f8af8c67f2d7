frappe.ui.form.on("KAM Policy", {
	setup(frm) {
		const selling = { enabled: 1, selling: 1 };
		frm.set_query("base_price_list", () => ({ filters: selling }));
		frm.set_query("price_list", "tiers", () => ({ filters: selling }));
		frm.set_query("cost_price_list", () => ({ filters: { enabled: 1 } }));
		frm.set_query("supersedes", () => ({
			filters: {
				docstatus: 1,
				company: frm.doc.company || ["is", "not set"],
				name: ["!=", frm.doc.name],
			},
		}));
	},

	refresh(frm) {
		name_metrics(frm);
		frm.refresh_field("criteria");
		name_levels(frm);
		frm.refresh_field("levels");
		offer_programmes(frm);
		frm.set_intro("");
		show_next_step(frm);
		add_views(frm);
		add_actions(frm);
	},
});

frappe.ui.form.on("KAM Policy Level", { levels_add: (frm) => name_levels(frm) });

frappe.ui.form.on("KAM Policy Rebate Programme", {
	programme: offer_programmes,
	rebate_programmes_remove: offer_programmes,
});

frappe.ui.form.on("KAM Policy Criterion", {
	criteria_add: (frm) => name_metrics(frm),

	/** Of receivables, days overdue and complaints less is better. */
	metric(frm, doctype, name) {
		const { metric } = frappe.get_doc(doctype, name);
		const keep_low = kam_extension.metrics_to_keep_low.includes(metric);
		frappe.model.set_value(doctype, name, "higher_is_better", keep_low ? 0 : 1);
		frm.refresh_field("criteria");
	},
});

/** Rows show metrics by name and thresholds with their unit; stored are the codes. Each row has fields of its own. */
function name_metrics(frm) {
	const names = Object.entries(kam_extension.metrics()).map(([value, [label]]) => ({ value, label }));
	const name_of = (code) => frappe.utils.escape_html(kam_extension.metrics()[code]?.[0] || code || "");
	const threshold = (value, _field, _options, row) =>
		`<div class="text-right">${kam_extension.metric_text(row?.metric, value)}</div>`;
	for (const { name: row } of frm.doc.criteria || []) {
		const column = (fieldname) => frappe.meta.get_docfield("KAM Policy Criterion", fieldname, row);
		Object.assign(column("metric"), { options: names, formatter: name_of });
		for (const points of ["points_4", "points_3", "points_2"]) column(points).formatter = threshold;
	}
}

/** Group, Subsidiary and Project in this app's sense: the grid would take the words of the whole site. */
function name_levels(frm) {
	const name_of = (level) => __(level, null, "KAM Policy Level");
	for (const { name: row } of frm.doc.levels || []) {
		frappe.meta.get_docfield("KAM Policy Level", "account_level", row).formatter = name_of;
	}
}

/** Bands name a programme of this policy by its code. */
function offer_programmes(frm) {
	const codes = (frm.doc.rebate_programmes || []).map((row) => row.programme).filter(Boolean);
	frm.get_field("programme_bands").grid.update_docfield_property("programme", "options", codes);
}

/** What a draft waits for. */
function show_next_step(frm) {
	if (frm.doc.docstatus !== 0) return;
	if (frm.is_new()) {
		frm.set_intro(
			__("Write the rules tab by tab, or start from a preset. Check Policy tells what is missing."),
			"blue"
		);
	} else if (wrote(frm.doc)) {
		frm.set_intro(
			__("You wrote this policy or changed its terms, so somebody else has to approve it."),
			"blue"
		);
	} else if (frm.perm[0]?.submit) {
		frm.set_intro(
			__(
				"Compare shows what this draft changes. It is in force from its first day on once you submit it."
			),
			"blue"
		);
	}
}

function add_views(frm) {
	if (frm.is_new()) {
		frm.add_custom_button(__("Start from a Preset"), () => kam_extension.choose_policy_preset());
	}
	frm.add_custom_button(__("Check Policy"), () => kam_extension.show_policy_check(frm));
	if (!frm.is_new()) {
		frm.add_custom_button(__("Compare", null, "KAM Policy"), () =>
			kam_extension.show_policy_comparison(frm)
		);
	}
	if (!frm.is_new() && frappe.model.can_create("Policy Replay")) {
		frm.add_custom_button(__("Try on Past Orders"), () =>
			frappe.new_doc("Policy Replay", { policy: frm.doc.name, company: frm.doc.company })
		);
	}
}

function add_actions(frm) {
	if (frm.doc.docstatus !== 1) return;
	if (frappe.model.can_create("KAM Policy")) {
		frm.add_custom_button(__("New Version"), () => open_new_version(frm));
	}
	if (frm.perm[0]?.submit && warns(frm.doc)) {
		frm.add_custom_button(__("Switch to Block"), () => switch_to_block(frm));
	}
}

/** Administrator, who sets sites up, may submit what he wrote. */
function wrote(policy) {
	const authors = [policy.owner, ...(policy.drafted_by || "").split("\n")];
	return frappe.session.user !== "Administrator" && authors.includes(frappe.session.user);
}

const RULE_ACTIONS = [
	"price_action",
	"margin_action",
	"credit_action",
	"unknown_cost_action",
	"unlisted_item_action",
	"unknown_exchange_rate_action",
];

function warns(policy) {
	const is_over = policy.valid_to && policy.valid_to < frappe.datetime.get_today();
	return !is_over && RULE_ACTIONS.some((field) => policy[field] === "Warn");
}

function switch_to_block(frm) {
	frappe.confirm(
		__(
			"Every rule that warns will stop documents instead. A new version of this policy is submitted for it; submitted orders stay as they are."
		),
		async () => {
			const { message } = await frm.call("start_blocking");
			frappe.set_route("Form", frm.doctype, message);
		}
	);
}

/** A copy that supersedes this one: it begins tomorrow and ends when this one would have ended. */
function open_new_version(frm) {
	const successor = frappe.model.copy_doc(frm.doc);
	const tomorrow = frappe.datetime.add_days(frappe.datetime.get_today(), 1);
	const after_first_day = frappe.datetime.add_days(frm.doc.valid_from, 1);
	successor.supersedes = frm.doc.name;
	successor.valid_from = after_first_day > tomorrow ? after_first_day : tomorrow;
	successor.valid_to = frm.doc.valid_to > successor.valid_from ? frm.doc.valid_to : null;
	frappe.set_route("Form", successor.doctype, successor.name);
}
