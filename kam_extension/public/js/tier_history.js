/* The tier of a Key Account over time: a line by rank, and every change with who, when, why and from which review (R19). */
frappe.provide("kam_extension");
{
	const METHOD = "kam_extension.kam_extension.doctype.key_account.key_account.tier_timeline";
	const STEPS = 120;
	const DAY = 24 * 60 * 60 * 1000;
	const SHORTEST = 7 * DAY;

	kam_extension.show_tier_history = async (frm) => {
		const wrapper = frm.fields_dict.tier_history.$wrapper;
		const name = frm.doc.name;
		const { message } = await frappe.call({ method: METHOD, args: { key_account: name } });
		if (frm.doc.name !== name) return;
		wrapper.empty();
		wrapper.append(latest_review(message.latest_review));
		if (!message.changes.length) {
			wrapper.append(
				`<p class="text-muted">${__("No tier was given yet. The first one shows here.")}</p>`
			);
			return;
		}
		const chart = $('<div class="kam-tier-chart"></div>').appendTo(wrapper);
		wrapper.append(change_table(message.changes));
		draw(chart, message);
	};

	function latest_review(review) {
		if (!review) return `<p class="text-muted">${__("No tier review yet.")}</p>`;
		const link = frappe.utils.get_form_link("Tier Review", review.name, true);
		const points = format_number(review.total_points, null, 2).replace(/[.,]00$/, "");
		const text = __("{0} points as of {1}: review {2}, {3}", [
			`<b>${points}</b>`,
			frappe.datetime.str_to_user(review.as_of_date),
			link,
			frappe.utils.escape_html(__(review.status, null, "Tier Review")),
		]);
		return `<p>${text}</p>`;
	}

	/** The time axis is cut into equal steps, so that a long spell looks long; each shows the tier at its end. */
	function draw(chart, { tiers, periods }) {
		const heights = heights_of(tiers, periods);
		const ends = step_ends(periods);
		const at = ends.map((end) => period_at(periods, end));
		const names = Object.fromEntries(Object.entries(heights).map(([tier, height]) => [height, tier]));
		const name_of = (height) => (height === 0 ? __("none") : names[height] || "");
		const height_of = (period) => (period?.tier ? heights[period.tier] : 0);
		const datasets = [
			{ name: __("Tier"), chartType: "line", values: at.map(height_of) },
			{
				name: __("Manual Tier"),
				chartType: "bar",
				values: at.map((period) => (period?.is_override ? height_of(period) : 0)),
			},
		];
		const shown = periods.some((period) => period.is_override) ? datasets : datasets.slice(0, 1);
		new frappe.Chart(chart[0], {
			type: "axis-mixed",
			height: 200,
			colors: ["blue", "#f5c78e"],
			data: {
				labels: ends.map((end) => frappe.datetime.str_to_user(as_date(end))),
				datasets: shown,
				yMarkers: [
					{
						label: "",
						value: Math.max(...Object.values(heights)),
						options: { lineType: "dashed" },
					},
				],
			},
			lineOptions: { hideDots: 1, regionFill: 1, spline: 0 },
			barOptions: { spaceRatio: 0.01 },
			axisOptions: {
				xIsSeries: 1,
				shortenYAxisNumbers: 1,
				numberFormatter: (value) => name_of(Number(value)),
			},
			tooltipOptions: { formatTooltipY: (value) => name_of(value) },
		});
	}

	/** Tier → height in the chart, 1 the lowest tier; tiers that are no masters any more come lowest. */
	function heights_of(tiers, periods) {
		const known = tiers.map((tier) => tier.name);
		const gone = periods.map((period) => period.tier).filter((tier) => tier && !known.includes(tier));
		const best_first = [...known, ...new Set(gone)];
		return Object.fromEntries(best_first.map((tier, place) => [tier, best_first.length - place]));
	}

	function step_ends(periods) {
		// The server keeps the system's time, whatever the reader's own is.
		const now = as_time(frappe.datetime.system_datetime());
		const first = Math.min(as_time(periods[0].since), now - SHORTEST);
		const length = Math.max((now - first) / STEPS, DAY);
		const count = Math.max(Math.ceil((now - first) / length), 2);
		return Array.from({ length: count + 1 }, (_, step) => now - (count - step) * length);
	}

	const period_at = (periods, time) => periods.filter((period) => as_time(period.since) <= time).at(-1);

	const as_time = (datetime) => frappe.datetime.str_to_obj(datetime).getTime();
	const as_date = (time) => moment(time).format("YYYY-MM-DD");

	function change_table(changes) {
		return `<div class="kam-tier-changes">
			<table class="table table-bordered">
				<thead><tr>
					<th>${__("Changed On")}</th>
					<th>${__("Tier")}</th>
					<th>${__("Cause", null, "KAM Tier Change")}</th>
					<th>${__("Changed By")}</th>
					<th>${__("Reason")}</th>
				</tr></thead>
				<tbody>${changes.map(change_row).join("")}</tbody>
			</table>
		</div>`;
	}

	function change_row(change) {
		const review = change.tier_review
			? `<div>${frappe.utils.get_form_link("Tier Review", change.tier_review, true)}</div>`
			: "";
		return `<tr>
			<td class="text-nowrap">${frappe.datetime.str_to_user(change.changed_on)}</td>
			<td>${step(change)}</td>
			<td>${frappe.utils.escape_html(__(change.cause || "", null, "KAM Tier Change"))}${review}</td>
			<td>${frappe.utils.escape_html(change.full_name || change.changed_by || "")}</td>
			<td>${frappe.utils.escape_html(change.reason || "")}</td>
		</tr>`;
	}

	function step(change) {
		const parts = [];
		if (change.from_tier !== change.to_tier) {
			parts.push(`${text(change.from_tier)} → <b>${text(change.to_tier)}</b>`);
		} else if (change.from_level === change.to_level) {
			parts.push(`<b>${text(change.to_tier)}</b>`);
		}
		if (change.from_level !== change.to_level) {
			parts.push(`${level(change.from_level)} → <b>${level(change.to_level)}</b>`);
		}
		return parts.join("<br>");
	}

	const text = (tier) => frappe.utils.escape_html(tier || __("none"));
	const level = (code) => frappe.utils.escape_html(code ? __(code, null, "Key Account") : __("no level"));
}
