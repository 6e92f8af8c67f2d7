/* The live policy panel of selling documents (R30): what the policy would say about what is on the screen. */
frappe.provide("kam_extension");

kam_extension.VERDICT_COLORS = {
	Pass: "green",
	Warned: "orange",
	Blocked: "red",
	Excepted: "blue",
	"Not Applicable": "gray",
};

{
	const QUIET_PERIOD = 400; // milliseconds without a change before the server is asked
	const PATIENCE = 20000; // milliseconds until an unanswered call counts as failed
	const COST_LEVEL = 3;
	const MOST_ROWS = 8;
	const RULE_CONTEXT = "Price Exception Violation"; // its Select field names the rules
	const FIGURES = new Set([
		"kam_policy",
		"kam_verdict",
		"kam_price_exception",
		"kam_effective_net",
		"kam_required_markup",
		"kam_actual_markup",
		"kam_net_markup",
		"kam_rebate_rate",
		"kam_unit_cost",
		"kam_floor_rate",
	]);
	const PRIVATE = /^_|^(modified|modified_by|creation|owner)$/;

	/** Show the panel on forms of `doctype` and keep it in step with every change of the document or its rows. */
	kam_extension.watch_document = function (doctype) {
		const changed = (_field, _value, doc) => panel_of(doc)?.schedule();
		const tables = frappe.meta.get_table_fields(doctype);
		for (const watched of [doctype, ...new Set(tables.map((field) => field.options))]) {
			frappe.model.on(watched, "*", changed);
		}
		for (const { fieldname, options } of tables) {
			frappe.ui.form.on(options, `${fieldname}_remove`, (frm) => frm.kam_panel?.schedule());
		}
		frappe.ui.form.on(doctype, "refresh", (frm) => {
			// The server stamps the account; for a seller who may not open its file the check would only fail.
			frm.fields_dict.kam_key_account.df.ignore_link_validation = 1;
			frm.kam_panel ??= new PolicyPanel(frm);
			frm.kam_panel.refresh();
		});
	};

	function panel_of(doc) {
		const form = window.cur_frm;
		const name = doc.parent || doc.name;
		return form && form.docname === name && (doc.parenttype || doc.doctype) === form.doctype
			? form.kam_panel
			: null;
	}

	class PolicyPanel {
		constructor(frm) {
			this.frm = frm;
			this.is_asking = false;
		}

		refresh() {
			clearTimeout(this.timer);
			this.shown = null;
			this.offer_exception(false);
			if (!this.frm.doc.kam_key_account) {
				this.draw("");
			} else if (this.is_draft()) {
				this.ask();
			} else {
				this.show_stored();
			}
		}

		/** A draft is judged live; of a submitted document its own record is shown. */
		is_draft() {
			return this.frm.doc.docstatus === 0;
		}

		schedule() {
			clearTimeout(this.timer);
			this.timer = setTimeout(() => this.ask(), QUIET_PERIOD);
		}

		/** One call at a time; an answer about what is no longer on the screen is dropped and asked for anew. */
		async ask() {
			if (!this.frm.doc.kam_key_account || !this.is_draft()) return;
			const picture = picture_of(this.frm.doc);
			if (this.is_asking || picture === this.shown) return;
			this.is_asking = true;
			this.show_waiting();
			const answer = await preview(picture).catch(() => null);
			this.is_asking = false;
			if (picture !== picture_of(this.frm.doc)) {
				this.ask();
			} else if (answer) {
				this.shown = picture;
				this.show(answer);
			} else {
				this.show_failure();
			}
		}

		show(answer) {
			this.write_floor_rates(answer.floor_rates || {});
			this.offer_exception(is_uncovered(answer) && !answer.open_exception);
			this.draw(live_view(answer, this.frm.doc), kam_extension.VERDICT_COLORS[answer.verdict]);
		}

		/** Straight into the rows: the figure is information, it must not make the form unsaved. */
		write_floor_rates(rates) {
			const grid = this.frm.fields_dict.items.grid;
			for (const row of this.frm.doc.items || []) {
				row.kam_floor_rate = rates[row.idx] || 0;
				grid.grid_rows_by_docname[row.name]?.refresh_field("kam_floor_rate");
			}
		}

		offer_exception(is_wanted) {
			const label = __("Request Price Exception");
			this.frm.remove_custom_button(label);
			if (is_wanted && this.frm.perm[0]?.write && frappe.model.can_create("Price Exception")) {
				const { doctype, docname } = this.frm;
				this.frm.add_custom_button(label, () =>
					kam_extension.request_exception({ doctype, name: docname })
				);
			}
		}

		show_waiting() {
			if (this.shown === null) {
				this.draw(note(__("Checking the key account policy …")));
			} else {
				this.wrapper().find(".kam-panel").addClass("kam-panel-waiting");
			}
		}

		show_failure() {
			this.shown = null;
			this.draw(
				`${note(
					__(
						"The policy could not be checked just now. The document is checked when it is submitted."
					)
				)}<button class="btn btn-xs btn-default kam-panel-retry">${__("Check Again")}</button>`
			);
			this.wrapper()
				.find(".kam-panel-retry")
				.on("click", () => this.ask());
		}

		async show_stored() {
			const doc = this.frm.doc;
			const may_see_cost = Boolean(this.frm.perm[COST_LEVEL]?.read);
			this.draw(stored_view(doc, may_see_cost), kam_extension.VERDICT_COLORS[doc.kam_verdict]);
			if (!frappe.model.can_read("KAM Decision")) return;
			const decision = await latest_decision(doc);
			if (decision && doc === this.frm.doc) {
				this.wrapper()
					.find(".kam-panel-why")
					.html(link_to("KAM Decision", decision, __("Why?")));
			}
		}

		draw(content, color = "gray") {
			this.wrapper().html(content && `<div class="kam-panel kam-panel-${color}">${content}</div>`);
		}

		wrapper() {
			return this.frm.fields_dict.kam_policy_panel.$wrapper;
		}
	}

	/** What the verdict depends on, as text: the document without our own figures and the desk's private fields. */
	function picture_of(doc) {
		return JSON.stringify(doc, (key, value) => (is_irrelevant(key) ? undefined : value));
	}

	function is_irrelevant(key) {
		return FIGURES.has(key) || (PRIVATE.test(key) && key !== "__islocal");
	}

	/** Not `frappe.call`: whatever goes wrong shows in the panel, never as a popup over somebody's typing. */
	async function preview(picture) {
		const response = await fetch("/api/method/kam_extension.api.preview", {
			method: "POST",
			headers: {
				"Content-Type": "application/json",
				Accept: "application/json",
				"X-Frappe-CSRF-Token": frappe.csrf_token,
			},
			body: JSON.stringify({ doc: picture }),
			signal: AbortSignal.timeout(PATIENCE),
		});
		return response.ok ? (await response.json()).message : null;
	}

	async function latest_decision(doc) {
		const [decision] = await frappe.db.get_list("KAM Decision", {
			filters: { reference_doctype: doc.doctype, reference_name: doc.name },
			order_by: "decided_at desc",
			limit: 1,
		});
		return decision?.name;
	}

	function live_view(answer, doc) {
		if (!answer.policy) {
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
			cost_table(answer, company_currency(doc)),
		].join("");
	}

	function stored_view(doc, may_see_cost) {
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
		].join("");
	}

	function headline(doctype, verdict, tier, policy) {
		const color = kam_extension.VERDICT_COLORS[verdict] || "gray";
		const facts = [
			tier ? __("Tier {0}", [escaped(tier)]) : __("No tier"),
			frappe.model.can_read("KAM Policy") ? link_to("KAM Policy", policy) : escaped(policy),
		];
		return `<div class="kam-panel-head">
			<span class="indicator-pill ${color} kam-panel-verdict">${__(verdict, null, doctype)}</span>
			<span class="text-muted">${facts.join(" · ")}</span>
			<span class="kam-panel-why"></span>
		</div>`;
	}

	function figures(answer, currency) {
		const differs = answer.passing_net > answer.required_net && answer.passing_net > answer.judged_net;
		const shown = [
			[__("Net Total"), answer.judged_net ?? answer.net],
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
}
