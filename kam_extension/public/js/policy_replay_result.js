/* The result of a Policy Replay: cards, charts and the orders that change. Figures come from the document alone. */
frappe.provide("kam_extension");

{
	const COLORS = { Pass: "green", Warned: "orange", Blocked: "red", Excepted: "blue" };
	const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));
	const verdict_name = (verdict) => __(verdict, null, "KAM Decision");
	const rule_name = (rule) => __(rule, null, "Price Exception Violation");
	const number = (value) => format_number(value || 0, null, 0);
	const percent = (value) => ((value ?? null) === null ? "–" : `${format_number(value, null, 2)} %`);

	kam_extension.show_replay_result = function (frm) {
		const wrapper = frm.get_field("result").$wrapper.empty();
		if (frm.doc.status !== "Completed" || !frm.doc.summary) return;
		const summary = JSON.parse(frm.doc.summary);
		const money = (value) => format_currency(flt(value), summary.currency, 0);
		wrapper.html(
			`<div class="kam-replay">${cards(frm.doc, summary, money)}${notes(summary)}
			<div class="kam-replay-charts">${kam_extension.replay_chart_places(summary)}</div>${flows(summary)}
			<h5>${escaped(summary.before ? __("Orders That Change") : __("Blocked Orders"))}</h5>
			<div class="kam-replay-changes"></div></div>`
		);
		kam_extension.draw_replay_charts(wrapper, summary, money);
		show_changes(frm, wrapper.find(".kam-replay-changes"), summary);
	};

	function cards(doc, summary, money) {
		const { tried, before } = summary;
		const now = (key) => (before ? __("before: {0}", [key]) : "");
		const net = (side) => money(side?.net?.Blocked);
		const rows = [
			[__("Orders Judged"), number(doc.orders_done), ""],
			[__("Orders Blocked"), number(doc.orders_blocked), now(number(doc.before_orders_blocked))],
			[__("Net Total Blocked"), net(tried), now(net(before))],
			[
				__("Markup Kept"),
				percent(tried.markup.kept),
				[__("required: {0}", [percent(tried.markup.required)]), now(percent(before?.markup.kept))]
					.filter(Boolean)
					.join(" · "),
			],
			[__("Rebate Cost"), money(doc.rebate_cost), now(money(doc.before_rebate_cost))],
			[
				__("Accounts That Change Tier"),
				number(doc.accounts_moved),
				[
					__("{0} up, {1} down", [number(tried.moves.Up), number(tried.moves.Down)]),
					now(number(doc.before_accounts_moved)),
				]
					.filter(Boolean)
					.join(" · "),
			],
		];
		const card = ([label, figure, detail]) =>
			`<div class="kam-replay-card"><div class="text-muted">${escaped(label)}</div>
			<div class="kam-replay-figure">${escaped(figure)}</div>
			<div class="text-muted small">${escaped(detail)}</div></div>`;
		return `<div class="kam-replay-cards">${rows.map(card).join("")}</div>`;
	}

	function notes(summary) {
		const reasons = {
			Credit: __("{0} orders: credit, because their exposure that day was not recorded"),
			Quotation: __("{0} orders: what their quotation exempted, because they were never judged"),
		};
		const lines = Object.entries(summary.not_replayed).map(([code, count]) =>
			escaped((reasons[code] || code).replace("{0}", number(count)))
		);
		if (summary.without_policy) {
			lines.push(
				escaped(
					__("{0} orders are of days without a policy: nothing to compare with", [
						number(summary.without_policy),
					])
				)
			);
		}
		if (summary.has_programmes)
			lines.push(
				escaped(__("Rebate programmes: the rebate cost holds the ladder and special rates only"))
			);
		if (!lines.length) return "";
		const items = lines.map((line) => `<li>${line}</li>`).join("");
		return `<div class="text-muted"><b>${__("Not Replayed")}</b><ul>${items}</ul></div>`;
	}

	/** Tier today → earned, for both policies, as a table of accounts. */
	function flows({ tier_flows, before }) {
		if (!tier_flows?.length) return "";
		const name = (tier) => escaped(tier || __("none"));
		const columns = [
			__("Tier Today"),
			before ? __("Earned, Compared Policy") : null,
			__("Earned, This Policy"),
		];
		const head = [...columns.filter(Boolean).map((text) => `<th>${escaped(text)}</th>`)].join("");
		const rows = tier_flows.map(([today, then, now, count]) => {
			const mark = now === then || (!before && now === today) ? "" : ' class="kam-replay-moved"';
			const middle = before ? `<td>${name(then)}</td>` : "";
			return `<tr${mark}><td>${name(today)}</td>${middle}<td>${name(now)}</td>
				<td class="text-right">${number(count)}</td></tr>`;
		});
		return `<h5>${escaped(__("Tiers"))}</h5><table class="table table-bordered kam-replay-tiers">
			<thead><tr>${head}<th class="text-right">${escaped(__("Key Accounts"))}</th></tr></thead>
			<tbody>${rows.join("")}</tbody></table>`;
	}

	async function show_changes(frm, place, summary) {
		const { message: rows } = await frm.call("largest_changes");
		if (!rows?.length) {
			place.html(
				`<div class="text-muted">${escaped(
					summary.before
						? __("Both policies judge every order the same.")
						: __("The policy blocks no order.")
				)}</div>`
			);
			return;
		}
		const pill = (verdict) =>
			verdict
				? `<span class="indicator-pill no-indicator-dot ${COLORS[verdict] || "gray"}">${escaped(
						verdict_name(verdict)
					)}</span>`
				: "";
		const heads = [
			__("Sales Order"),
			__("Date"),
			__("Customer"),
			__("Effective Net Total"),
			__("Compared"),
			__("This Policy"),
			__("Broken Rules"),
			__("Actual Markup"),
		];
		const cells = (row) => [
			`<a href="#" data-row="${escaped(row.name)}">${escaped(row.sales_order)}</a>`,
			escaped(frappe.datetime.str_to_user(row.order_date)),
			escaped(row.customer_name),
			`<div class="text-right">${escaped(format_currency(row.net_total, summary.currency))}</div>`,
			pill(row.before_verdict),
			pill(row.verdict),
			(row.rules || "")
				.split("\n")
				.filter(Boolean)
				.map((rule) => escaped(rule_name(rule)))
				.join(", "),
			`<div class="text-right">${percent(row.actual_markup)}</div>`,
		];
		place.html(
			`<table class="table table-bordered"><thead><tr>${heads
				.map((head) => `<th>${escaped(head)}</th>`)
				.join("")}</tr></thead><tbody>${rows
				.map(
					(row) =>
						`<tr>${cells(row)
							.map((cell) => `<td>${cell}</td>`)
							.join("")}</tr>`
				)
				.join("")}</tbody></table>`
		);
		place.on("click", "a[data-row]", (event) => {
			event.preventDefault();
			explain(frm, event.currentTarget.dataset.row, event.currentTarget.textContent);
		});
	}

	async function explain(frm, row, sales_order) {
		const { message: page } = await frm.call("explain", { row });
		const dialog = new frappe.ui.Dialog({ title: sales_order, size: "extra-large" });
		// Made and escaped on the server, from what the replay kept.
		dialog.$body.html(page);
		dialog.set_primary_action(__("Open"), () => {
			dialog.hide();
			frappe.set_route("Form", "Policy Replay Order", row);
		});
		dialog.show();
	}
}
