/* "Compare": what a KAM Policy changes against another one, tab by tab. */
frappe.provide("kam_extension");

{
	const escaped = (text) => frappe.utils.escape_html(text || "");
	const COLORS = { Changed: "blue", Added: "green", Removed: "red" };
	const words = () => ({
		Changed: __("Changed", null, "KAM Policy"),
		Added: __("Added", null, "KAM Policy"),
		Removed: __("Removed", null, "KAM Policy"),
	});

	kam_extension.show_policy_comparison = async function (frm) {
		const dialog = new frappe.ui.Dialog({
			title: __("Changes in the Policy"),
			size: "extra-large",
			fields: [
				{
					fieldname: "other",
					fieldtype: "Link",
					options: "KAM Policy",
					label: __("Compare With"),
					get_query: () => ({ filters: { name: ["!=", frm.doc.name] } }),
					change: () => {
						const other = dialog.get_value("other");
						if (other && other !== dialog.shown) load(frm, dialog, other);
					},
				},
				{ fieldname: "changes", fieldtype: "HTML" },
			],
			secondary_action_label: __("Print", null, "KAM Policy"),
			secondary_action: () => print(dialog),
		});
		dialog.show();
		await load(frm, dialog, null);
	};

	async function load(frm, dialog, other) {
		const { message: result } = await frm.call("compare_with", { other });
		dialog.shown = result.old.name;
		dialog.set_value("other", result.old.name);
		dialog.fields_dict.changes.$wrapper.html(page(result));
	}

	function page({ old, new: current, sections }) {
		const head = `<p class="text-muted">${__("From {0} to {1}", [heading(old), heading(current)])}</p>`;
		if (!sections.length) {
			return `${head}<div class="alert alert-success">${__("Both policies say the same.")}</div>`;
		}
		return head + sections.map((section) => section_table(section, old, current)).join("");
	}

	const heading = ({ title, days }) => `<b>${escaped(title)}</b> (${escaped(days)})`;

	function section_table({ tab, rows }) {
		return `<h5>${escaped(tab)}</h5>
			<table class="table table-bordered kam-comparison">
				<thead><tr>
					<th>${__("What", null, "KAM Policy")}</th><th>${__("Change", null, "KAM Policy")}</th><th>${__("Field", null, "KAM Policy")}</th>
					<th class="text-right">${__("Before", null, "KAM Policy")}</th><th class="text-right">${__("After", null, "KAM Policy")}</th>
				</tr></thead>
				<tbody>${rows.map(difference_rows).join("")}</tbody>
			</table>`;
	}

	/** One difference: the first of its lines names it, the others only add fields. */
	function difference_rows({ label, about, kind, changes }) {
		const name = about ? `${escaped(label)}<br><b>${escaped(about)}</b>` : `<b>${escaped(label)}</b>`;
		const lines = kind === "Changed" ? changes : changes.filter((change) => is_worth_showing(change));
		const pill = `<span class="indicator-pill ${COLORS[kind]}">${words()[kind]}</span>`;
		const first = `<td rowspan="${lines.length || 1}">${name}</td><td rowspan="${lines.length || 1}">${pill}</td>`;
		if (!lines.length) return `<tr>${first}<td></td><td></td><td></td></tr>`;
		return lines.map((change, index) => `<tr>${index ? "" : first}${cells(change)}</tr>`).join("");
	}

	/** Of a row that came or went, what it leaves empty says nothing. */
	const is_worth_showing = ({ old, new: current }) => old !== current;

	const cells = (change) => `
		<td>${escaped(change.label)}</td>
		<td class="text-right text-muted">${escaped(change.old)}</td>
		<td class="text-right"><b>${escaped(change.new)}</b></td>`;

	function print(dialog) {
		const sheet = window.open("", "_blank");
		if (!sheet) {
			frappe.msgprint(__("The browser kept the page for printing back. Allow pop-ups for this site."));
			return;
		}
		const css = [...document.querySelectorAll("link[rel='stylesheet']")].map((link) => link.outerHTML);
		const content = dialog.fields_dict.changes.$wrapper.html();
		sheet.document.write(
			`<html><head><title>${escaped(dialog.title)}</title>${css.join("")}</head><body class="p-4">${content}</body></html>`
		);
		sheet.document.close();
		sheet.addEventListener("load", () => sheet.print());
	}
}
