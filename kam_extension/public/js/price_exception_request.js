/* Ask for a Price Exception (R27): from a document's button, or from the message that refused to submit it. */
frappe.provide("kam_extension");

/**
 * Ask for the reason, then request the exception. `doctype` and `name` are of a selling document; `rows` are those
 * that Update Items was refused for a submitted one.
 */
kam_extension.request_exception = async function ({ doctype, name, rows }) {
	frappe.hide_msgprint(true);
	const form = open_form(doctype, name);
	if (form?.is_dirty()) {
		await form.save();
		if (form.is_dirty()) return;
	}
	ask_for_reason(doctype, form ? form.docname : name, form);

	function open_form() {
		const current = window.cur_frm;
		return current?.doctype === doctype && current.docname === name ? current : null;
	}

	function ask_for_reason(doctype, name, form) {
		const dialog = new frappe.ui.Dialog({
			title: __("Request Price Exception"),
			fields: [
				{
					fieldname: "reason",
					fieldtype: "Small Text",
					label: __("Reason"),
					description: __("Why the company should accept these terms"),
					reqd: 1,
				},
				{
					fieldname: "valid_until",
					fieldtype: "Date",
					label: __("Valid Until"),
					description: __("Documents submitted after this date need a new exception"),
					default: frappe.datetime.add_months(frappe.datetime.get_today(), 1),
					reqd: 1,
				},
			],
			primary_action_label: __("Request Approval"),
			primary_action(values) {
				send({ doctype, name, rows, ...values }).then((exception) => {
					dialog.hide();
					if (rows) close_other_dialogs();
					tell(exception);
					form?.reload_doc();
				});
			},
		});
		dialog.show();

		function send(args) {
			const method = "kam_extension.api.request_exception";
			return frappe
				.call({ method, args, type: "POST", btn: dialog.get_primary_btn(), freeze: true })
				.then((answer) => answer.message);
		}
	}

	/** The rows of Update Items stay with the request: the dialog would only show figures that are not stored. */
	function close_other_dialogs() {
		for (const open of [...frappe.ui.open_dialogs]) open.hide();
	}

	function tell(exception) {
		const link = frappe.utils.get_form_link("Price Exception", exception, true);
		frappe.msgprint({
			title: __("Price Exception Requested"),
			message: rows
				? __("{0} waits for approval. When it is approved, update the items again.", [link])
				: __("{0} waits for approval. When it is approved, submit the document again.", [link]),
			indicator: "green",
		});
	}
};
