/* What the policy panel shows, as HTML: an answer of `kam_extension.api.preview`, or a document's stored figures. */
frappe.provide("kam_extension");

{
	const COLORS = {
		Pass: "green",
		Warned: "orange",
		Blocked: "red",
		Excepted: "blue",
		"Not Applicable": "gray",
	};
	const MOST_ROWS = 8;
	const apply_button = () =>
		`<p><button class="btn btn-xs btn-primary kam-panel-apply">${__("Apply Passing Prices")}</button></p>`;
	const EARLIER = `<div class="kam-panel-earlier text-muted"></div>`;
	const RULE_CONTEXT = "Price Exception Violation"; // its Select field names the rules

	function live(answer, doc) {
		if (!answer.policy && !answer.violations?.length) {
			const has_items = (doc.items || []).some((row) => row.item_code && row.qty);
			return note(
				has_items
					? __("No key account policy is in force.")
					: __("Enter an item and its quantity to see what the policy says.")
			);
		}
		return [
			headline(doc.doctype, answer.verdict, answer.tier, answer.policy),
			figures(answer, company_currency(doc)),
			findings(answer),
			is_uncovered(answer) ? low_rates(answer.floor_rates, doc) : "",
			answer.is_about_price ? apply_button() : "",
			cost_table(answer, company_currency(doc)),
			EARLIER,
		].join("");
	}

	function stored(doc, may_see_cost) {
		if (!doc.kam_verdict) return note(__("The policy has not judged this document."));
		const currency = company_currency(doc);
		const answer = {
			cost: null,
			required_markup: doc.kam_required_markup,
			actual_markup: doc.kam_actual_markup,
			net_markup: doc.kam_net_markup,
			rebate_rate: doc.kam_rebate_rate,
		};
		const exception = doc.kam_price_exception;
		return [
			headline(doc.doctype, doc.kam_verdict, doc.kam_tier, doc.kam_policy),
			figures({ net: doc.kam_effective_net }, currency),
			exception ? `<p>${__("Price Exception")}: ${link_to("Price Exception", exception)}</p>` : "",
			may_see_cost ? cost_table(answer, currency) : "",
			EARLIER,
		].join("");
	}

	function failure(problem) {
		const text = problem
			? escaped(problem)
			: __("The policy could not be checked just now. The document is checked when it is submitted.");
		const again = `<button class="btn btn-xs btn-default kam-panel-retry">${__("Check Again")}</button>`;
		return note(text) + again;
	}

	function headline(doctype, verdict, tier, policy) {
		const color = COLORS[verdict] || "gray";
		const facts = [
			tier ? __("Tier {0}", [escaped(tier)]) : __("No tier"),
			policy && frappe.model.can_read("KAM Policy") ? link_to("KAM Policy", policy) : escaped(policy),
		];
		return `<div class="kam-panel-head">
			<span class="indicator-pill ${color} kam-panel-verdict">${__(verdict, null, doctype)}</span>
			<span class="text-muted">${facts.filter(Boolean).join(" · ")}</span>
			<span class="kam-panel-why"></span>
		</div>`;
	}

	function figures(answer, currency) {
		const differs = answer.passing_net > answer.required_net && answer.passing_net > answer.judged_net;
		const shown = [
			[__("Net Total", null, "Policy Panel"), answer.judged_net ?? answer.net],
			[__("Required"), answer.required_net],
			[__("Passes From"), differs ? answer.passing_net : null],
		];
		return pairs(shown.map(([label, amount]) => [label, money(amount, currency)]));
	}

	function findings(answer) {
		if (!answer.violations.length) return "";
		const sentences = answer.violations.map((violation) => {
			const color = violation.exception ? "blue" : violation.action === "Block" ? "red" : "orange";
			const covered = violation.exception ? link_to("Price Exception", violation.exception) : "";
			return `<li class="indicator ${color}"><span><b>${__(violation.rule, null, RULE_CONTEXT)}</b>: ${escaped(
				violation.message
			)} ${covered}</span></li>`;
		});
		const waiting = answer.open_exception
			? `<p>${__("Price Exception {0} is waiting for approval.", [
					link_to("Price Exception", answer.open_exception),
				])}</p>`
			: "";
		const way_out = is_uncovered(answer)
			? `<p class="kam-panel-way-out">${escaped(answer.way_out)}</p>`
			: "";
		return `<ul class="kam-panel-findings">${sentences.join("")}</ul>${waiting || way_out}`;
	}

	/** Rows whose price has to rise, with the lowest rate that passes: what a salesperson types next. */
	function low_rates(floors, doc) {
		const rows = (doc.items || []).filter((row) => row.item_code && row.net_rate < floors[row.idx]);
		if (!rows.length) return "";
		const head = [__("No."), __("Item"), __("Net Rate"), __("Lowest Net Rate")];
		const body = rows.slice(0, MOST_ROWS).map((row) => {
			const rates = [row.net_rate, floors[row.idx]].map((rate) => format_currency(rate, doc.currency));
			const cells = [row.idx, escaped(row.item_name || row.item_code), ...rates];
			return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
		});
		const more = rows.length > MOST_ROWS ? note(__("and {0} more rows", [rows.length - MOST_ROWS])) : "";
		return `<table class="kam-panel-rows"><thead><tr>${head
			.map((label) => `<th>${label}</th>`)
			.join("")}</tr></thead><tbody>${body.join("")}</tbody></table>${more}`;
	}

	function other_decisions(decisions) {
		if (!decisions.length) return "";
		const links = decisions.map(({ name, verdict, decided_at }) => {
			const label = `${__(verdict, null, "KAM Decision")}, ${frappe.datetime.str_to_user(decided_at)}`;
			return link_to("KAM Decision", name, label);
		});
		return `${__("Other decisions:")} ${links.join(" · ")}`;
	}

	function cost_table(answer, currency) {
		if (answer.required_markup === undefined) return "";
		return pairs([
			[__("Cost"), money(answer.cost, currency)],
			[__("Required Markup"), percent(answer.required_markup)],
			[__("Actual Markup"), percent(answer.actual_markup)],
			[__("Net Markup"), percent(answer.net_markup)],
			[__("Rebate Rate"), percent(answer.rebate_rate)],
		]);
	}

	/** Label over value, side by side; values that are unknown are left out. */
	function pairs(rows) {
		const cells = rows
			.filter(([, value]) => value !== null)
			.map(([label, value]) => `<div><dt>${label}</dt><dd>${value}</dd></div>`);
		return cells.length ? `<dl class="kam-panel-figures">${cells.join("")}</dl>` : "";
	}

	const is_uncovered = (answer) => answer.violations.some((violation) => !violation.exception);
	const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));
	const note = (text) => `<p class="text-muted">${text}</p>`;
	const money = (amount, currency) =>
		(amount ?? null) === null ? null : format_currency(amount, currency);
	const percent = (value) => ((value ?? null) === null ? null : `${format_number(value, null, 2)} %`);
	const company_currency = (doc) => frappe.get_doc(":Company", doc.company)?.default_currency;

	function link_to(doctype, name, label = name) {
		return `<a href="${frappe.utils.get_form_link(doctype, name)}">${escaped(label)}</a>`;
	}

	kam_extension.policy_view = {
		COLORS,
		live,
		stored,
		failure,
		note,
		link_to,
		is_uncovered,
		other_decisions,
	};
}
