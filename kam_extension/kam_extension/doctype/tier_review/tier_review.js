frappe.ui.form.on("Tier Review", {
	setup(frm) {
		frm.set_query("key_account", () => ({ filters: { status: ["!=", "Terminated"] } }));
	},

	refresh(frm) {
		fix_recomputed_proposal(frm);
		show_scorecard(frm);
		if (frm.doc.docstatus === 0 && !frm.is_new()) {
			show_proposal(frm);
		}
	},
});

const MONEY = "money";
const PERCENT = "percent";
const NUMBER = "number";

const METRICS = {
	contract_amount: [__("Contract Amount"), MONEY],
	collected: [__("Collected"), MONEY],
	revenue: [__("Revenue"), MONEY],
	revenue_growth: [__("Revenue Growth"), PERCENT],
	gross_margin: [__("Gross Margin"), PERCENT],
	receivable_balance: [__("Receivable Balance"), MONEY],
	overdue_days_max: [__("Most Days Overdue"), NUMBER],
	on_time_payment_share: [__("Paid on Time"), PERCENT],
	price_premium: [__("Price Premium"), PERCENT],
	order_count: [__("Orders"), NUMBER],
	tenure_months: [__("Months as Customer"), NUMBER],
	complaint_count: [__("Complaints"), NUMBER],
	satisfaction: [__("Satisfaction"), PERCENT],
	strategic_influence: [__("Strategic Influence"), NUMBER],
};

/** Points with their evidence in full, in place of the bare grid, which stays for printing. */
function show_scorecard(frm) {
	frm.toggle_display("points", false);
	const rows = (frm.doc.points || []).map((row) => scorecard_row(frm, row)).join("");
	const wrapper = frm.fields_dict.scorecard.$wrapper.empty();
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
}

function scorecard_row(frm, row) {
	const [label, unit] = METRICS[row.metric] || [row.metric, NUMBER];
	return `<tr>
		<td>${frappe.utils.escape_html(label)}</td>
		<td class="text-right text-nowrap">${measured(frm, value_of(frm, row), unit)}</td>
		<td class="text-right text-nowrap">${__("{0} of {1}", [row.points, row.max_points])}</td>
		<td>${frappe.utils.escape_html(row.evidence || "")}</td>
	</tr>`;
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

/** What the recompute proposes is fixed; the server refuses a change (tier_reviews.prepare). */
function fix_recomputed_proposal(frm) {
	for (const fieldname of ["key_account", "as_of_date", "proposed_tier"]) {
		frm.set_df_property(fieldname, "read_only", frm.doc.tier_run ? 1 : 0);
	}
}

function show_proposal(frm) {
	const rejected = frm.doc.status === "Rejected";
	const text = rejected
		? __("This review was rejected: {0} stays.", [tier_name(frm.doc.current_tier)])
		: __("From {0} to {1}: takes effect when approved.", [
				tier_name(frm.doc.current_tier),
				tier_name(frm.doc.proposed_tier),
			]);
	const color = rejected ? "red" : frm.doc.direction === "Downgrade" ? "orange" : "blue";
	frm.dashboard.add_comment(text, color, true);
}

const tier_name = (tier) => `<b>${frappe.utils.escape_html(tier || __("no tier"))}</b>`;
