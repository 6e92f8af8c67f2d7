const EVALUATION = "kam_extension.kam_extension.doctype.key_account_evaluation.key_account_evaluation";
const COLORS = { Strengthen: "green", Maintain: "blue", End: "red" };

frappe.ui.form.on("Key Account Evaluation", {
	setup(frm) {
		frm.set_query("key_account", () => ({ filters: { status: ["!=", "Terminated"] } }));
	},

	refresh(frm) {
		if (frm.is_new()) {
			if (!frm.doc.evaluation_year) frm.set_value("evaluation_year", new Date().getFullYear());
			return;
		}
		const { judgement, docstatus, ended_on } = frm.doc;
		if (docstatus === 1) {
			frm.page.set_indicator(
				__(judgement, null, "Key Account Evaluation"),
				COLORS[judgement] || "gray"
			);
		}
		if (docstatus !== 1) return;
		if (judgement === "End" && !ended_on && is_manager()) {
			frm.add_custom_button(__("Terminate Account"), () => terminate(frm)).addClass("btn-danger");
		}
		if (judgement !== "End") {
			frm.add_custom_button(__("Make Plan"), () =>
				frappe.new_doc("Key Account Plan", { key_account: frm.doc.key_account })
			);
		}
	},
});

function is_manager() {
	return ["KAM Manager", "KAM Director", "KAM Executive"].some((role) => frappe.user.has_role(role));
}

async function terminate(frm) {
	const { message } = await frappe.call({
		method: `${EVALUATION}.open_orders`,
		args: { name: frm.doc.name },
	});
	const customer = frappe.utils.escape_html(frm.doc.customer_name || "");
	const open = message ? __("{0} orders are still open.", [message]) : __("No order is open.");
	const balance = __("Receivable balance when it was evaluated: {0}", [
		format_currency(frm.doc.receivable_balance, erpnext.get_currency(frm.doc.company)),
	]);
	frappe.confirm(`${__("Terminate {0}?", [customer])}<br>${open}<br>${balance}`, async () => {
		await frappe.call({
			method: `${EVALUATION}.terminate_account`,
			args: { name: frm.doc.name },
			freeze: true,
		});
		frm.reload_doc();
	});
}
