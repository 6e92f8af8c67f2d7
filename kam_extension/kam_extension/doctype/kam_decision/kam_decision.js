frappe.ui.form.on("KAM Decision", {
	refresh(frm) {
		frm.disable_save();
		const details = parse(frm.doc.details);
		frm.get_field("details_view").$wrapper.html(findings_table(details) + everything(details));
	},
});

const FINDING_COLUMNS = {
	rule: __("Rule"),
	row: __("Row"),
	item_code: __("Item"),
	required: __("Required"),
	actual: __("Actual"),
	points: __("Excess Points"),
	action: __("Action"),
	exception: __("Price Exception"),
};

const RULE_CONTEXT = "Price Exception Violation"; // its Select field names the rules

function findings_table(details) {
	const findings = details.violations || [];
	if (!findings.length) return `<p class="text-muted">${__("No rule was broken.")}</p>`;
	const heading = Object.values(FINDING_COLUMNS).map((label) => `<th>${label}</th>`);
	const rows = findings.map((finding) => `<tr>${finding_cells(finding)}</tr>`);
	return `<table class="table table-bordered">
		<thead><tr>${heading.join("")}</tr></thead>
		<tbody>${rows.join("")}</tbody>
	</table>`;
}

function finding_cells(finding) {
	const texts = Object.keys(FINDING_COLUMNS).map((column) => String(finding[column] ?? ""));
	return texts.map((text) => `<td>${frappe.utils.escape_html(__(text, null, RULE_CONTEXT))}</td>`).join("");
}

function everything(details) {
	const text = frappe.utils.escape_html(JSON.stringify(details, null, 2));
	return `<details><summary>${__("Everything the decision was based on")}</summary><pre>${text}</pre></details>`;
}

function parse(details) {
	try {
		return (typeof details === "string" ? JSON.parse(details) : details) || {};
	} catch {
		return {};
	}
}
