// The approval steps of Rebate Agreements and Rebate Requests where the site has a workflow of its own, or none: ours
// takes them by its actions. Whether the user may take the step is decided on the server.

const STEPS = {
	"Rebate Agreement": ["KAM Manager", "KAM Director", "KAM Executive"],
	"Rebate Request": ["KAM Manager", "KAM Finance", "KAM Director", "KAM Executive"],
};

for (const doctype of Object.keys(STEPS)) {
	frappe.ui.form.on(doctype, { refresh: add_approve_button });
}

function add_approve_button(frm) {
	if (frm.is_new() || frm.doc.docstatus !== 0 || has_our_workflow(frm)) return;
	const role = next_step(frm);
	// Finance approves by verifying.
	if (!role || role === "KAM Finance" || !frappe.user.has_role(role)) return;
	frm.add_custom_button(__("Approve as {0}", [__(role)]), () =>
		frm.call({ doc: frm.doc, method: "approve_next_step", freeze: true }).then(() => frm.reload_doc())
	);
}

function has_our_workflow(frm) {
	return frappe.workflow.workflows[frm.doctype]?.name === `KAM ${frm.doctype}`;
}

function next_step(frm) {
	const approved = (frm.doc.approvals || []).filter((row) => !row.withdrawn_on).map((row) => row.role);
	return STEPS[frm.doctype].find((role) => !approved.includes(role));
}
