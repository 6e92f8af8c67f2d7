/* The documents behind a number of a Tier Review (R14): a dialog with links to them. */
frappe.provide("kam_extension");

{
	const METHOD = "kam_extension.integration.evidence.documents_behind.documents_behind";

	/** Show which documents the metric counted as of the review's date. `title` names the criterion. */
	kam_extension.show_documents_behind = async function (review, metric, title) {
		const dialog = new frappe.ui.Dialog({ title, size: "large" });
		dialog.$body.on("click", "[data-start]", ({ currentTarget }) =>
			show_page(dialog, review, metric, Number(currentTarget.dataset.start))
		);
		await show_page(dialog, review, metric, 0);
		dialog.show();
	};

	async function show_page(dialog, review, metric, start) {
		const page = await frappe.xcall(METHOD, { review, metric, start });
		dialog.$body.html(`${notes_of(page, start)}${table_of(page)}${pager_of(page, start)}`);
		offer_list(dialog, page.link);
	}

	function notes_of(page, start) {
		const notes = [`<p>${escaped(page.explanation)}</p>`];
		if (page.total || !page.hidden) notes.push(`<p class="text-muted">${count_of(page, start)}</p>`);
		if (page.hidden) {
			notes.push(note(__("Documents that also count, but that you may not read: {0}", [page.hidden])));
		}
		if (page.recorded !== null) {
			notes.push(
				note(__("Documents have changed since the review was made: it counted {0}.", [page.recorded]))
			);
		}
		return notes.join("");
	}

	function count_of({ documents, total }, start) {
		const shown = documents.length;
		if (!total) return __("No document counts here.");
		if (shown === total) return __("{0} documents, the largest first.", [total]);
		return __("{0} to {1} of {2} documents, the largest first.", [start + 1, start + shown, total]);
	}

	const note = (text) => `<p class="alert alert-warning">${text}</p>`;

	function table_of({ documents, columns, currency, date_label }) {
		if (!documents.length) return "";
		const heads = columns.map(({ label }) => `<th class="text-right">${escaped(label)}</th>`).join("");
		const rows = documents.map((row) => row_of(row, columns, currency)).join("");
		return `<table class="table table-bordered">
			<thead><tr><th>${__("Document", null, "Tier Review")}</th><th>${escaped(date_label)}</th>${heads}</tr></thead>
			<tbody>${rows}</tbody>${totals_of(columns, currency)}
		</table>`;
	}

	function row_of({ doctype, name, date, amounts }, columns, currency) {
		const cells = amounts.map((amount, index) => cell(amount, columns[index].unit, currency)).join("");
		return `<tr>
			<td>${escaped(__(doctype))} ${frappe.utils.get_form_link(doctype, name, true, escaped(name))}</td>
			<td class="text-nowrap">${date ? frappe.datetime.str_to_user(date) : ""}</td>
			${cells}
		</tr>`;
	}

	function totals_of(columns, currency) {
		if (columns.every(({ total }) => total === null)) return "";
		const cells = columns.map(({ total, unit }) => cell(total, unit, currency)).join("");
		return `<tfoot><tr><th colspan="2">${__("Total", null, "Tier Review")}</th>${cells}</tr></tfoot>`;
	}

	const cell = (amount, unit, currency) =>
		`<td class="text-right text-nowrap">${formatted(amount, unit, currency)}</td>`;

	function formatted(amount, unit, currency) {
		if (amount === null) return "";
		if (unit === "money") return format_currency(amount, currency);
		return unit === "percent" ? `${format_number(amount, null, 2)} %` : format_number(amount, null, 0);
	}

	function pager_of({ page_length, total }, start) {
		const back = start > 0 ? button(Math.max(start - page_length, 0), __("Previous")) : "";
		const on = start + page_length < total ? button(start + page_length, __("Next")) : "";
		return `<p>${back} ${on}</p>`;
	}

	const button = (start, label) =>
		`<button class="btn btn-default btn-sm" data-start="${start}">${label}</button>`;

	function offer_list(dialog, link) {
		if (!link) return;
		dialog.set_secondary_action_label(link.report ? __("Open Report") : __("Open List"));
		dialog.set_secondary_action(() => {
			dialog.hide();
			frappe.route_options = link.filters;
			if (link.report) frappe.set_route("query-report", link.report);
			else frappe.set_route("List", link.doctype, "List");
		});
	}

	const escaped = (text) => frappe.utils.escape_html(text);
}
