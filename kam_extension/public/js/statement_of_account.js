frappe.provide("kam_extension");

const STATEMENT = "kam_extension.integration.receivables.statement_desk";

/** Dialog of a Key Account's statement: choose the period, then look at it, take it as PDF or mail it. */
kam_extension.show_statement_dialog = (frm) => {
	const today = frappe.datetime.get_today();
	const dialog = new frappe.ui.Dialog({
		title: __("Statement of Account"),
		fields: [
			{
				fieldname: "company",
				label: __("Company"),
				fieldtype: "Link",
				options: "Company",
				reqd: 1,
				default: frm.doc.company,
			},
			{
				fieldname: "from_date",
				label: __("From Date"),
				fieldtype: "Date",
				reqd: 1,
				default: frappe.datetime.add_months(frappe.datetime.month_start(), -1),
			},
			{ fieldtype: "Column Break" },
			{
				fieldname: "to_date",
				label: __("To Date"),
				fieldtype: "Date",
				reqd: 1,
				default: today,
			},
		],
		primary_action_label: __("Print"),
		primary_action: () => print_statement(frm, dialog),
	});
	dialog.set_secondary_action_label(__("PDF"));
	dialog.set_secondary_action(() => open_pdf(frm, dialog));
	if (frappe.model.can_email("Key Account", frm)) {
		dialog.add_custom_action(__("Email"), () => compose_mail(frm, dialog));
	}
	dialog.show();
};

const period_of = (frm, dialog) => {
	const { company, from_date, to_date } = dialog.get_values() || {};
	return company && { key_account: frm.doc.name, company, from_date, to_date };
};

async function print_statement(frm, dialog) {
	const args = period_of(frm, dialog);
	if (!args) return;
	const { message: html } = await frappe.call({ method: `${STATEMENT}.page`, args, freeze: true });
	const page = window.open();
	if (!page) {
		frappe.msgprint(__("Please enable pop-ups"));
		return;
	}
	page.document.write(html);
	page.document.close();
}

function open_pdf(frm, dialog) {
	const args = period_of(frm, dialog);
	if (args) window.open(`/api/method/${STATEMENT}.download?${new URLSearchParams(args)}`);
}

async function compose_mail(frm, dialog) {
	const args = period_of(frm, dialog);
	if (!args) return;
	const { message: draft } = await frappe.call({ method: `${STATEMENT}.draft_mail`, args, freeze: true });
	dialog.hide();
	const mail = new frappe.ui.Dialog({
		title: __("Send Statement of Account"),
		size: "large",
		fields: [
			{
				fieldname: "recipients",
				label: __("To"),
				fieldtype: "Data",
				reqd: 1,
				default: draft.recipients,
				description: draft.recipients
					? ""
					: __("The customer has no billing contact with an address. Enter one."),
			},
			{ fieldname: "cc", label: __("CC"), fieldtype: "Data" },
			{
				fieldname: "subject",
				label: __("Subject"),
				fieldtype: "Data",
				reqd: 1,
				default: draft.subject,
			},
			{
				fieldname: "message",
				label: __("Message"),
				fieldtype: "Text Editor",
				reqd: 1,
				default: draft.message,
			},
		],
		primary_action_label: __("Send"),
		async primary_action(values) {
			await frappe.call({ method: `${STATEMENT}.send`, args: { ...args, ...values }, freeze: true });
			mail.hide();
			frappe.show_alert({ message: __("The statement is on its way."), indicator: "green" });
			frm.reload_doc();
		},
	});
	mail.set_secondary_action_label(__("See Attachment"));
	mail.set_secondary_action(() =>
		window.open(`/api/method/${STATEMENT}.download?${new URLSearchParams(args)}`)
	);
	mail.show();
}
