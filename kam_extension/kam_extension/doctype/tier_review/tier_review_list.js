const MANAGERS = ["KAM Manager", "KAM Director", "KAM Executive"];
const DECIDE = "kam_extension.kam_extension.doctype.tier_review.tier_review.decide_reviews";
const TO_APPROVE = [["Tier Review", "status", "=", "Draft"]];
const ARROWS = { Upgrade: ["↗", "text-success"], Downgrade: ["↘", "text-danger"] };
const OLD_AFTER_DAYS = 30;
const tier_colors = {};

frappe.listview_settings["Tier Review"] = {
	add_fields: ["status", "direction", "review_type", "current_tier", "current_level", "proposed_level"],
	hide_name_column: true,
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,
	filters: [["status", "=", "Draft"]],

	get_indicator(doc) {
		const colors = { Draft: "orange", Approved: "green", Rejected: "red", Cancelled: "gray" };
		return [__(doc.status, null, "Tier Review"), colors[doc.status], `status,=,${doc.status}`];
	},

	formatters: {
		proposed_tier: (_value, _field, doc) => tier_step(doc) + level_step(doc) + type_hint(doc),
		total_points: (value) => format_number(value, null, 2).replace(/[.,]00$/, ""),
		as_of_date: (value, _field, doc) => (doc.status === "Draft" ? age(value) : as_user_date(value)),
	},

	onload(listview) {
		load_tier_colors(listview);
		listview.page.add_inner_button(__("To Approve"), () => show_open_reviews(listview));
		if (!MANAGERS.some((role) => frappe.user.has_role(role))) return;
		listview.page.add_menu_item(__("Recompute All Tiers"), () => recompute_all(listview));
		replace_workflow_actions(listview);
	},
};

/** Frappe's own list decides in one transaction each, says why in the log only, and knows no reason for a rejection. */
function replace_workflow_actions(listview) {
	for (const action of ["Approve", "Reject"]) {
		listview.workflow_action_items[action]?.closest("li").remove();
		delete listview.workflow_action_items[action];
	}
	listview.page.add_actions_menu_item(__("Approve"), () => confirm_approval(listview), false);
	listview.page.add_actions_menu_item(__("Reject"), () => ask_reason(listview), false);
}

function confirm_approval(listview) {
	const names = listview.get_checked_items(true);
	frappe.confirm(__("Approve {0} reviews? What they propose takes effect at once.", [names.length]), () =>
		decide(listview, names, "Approve")
	);
}

function ask_reason(listview) {
	const names = listview.get_checked_items(true);
	frappe.prompt(
		{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason for the Rejection"), reqd: 1 },
		({ reason }) => decide(listview, names, "Reject", reason),
		__("Reject {0} Reviews", [names.length]),
		__("Reject")
	);
}

async function decide(listview, names, action, reason) {
	const { message } = await frappe.call({
		method: DECIDE,
		args: { names, action, reason },
		freeze: true,
		freeze_message: __("Deciding Tier Reviews"),
	});
	listview.clear_checked_items();
	reload(listview);
	show_outcome(message, action);
}

function show_outcome({ done, refused, queued }, action) {
	if (queued) {
		const text = __("{0} reviews are decided in the background. You are notified at the end.", [queued]);
		frappe.show_alert({ message: text, indicator: "blue" });
		return;
	}
	const summary =
		action === "Approve" ? __("{0} approved", [done.length]) : __("{0} rejected", [done.length]);
	if (!refused.length) {
		frappe.show_alert({ message: summary, indicator: "green" });
		return;
	}
	const rows = refused.map(
		(row) => `<tr>
			<td class="text-nowrap">${frappe.utils.get_form_link("Tier Review", row.name, true)}</td>
			<td>${frappe.utils.escape_html(row.reason)}</td>
		</tr>`
	);
	frappe.msgprint({
		title: __("Tier Reviews"),
		indicator: done.length ? "orange" : "red",
		message: `<p>${summary}. ${__("{0} could not be decided:", [refused.length])}</p>
			<table class="table table-bordered">
				<thead><tr><th>${__("Review")}</th><th>${__("Reason")}</th></tr></thead>
				<tbody>${rows.join("")}</tbody>
			</table>`,
		wide: true,
	});
}

function show_open_reviews(listview) {
	listview.filter_area.clear(false).then(() => listview.filter_area.add(TO_APPROVE));
}

async function load_tier_colors(listview) {
	const tiers = await frappe.db.get_list("KAM Tier", { fields: ["name", "color"], limit: 0 });
	for (const { name, color } of tiers) tier_colors[name] = color;
	reload(listview);
}

/** The list asks the server nothing within three seconds of the same question unless it forgets that. */
function reload(listview) {
	listview.last_args = null;
	listview.refresh();
}

function tier_step(doc) {
	if ((doc.current_tier || "") === (doc.proposed_tier || "")) return tier_pill(doc.proposed_tier);
	const [arrow, color] = ARROWS[doc.direction] || ["→", "text-muted"];
	const title = frappe.utils.escape_html(__(doc.direction || "", null, "Tier Review"));
	const sign = `<span class="${color} bold" title="${title}">${arrow}</span>`;
	return `${tier_pill(doc.current_tier)} ${sign} ${tier_pill(doc.proposed_tier)}`;
}

function tier_pill(tier) {
	if (!tier) return `<span class="text-muted">${__("no tier")}</span>`;
	const color = /^#[0-9a-f]{3,8}$/i.test(tier_colors[tier] || "") ? tier_colors[tier] : "var(--gray-500)";
	return `<span class="kam-tier" style="--kam-tier-color: ${color}">${frappe.utils.escape_html(tier)}</span>`;
}

function level_step(doc) {
	if (!doc.proposed_level || doc.proposed_level === doc.current_level) return "";
	const level = frappe.utils.escape_html(__(doc.proposed_level, null, "Key Account"));
	return ` <span class="small" title="${level}">${level}</span>`;
}

function type_hint(doc) {
	return doc.review_type === "Credit" ? ` <span class="text-muted small">${__("credit only")}</span>` : "";
}

const as_user_date = (date) => `<span>${frappe.datetime.str_to_user(date)}</span>`;

/** How long an open review has waited, which tells more than its day. */
function age(date) {
	const days = frappe.datetime.get_day_diff(frappe.datetime.get_today(), date);
	const color = days > OLD_AFTER_DAYS ? "text-danger" : "text-muted";
	return `<span class="${color}" title="${frappe.datetime.str_to_user(date)}">${__("{0} days old", [days])}</span>`;
}

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
