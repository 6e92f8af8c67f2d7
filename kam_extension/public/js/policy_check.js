/* "Check Policy": errors and gaps by tab, each with a way to its row, and the quotation formula in figures. */
frappe.provide("kam_extension");

{
	const escaped = (text) => frappe.utils.escape_html(text || "");

	kam_extension.show_policy_check = async function (frm) {
		const { message: result } = await frm.call("check_terms");
		const dialog = new frappe.ui.Dialog({ title: __("Policy Check"), size: "extra-large" });
		dialog.$body.addClass("kam-policy-check").html(summary(result) + findings(result) + examples(result));
		dialog.$body.on("click", ".kam-finding", (event) => {
			event.preventDefault();
			const { field, row } = event.currentTarget.dataset;
			dialog.hide();
			go_to(frm, field, cint(row));
		});
		dialog.show();
	};

	function summary({ findings: found }) {
		const errors = found.filter(({ severity }) => severity === "error").length;
		if (errors) {
			const text = __("Contradictions: {0}. The policy can't be saved like this.", [errors]);
			return alert_box("danger", text);
		}
		if (!found.length) return alert_box("success", __("No contradictions and no gaps."));
		const text = __("No contradictions. Points to look at: {0}. Leave them if they are meant.", [
			found.length,
		]);
		return alert_box("warning", text);
	}

	const alert_box = (color, text) => `<div class="alert alert-${color}">${text}</div>`;

	function findings({ findings: found }) {
		const tabs = [...new Set(found.map(({ tab }) => tab))];
		return tabs
			.map((tab) => {
				const rows = found.filter((finding) => finding.tab === tab).map(finding_row);
				return `<h5>${escaped(tab)}</h5><table class="table table-bordered kam-findings"><tbody>${rows.join("")}</tbody></table>`;
			})
			.join("");
	}

	function finding_row({ severity, field, label, row, message }) {
		const place = row ? __("{0}, row {1}", [escaped(label), row]) : escaped(label);
		const [color, word] =
			severity === "error"
				? ["red", __("Error", null, "KAM Policy")]
				: ["orange", __("Note", null, "KAM Policy")];
		return `<tr>
			<td class="kam-finding-place text-nowrap">
				<a href="#" class="kam-finding" data-field="${escaped(field)}" data-row="${row || 0}">${place}</a>
			</td>
			<td class="text-nowrap"><span class="indicator-pill ${color}">${word}</span></td>
			<td>${escaped(capitalised(message))}</td>
		</tr>`;
	}

	/** The sentences also stand behind a field and a colon, so they begin small. */
	const capitalised = (sentence) => sentence.charAt(0).toUpperCase() + sentence.slice(1);

	/** Leave the dialog for the field; a row of a table is opened. */
	function go_to(frm, fieldname, row) {
		frm.scroll_to_field(fieldname);
		const grid = frm.fields_dict[fieldname]?.grid;
		if (grid && row) {
			grid.grid_pagination.go_to_page(Math.ceil(row / grid.grid_pagination.page_length));
			grid.grid_rows[row - 1]?.toggle_view(true);
		}
	}

	function examples({ examples: found, unit_cost, tax }) {
		if (!found.length) return "";
		const has_tiers = found.some(({ tier }) => tier);
		const heads = [
			...(has_tiers ? [__("Tier")] : []),
			__("Net Total", null, "KAM Policy"),
			__("Markup Required"),
			__("Rebate", null, "KAM Policy"),
			__("Price That Passes"),
			__("Actual Markup"),
			__("Net Markup"),
			__("Price That Keeps the Markup"),
		];
		const introduction = __(
			"What a unit that costs {0} has to be sold for, without tax and other costs, to a customer with an agreement by the ladder. Net markup is what is left once the rebate is paid on the receipts, with {1} % tax.",
			[escaped(unit_cost), escaped(tax)]
		);
		return `<h5>${__("The Quotation Formula in Figures")}</h5><p class="text-muted">${introduction}</p>
			<table class="table table-bordered text-right">
				<thead><tr>${heads.map((head) => `<th>${head}</th>`).join("")}</tr></thead>
				<tbody>${found.map((example) => example_row(example, has_tiers)).join("")}</tbody>
			</table>`;
	}

	function example_row(example, has_tiers) {
		const range = example.to_amount
			? __("{0} to below {1}", [example.from_amount, example.to_amount])
			: __("from {0}", [example.from_amount]);
		const cells = [
			...(has_tiers ? [example.tier || __("All others")] : []),
			range,
			`${example.markup} %`,
			`${example.rebate_rate} %`,
			example.price || "–",
			example.actual_markup ? `${example.actual_markup} %` : "–",
			example.net_markup ? `${example.net_markup} %` : "–",
			example.keeping_price || "–",
		];
		return `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join("")}</tr>`;
	}
}
