frappe.ui.form.on("Tier Review", {
	setup(frm) {
		frm.set_query("key_account", () => ({ filters: { status: ["!=", "Terminated"] } }));
	},

	refresh(frm) {
		fix_recomputed_proposal(frm);
		show_scorecard(frm);
		show_service_changes(frm);
		if (frm.doc.docstatus === 0 && !frm.is_new()) {
			show_proposal(frm);
		}
	},

	before_workflow_action(frm) {
		return frm.selected_workflow_action === "Reject" ? ask_why_rejected(frm) : Promise.resolve();
	},
});

const MONEY = "money";
const PERCENT = "percent";
const NUMBER = "number";

/** Points with their evidence in full, in place of the bare grid, which stays for printing. */
function show_scorecard(frm) {
	frm.toggle_display("points", false);
	const rows = (frm.doc.points || []).map((row) => scorecard_row(frm, row)).join("");
	const wrapper = frm.fields_dict.scorecard.$wrapper.empty().off("click");
	if (!rows) {
		wrapper.append(`<p class="text-muted">${__("The points appear when the review is saved.")}</p>`);
		return;
	}
	wrapper.append(`
		<table class="table table-bordered">
			<thead><tr>
				<th>${__("Criterion")}</th>
				<th class="text-right">${__("Value")}</th>
				<th class="text-right">${__("Points", null, "Tier Review")}</th>
				<th>${__("Evidence")}</th>
			</tr></thead>
			<tbody>${rows}</tbody>
			<tfoot><tr>
				<th colspan="2">${__("Total Points")}</th>
				<th class="text-right">${frm.doc.total_points}</th>
				<th></th>
			</tr></tfoot>
		</table>`);
	wrapper.on("click", "a[data-metric]", (event) => {
		event.preventDefault();
		show_documents_behind(frm, event.currentTarget.dataset.metric);
	});
}

function show_documents_behind(frm, metric) {
	frappe.require("/assets/kam_extension/js/documents_behind.js", () =>
		kam_extension.show_documents_behind(
			frm.doc.name,
			metric,
			kam_extension.metrics()[metric]?.[0] || metric
		)
	);
}

function scorecard_row(frm, row) {
	const [label, unit] = kam_extension.metrics()[row.metric] || [row.metric, NUMBER];
	return `<tr>
		<td>${criterion_name(frm, row, label)}</td>
		<td class="text-right text-nowrap">${row.is_unknown ? "–" : measured(frm, value_of(frm, row), unit)}</td>
		<td class="text-right text-nowrap">${__("{0} of {1}", [row.points, row.max_points], "Tier Review")}</td>
		<td>${frappe.utils.escape_html(row.evidence || "")}</td>
	</tr>`;
}

/** Opens the documents behind a number that the reader may see. */
function criterion_name(frm, row, label) {
	const name = frappe.utils.escape_html(label);
	const opens = !frm.is_new() && value_of(frm, row) !== undefined;
	return opens ? `<a href="#" data-metric="${frappe.utils.escape_html(row.metric)}">${name}</a>` : name;
}

/** Values are for readers of cost (R82); the server hands the others those that tell nothing of it. */
function value_of(frm, row) {
	return row.value ?? frm.doc.__onload?.values?.[row.metric];
}

function measured(frm, value, unit) {
	if (value === undefined || value === null) return "";
	if (unit === MONEY) {
		return format_currency(value, frappe.get_doc(":Company", frm.doc.company)?.default_currency);
	}
	return unit === PERCENT ? `${format_number(value, null, 2)} %` : format_number(value, null, 0);
}

/** What approval changes for the customer, in place of the bare grid, which stays for printing. */
function show_service_changes(frm) {
	frm.toggle_display("services", false);
	const rows = frm.doc.services || [];
	const wrapper = frm.fields_dict.service_changes.$wrapper.empty();
	if (!rows.length) {
		wrapper.append(`<p class="text-muted">${no_services_text(frm)}</p>`);
		return;
	}
	wrapper.append(`
		<table class="table table-bordered kam-services">
			<thead><tr>
				<th>${__("Service", null, "Tier Review Service")}</th>
				<th>${__("Now: {0}", [tier_name(frm.doc.current_tier)])}</th>
				<th>${__("Then: {0}", [tier_name(frm.doc.proposed_tier)])}</th>
			</tr></thead>
			<tbody>${rows.map(service_row).join("")}</tbody>
		</table>`);
}

function no_services_text(frm) {
	return frm.is_new()
		? __("What changes appears when the review is saved.")
		: __("No KAM Policy is in force for the home company today, so no services follow from the tier.");
}

const OWN_WORDS = {
	"Customer's own": () => __("Customer's own"),
	"Account Manager": () => __("Account Manager"),
};

function service_row(row) {
	const changes = row.current_value !== row.proposed_value;
	const note = row.note ? `<div class="text-muted small">${frappe.utils.escape_html(row.note)}</div>` : "";
	const then = changes ? `<b>${service_value(row.proposed_value)}</b>` : __("as now");
	return `<tr>
		<td>${frappe.utils.escape_html(__(row.service, null, "Tier Review Service"))}${note}</td>
		<td>${service_value(row.current_value)}</td>
		<td class="${changes ? "" : "text-muted"}">${then}</td>
	</tr>`;
}

function service_value(value) {
	const own = OWN_WORDS[value];
	return frappe.utils.escape_html(own ? own() : __(value || ""));
}

/** A rejection needs its reason, which the server asks for too (tier_reviews.prepare). */
function ask_why_rejected(frm) {
	frappe.dom.unfreeze();
	return new Promise((resolve) => {
		frappe.prompt(
			{
				fieldname: "reason",
				fieldtype: "Small Text",
				label: __("Reason for the Rejection"),
				reqd: 1,
			},
			async ({ reason }) => {
				await frm.set_value("rejection_reason", reason);
				await frm.save();
				frappe.dom.freeze();
				resolve();
			},
			__("Reject this Review"),
			__("Reject")
		);
	});
}

/** What the recompute proposes is fixed; the server refuses a change (review_drafts.py). */
function fix_recomputed_proposal(frm) {
	for (const fieldname of ["key_account", "as_of_date", "proposed_tier", "proposed_level"]) {
		frm.set_df_property(fieldname, "read_only", frm.doc.tier_run ? 1 : 0);
	}
}

function show_proposal(frm) {
	const rejected = frm.doc.status === "Rejected";
	const color = rejected ? "red" : frm.doc.direction === "Downgrade" ? "orange" : "blue";
	frm.dashboard.add_comment(rejected ? rejection_text(frm) : proposal_text(frm), color, true);
	if (!rejected && frm.doc.level_needs_judgement && !frm.doc.level_judgement) {
		frm.dashboard.add_comment(
			__(
				"Level {0} depends on a judgement: whoever approves says below whether it is confirmed, and why.",
				[level_name(frm.doc.proposed_level)]
			),
			"yellow",
			true
		);
	}
}

function rejection_text(frm) {
	return __("This review was rejected: {0} stays. {1}", [
		tier_name(frm.doc.current_tier),
		frappe.utils.escape_html(frm.doc.rejection_reason || ""),
	]);
}

function proposal_text(frm) {
	const { current_tier, proposed_tier, current_level, proposed_level, review_type } = frm.doc;
	if (review_type === "Credit") {
		return __("Credit terms from those of {0} to those of {1}: take effect when approved.", [
			tier_name(current_tier),
			tier_name(proposed_tier),
		]);
	}
	const parts = [];
	if ((current_tier || "") !== (proposed_tier || "")) {
		parts.push(__("tier from {0} to {1}", [tier_name(current_tier), tier_name(proposed_tier)]));
	}
	if ((current_level || "") !== (proposed_level || "")) {
		parts.push(__("level from {0} to {1}", [level_name(current_level), level_name(proposed_level)]));
	}
	return parts.length
		? __("Takes effect when approved: {0}", [parts.join(", ")])
		: __("Proposes what the account has already.");
}

const tier_name = (tier) => `<b>${frappe.utils.escape_html(tier || __("no tier"))}</b>`;

const level_name = (level) =>
	`<b>${frappe.utils.escape_html(level ? __(level, null, "Key Account") : __("no level"))}</b>`;
