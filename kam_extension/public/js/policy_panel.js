/* The live policy panel of selling documents (R30): what the policy would say about what is on the screen. */
frappe.provide("kam_extension");

{
	const view = kam_extension.policy_view;
	const QUIET_PERIOD = 400; // milliseconds without a change before the server is asked
	const PATIENCE = 20000; // milliseconds until an unanswered call counts as failed
	const COST_LEVEL = 3;
	const MOST_DECISIONS = 6;
	const FIGURES = new Set([
		"kam_policy",
		"kam_verdict",
		"kam_price_exception",
		"kam_effective_net",
		"kam_exchange_rate",
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
			kam_extension.format_floor_rates(options);
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
			this.floors = new kam_extension.FloorRates(frm);
			this.is_asking = false;
		}

		refresh() {
			clearTimeout(this.timer);
			this.clear();
			this.decisions = null;
			this.floors.show_column(Boolean(this.frm.doc.kam_key_account));
			if (this.is_draft()) {
				this.ask();
			} else if (this.frm.doc.kam_key_account) {
				this.show_stored();
			}
		}

		clear() {
			this.shown = null;
			this.offer_exception(false);
			this.draw("");
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
			if (!this.is_draft()) return;
			this.floors.show_column(Boolean(this.frm.doc.kam_key_account));
			if (!this.frm.doc.kam_key_account) return this.clear();
			const picture = picture_of(this.frm.doc);
			if (this.is_asking || picture === this.shown) return;
			this.is_asking = true;
			this.show_waiting();
			const reply = await preview(picture).catch(() => ({}));
			this.is_asking = false;
			if (picture !== picture_of(this.frm.doc)) {
				this.ask();
			} else if (reply.answer) {
				this.shown = picture;
				this.show(reply.answer);
			} else {
				this.show_failure(reply.problem);
			}
		}

		show(answer) {
			this.floors.write(answer.floor_rates || {}, view.is_uncovered(answer));
			this.offer_exception(answer.may_request_exception && !answer.open_exception);
			this.draw(view.live(answer, this.frm.doc), view.COLORS[answer.verdict]);
			this.show_decisions();
		}

		/** Row number → rate that passes, for what is on the screen now; nothing when no price can pass. */
		async passing_rates() {
			const reply = await preview(picture_of(this.frm.doc), { with_passing_rates: 1 });
			return reply.answer?.passing_rates;
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
				this.draw(view.note(__("Checking the key account policy …")));
			} else {
				this.wrapper().find(".kam-panel").addClass("kam-panel-waiting");
			}
		}

		show_failure(problem) {
			this.shown = null;
			this.offer_exception(false);
			this.draw(view.failure(problem));
			this.wrapper()
				.find(".kam-panel-retry")
				.on("click", () => this.ask());
		}

		async show_stored() {
			const doc = this.frm.doc;
			const may_see_cost = Boolean(this.frm.perm[COST_LEVEL]?.read);
			this.draw(view.stored(doc, may_see_cost), view.COLORS[doc.kam_verdict]);
			this.show_decisions();
		}

		/** "Why?": the records of this document, of a draft its earlier refusals; read once for each time it is opened. */
		async show_decisions() {
			const { doc } = this.frm;
			if (doc.__islocal || !frappe.model.can_read("KAM Decision")) return;
			this.decisions ??= decisions_of(doc);
			const decisions = await this.decisions;
			if (doc !== this.frm.doc || !decisions.length) return;
			const panel = this.wrapper();
			// A refused change of a submitted document is not why it stands as it does.
			const reason = this.is_draft() ? null : decisions.find(({ verdict }) => verdict !== "Blocked");
			if (reason)
				panel.find(".kam-panel-why").html(view.link_to("KAM Decision", reason.name, __("Why?")));
			const others = decisions.filter((decision) => decision !== reason);
			panel.find(".kam-panel-earlier").html(view.other_decisions(others));
		}

		draw(content, color = "gray") {
			this.wrapper().html(content && `<div class="kam-panel kam-panel-${color}">${content}</div>`);
			this.wrapper()
				.find(".kam-panel-apply")
				.on("click", () => {
					const { doctype, docname } = this.frm;
					kam_extension.apply_passing_prices({ doctype, name: docname });
				});
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

	/** `{answer}` or `{problem}`. Not `frappe.call`: what goes wrong shows in the panel, never as a popup. */
	async function preview(picture, options = {}) {
		const response = await fetch("/api/method/kam_extension.api.preview", {
			method: "POST",
			headers: {
				"Content-Type": "application/json",
				Accept: "application/json",
				"X-Frappe-CSRF-Token": frappe.csrf_token,
			},
			body: JSON.stringify({ doc: picture, ...options }),
			signal: AbortSignal.timeout(PATIENCE),
		});
		const reply = await response.json();
		return response.ok ? { answer: reply.message } : { problem: problem_in(reply) };
	}

	/** What the server refused in the document, as plain text; nothing for a failure of the server itself. */
	function problem_in(reply) {
		if (!reply.exc_type?.endsWith("Error") || !reply._server_messages) return "";
		const { message } = JSON.parse(JSON.parse(reply._server_messages).at(-1));
		return new DOMParser().parseFromString(message, "text/html").body.textContent;
	}

	/** The latest records first. */
	function decisions_of(doc) {
		return frappe.db.get_list("KAM Decision", {
			fields: ["name", "verdict", "decided_at"],
			filters: { reference_doctype: doc.doctype, reference_name: doc.name },
			order_by: "decided_at desc",
			limit: MOST_DECISIONS,
		});
	}
}
