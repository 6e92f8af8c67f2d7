/* An account's health: the latest score with its parts, their weight and age, and the scores before (R77). */
frappe.provide("kam_extension");
{
	const METHOD = "kam_extension.kam_extension.doctype.key_account.key_account.health";
	const DOCTYPE = "Key Account Health Part";
	const escape = (text) => frappe.utils.escape_html(String(text ?? ""));

	kam_extension.show_account_health = async (frm) => {
		const wrapper = frm.fields_dict.health_history.$wrapper;
		const name = frm.doc.name;
		const { message } = await frappe.call({ method: METHOD, args: { key_account: name } });
		if (frm.doc.name !== name) return;
		wrapper.empty();
		if (!message.scores.length) {
			const nothing = __("Not scored yet. Active accounts are scored every night.");
			wrapper.append(`<p class="text-muted">${nothing}</p>`);
			return;
		}
		wrapper.append(headline(message), parts_table(message.parts), missing(message.missing));
		if (message.scores.length > 1)
			draw($('<div class="kam-health-chart"></div>').appendTo(wrapper), message);
	};

	function headline({ scores }) {
		const latest = scores.at(-1);
		const band = __(latest.band, null, "Key Account Health");
		const since = frappe.datetime.str_to_user(latest.scored_on);
		const score = `<b>${escape(latest.score)}</b>`;
		return `<p>${__("{0} of 100, {1}, since {2}", [score, escape(band), since])}</p>`;
	}

	function parts_table(parts) {
		return `<div class="table-responsive"><table class="table table-bordered kam-health-parts">
			<thead><tr>
				<th>${__("Part", null, DOCTYPE)}</th>
				<th>${__("Measured", null, DOCTYPE)}</th>
				<th>${__("Points", null, DOCTYPE)}</th>
				<th class="text-right">${__("Weight", null, DOCTYPE)}</th>
				<th>${__("Newest Evidence", null, DOCTYPE)}</th>
			</tr></thead>
			<tbody>${parts.map(part_row).join("")}</tbody>
		</table></div>`;
	}

	const part_row = (part) => `<tr>
		<td>${escape(__(part.part, null, DOCTYPE))}</td>
		<td>${escape(measured(part))}</td>
		<td><meter min="0" max="100" low="40" high="70" optimum="100" value="${Number(part.score)}"></meter>
			${escape(format_number(part.score, null, 0))}</td>
		<td class="text-right">${escape(format_number(part.weight, null, 1))} %</td>
		<td>${age(part.evidence_date)}</td>
	</tr>`;

	function measured({ part, value }) {
		const number = format_number(value, null, 1).replace(/[.,]0$/, "");
		const texts = {
			Payment: __("{0} days overdue", [number]),
			Revenue: __("{0} % against the year before", [number]),
			Orders: __("silent for {0} usual gaps", [number]),
			Visits: __("{0} intervals overdue", [number]),
			Complaints: __("{0} complaints in twelve months", [number]),
			Satisfaction: __("{0} % satisfied", [number]),
			Relationship: __("{0} % strength", [number]),
		};
		return texts[part] || number;
	}

	function age(date) {
		if (!date) return `<span class="text-muted">${__("none")}</span>`;
		const days = frappe.datetime.get_day_diff(frappe.datetime.get_today(), date);
		const ago = __("{0} days ago", [days]);
		return `${frappe.datetime.str_to_user(date)} <span class="text-muted">(${ago})</span>`;
	}

	function missing(parts) {
		if (!parts.length) return "";
		const names = parts.map((part) => __(part, null, DOCTYPE)).join(", ");
		return `<p class="text-muted">${escape(
			__("Without data, so the others share their weight: {0}", [names])
		)}</p>`;
	}

	function draw(wrapper, { scores, fair_below, poor_below }) {
		const label = (one) => frappe.datetime.str_to_user(one.scored_on);
		new frappe.Chart(wrapper[0], {
			type: "line",
			height: 200,
			colors: ["blue"],
			data: {
				labels: scores.map(label),
				datasets: [{ name: __("Score"), values: scores.map((one) => one.score) }],
				yMarkers: [
					{ label: __("Fair"), value: fair_below, options: { labelPos: "left" } },
					{ label: __("Poor"), value: poor_below, options: { labelPos: "left" } },
				],
				yRegions: [{ label: "", start: 0, end: 100 }],
			},
			lineOptions: { hideDots: 0, spline: 0 },
			axisOptions: { xIsSeries: 1 },
		});
	}
}
