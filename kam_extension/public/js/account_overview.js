/* The top of a Key Account form: how the account stands and what comes next, from one call (R64). */
frappe.provide("kam_extension");
{
	const METHOD = "kam_extension.kam_extension.doctype.key_account.key_account.overview";
	const STATUS_COLORS = {
		Prospect: "blue",
		Active: "green",
		Watch: "orange",
		Suspended: "red",
		Terminated: "gray",
	};
	const RISK_COLORS = { Low: "green", Medium: "yellow", High: "orange", Critical: "red" };
	const HEALTH_COLORS = { Good: "green", Fair: "orange", Poor: "red" };
	const escape = (text) => frappe.utils.escape_html(String(text ?? ""));
	const day = (date) => frappe.datetime.str_to_user(date);
	const is_past = (date) => date < frappe.datetime.get_today();

	kam_extension.show_account_overview = async (frm) => {
		const wrapper = frm.fields_dict.overview.$wrapper;
		const name = frm.doc.name;
		wrapper.html(state(frm.doc));
		const { message } = await frappe.call({ method: METHOD, args: { key_account: name } });
		if (frm.doc.name !== name) return;
		wrapper.find(".kam-overview").append(blocks(frm.doc, message));
	};

	function state(doc) {
		const overridden = doc.tier_override && !is_past(doc.tier_override_until);
		const tier = overridden ? doc.tier_override : doc.tier;
		const pills = [
			pill(__(doc.status, null, "Key Account"), STATUS_COLORS[doc.status]),
			pill(tier ? __("Tier {0}", [tier]) : __("No tier"), "blue"),
			pill(__(doc.account_class, null, "Key Account"), "gray"),
			doc.account_level && pill(__(doc.account_level, null, "Key Account"), "gray"),
			doc.risk_level &&
				pill(__("Risk: {0}", [__(doc.risk_level, null, "Key Account")]), RISK_COLORS[doc.risk_level]),
			doc.health_band &&
				pill(
					__("Health: {0} of 100, {1}", [
						doc.health_score,
						__(doc.health_band, null, "Key Account"),
					]),
					HEALTH_COLORS[doc.health_band]
				),
		];
		return `<div class="kam-overview"><div class="kam-overview-state">${pills
			.filter(Boolean)
			.join("")}</div></div>`;
	}

	const pill = (text, color) =>
		`<span class="indicator-pill no-indicator-dot ${color}">${escape(text)}</span>`;

	function blocks(doc, found) {
		const currency = found.currency;
		return `<div class="kam-overview-blocks">${[
			found.money && block(__("Revenue"), revenue(found.money, currency)),
			found.money && block(__("Receivables"), receivables(found.money, currency)),
			found.rebates && block(__("Rebates"), rebates(found.rebates, currency)),
			block(__("Next Steps"), steps(doc, found)),
			found.group &&
				block(__("Group of {0} accounts", [found.group.accounts]), group(found.group, currency)),
		]
			.filter(Boolean)
			.join("")}</div>`;
	}

	const block = (title, rows) => `<section>
		<h6>${escape(title)}</h6>
		<dl>${rows
			.filter(Boolean)
			.map(
				([label, value, color]) => `<dt>${escape(label)}</dt><dd class="${color || ""}">${value}</dd>`
			)
			.join("")}</dl>
	</section>`;

	const money = (amount, currency) => escape(strip(format_currency(amount, currency, 0)));
	const strip = (html) => $("<div>").html(html).text();
	const percent = (value) => `${value > 0 ? "+" : ""}${escape(format_number(value, null, 1))} %`;

	const revenue = (figures, currency) => [
		[__("Last twelve months"), money(figures.revenue, currency)],
		[__("Twelve months before"), money(figures.revenue_before, currency)],
		figures.growth !== null && [
			__("Change"),
			percent(figures.growth),
			figures.growth < 0 ? "text-danger" : "text-success",
		],
	];

	const receivables = (figures, currency) => [
		[__("Outstanding"), money(figures.outstanding, currency)],
		[
			__("Overdue"),
			figures.overdue > 0
				? `${money(figures.overdue, currency)} (${escape(__("{0} days", [figures.days_overdue]))})`
				: money(0, currency),
			figures.overdue > 0 ? "text-danger" : "",
		],
		figures.credit_limit
			? [
					__("Credit limit used"),
					`${escape(format_number(figures.limit_use, null, 0))} % ${escape(
						__("of {0}", [strip(format_currency(figures.credit_limit, currency, 0))])
					)}`,
					figures.limit_use > 100 ? "text-danger" : "",
				]
			: [__("Exposure"), money(figures.exposure, currency)],
	];

	const rebates = (figures, currency) => [
		[__("Requested, in approval"), money(figures.in_approval, currency)],
		[__("Approved, to settle"), money(figures.to_settle, currency)],
	];

	const group = (figures, currency) => [
		[__("Revenue of twelve months"), money(figures.revenue, currency)],
		[__("Orders of twelve months"), escape(figures.orders)],
		[__("Outstanding"), money(figures.outstanding, currency)],
		[__("Overdue"), money(figures.overdue, currency), figures.overdue > 0 ? "text-danger" : ""],
		[__("Exposure"), money(figures.exposure, currency)],
	];

	function steps(doc, found) {
		return [
			visit(doc, found.next_visit),
			found.actions && actions(found.actions),
			doc.next_report_due && [__("Account report due"), escape(day(doc.next_report_due))],
			found.agreement && agreement(found.agreement),
			found.health && [
				__("Weakest in health"),
				`${escape(__(found.health.part, null, "Key Account Health Part"))}, ${escape(
					__("{0} points", [format_number(found.health.points, null, 0)])
				)}`,
			],
			...found.approvals.map(approval),
		];
	}

	function visit(doc, planned) {
		if (planned) {
			const link = frappe.utils.get_form_link("Visit Log", planned.name, true, day(planned.visit_date));
			return [__("Next visit"), link, is_past(planned.visit_date) ? "text-danger" : ""];
		}
		if (!doc.next_visit_due) return null;
		const late = is_past(doc.next_visit_due) ? "text-danger" : "";
		return [__("Visit due, none planned"), escape(day(doc.next_visit_due)), late];
	}

	const actions = (found) => [
		__("Open actions"),
		found.overdue ? escape(__("{0}, {1} overdue", [found.open, found.overdue])) : escape(found.open),
		found.overdue ? "text-danger" : "",
	];

	const agreement = (found) => [
		__("Agreement ends"),
		`${frappe.utils.get_form_link(
			"Key Account Agreement",
			found.name,
			true,
			escape(found.title)
		)}, ${escape(__("in {0} days", [found.days]))}`,
		"text-warning",
	];

	const approval = (found) => [
		__("Draft: {0}", [__(found.doctype)]),
		`<a href="/app/${frappe.router.slug(found.doctype)}?key_account=${encodeURIComponent(
			cur_frm.doc.name
		)}&docstatus=0">${escape(found.count)}</a>`,
	];
}
