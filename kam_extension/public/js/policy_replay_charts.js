/* The charts of a Policy Replay's result. Figures come from the document's summary alone. */
frappe.provide("kam_extension");

{
	const VERDICTS = { Pass: "#48bb74", Warned: "#f6ad55", Blocked: "#e24c4c", Excepted: "#4299e1" };
	const BEFORE = "#a0aec0";
	const NOW = "#5e64ff";
	const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));
	const verdict_name = (verdict) => __(verdict, null, "KAM Decision");
	const rule_name = (rule) => __(rule, null, "Price Exception Violation");
	const number = (value) => format_number(value || 0, null, 0);

	/** Where the charts go, with their titles. */
	kam_extension.replay_chart_places = function ({ before }) {
		const place = (name, title) =>
			`<div><h5>${escaped(title)}</h5><div data-chart="${name}"></div></div>`;
		return [
			before ? place("markup_before", __("Markup on Cost, Compared Policy")) : "",
			place("markup", __("Markup on Cost, This Policy")),
			place("rules", __("Orders by Broken Rule")),
			place("rebates", __("Rebate Cost by Month")),
			place("months", __("Blocked Orders by Month")),
		].join("");
	};

	kam_extension.draw_replay_charts = function (wrapper, summary, money) {
		const { tried, before, steps } = summary;
		draw_markup(wrapper, "markup", tried, steps);
		if (before) draw_markup(wrapper, "markup_before", before, steps);
		const total = (counts) => Object.values(counts || {}).reduce((sum, count) => sum + count, 0);
		draw_pair(wrapper, "rules", summary, (side) => side.rules, total, rule_name);
		draw_pair(
			wrapper,
			"rebates",
			summary,
			(side) => side.rebates,
			(value) => flt(value),
			String,
			money
		);
		draw_pair(
			wrapper,
			"months",
			summary,
			(side) => side.months,
			(counts) => counts?.Blocked || 0,
			String
		);
	};

	/** Orders by steps of actual markup in percent, each by its lower edge, coloured by verdict. */
	function draw_markup(wrapper, name, side, { width, lowest, highest }) {
		const edges = [];
		for (let edge = lowest - width; edge <= highest; edge += width) edges.push(edge);
		const label = (edge) => {
			if (edge < lowest) return `<${lowest}`;
			return edge >= highest ? `${highest}+` : String(edge);
		};
		const codes = Object.keys(VERDICTS).filter((code) => side.verdicts[code]);
		chart(wrapper, name, {
			labels: edges.map(label),
			datasets: codes.map((code) => ({
				name: verdict_name(code),
				values: edges.map((edge) => side.steps[edge]?.[code] || 0),
			})),
			colors: codes.map((code) => VERDICTS[code]),
			stacked: 1,
		});
	}

	/** The same figure under both policies, side by side; labels in their order. */
	function draw_pair(wrapper, name, { tried, before }, read, value, label, show) {
		const keys = [
			...new Set([...Object.keys((before && read(before)) || {}), ...Object.keys(read(tried))]),
		];
		const sorted = name === "rules" ? keys : keys.sort();
		const set = (title, side) => ({
			name: title,
			values: sorted.map((key) => value(read(side)[key])),
		});
		const datasets = before ? [set(__("Compared"), before)] : [];
		chart(wrapper, name, {
			labels: sorted.map(label),
			datasets: [...datasets, set(__("This Policy"), tried)],
			colors: before ? [BEFORE, NOW] : [NOW],
			show,
			// Months are many: the axis leaves out labels where they would run into each other.
			xIsSeries: name === "rules" ? 0 : 1,
		});
	}

	function chart(wrapper, name, { labels, datasets, colors, stacked, show, xIsSeries = 0 }) {
		const place = wrapper.find(`[data-chart="${name}"]`);
		const is_empty = !datasets.some(({ values }) => values.some(Boolean));
		if (is_empty) {
			place.html(`<div class="text-muted">${__("Nothing to show")}</div>`);
			return;
		}
		new frappe.Chart(place[0], {
			type: "bar",
			height: 220,
			colors,
			data: { labels, datasets },
			barOptions: { stacked, spaceRatio: 0.3 },
			axisOptions: { shortenYAxisNumbers: 1, xIsSeries },
			tooltipOptions: { formatTooltipY: (value) => (show ? show(value) : number(value)) },
		});
	}
}
