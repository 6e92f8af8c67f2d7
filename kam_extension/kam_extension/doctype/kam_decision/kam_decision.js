frappe.ui.form.on("KAM Decision", {
	refresh(frm) {
		frm.disable_save();
		frm.get_field("details_view").$wrapper.html(findings_table(frm.doc.details));
	},
});

function findings_table(details) {
	const findings = parse(details).violations || [];
	if (!findings.length) return `<p class="text-muted">${__("No rule was broken.")}</p>`;
	const heading = [__("Rule"), __("Row"), __("Required"), __("Actual"), __("Message")];
	const rows = findings.map((finding) =>
		[finding.rule, finding.row, finding.required, finding.actual, finding.message].map((value) =>
			frappe.utils.escape_html(String(value ?? "")),
		),
	);
	const cells = (values, tag) => values.map((value) => `<${tag}>${value}</${tag}>`).join("");
	return `<table class="table table-bordered">
		<thead><tr>${cells(heading, "th")}</tr></thead>
		<tbody>${rows.map((row) => `<tr>${cells(row, "td")}</tr>`).join("")}</tbody>
	</table>`;
}

function parse(details) {
	try {
		return (typeof details === "string" ? JSON.parse(details) : details) || {};
	} catch {
		return {};
	}
}
