frappe.ui.form.on("Prospect Registration", {
	setup(frm) {
		frm.set_query("unit", () => ({ filters: { is_group: 0, disabled: 0 } }));
	},

	refresh(frm) {
		if (!frm.is_new() && frm.doc.status === "Protected" && frappe.model.can_create("Key Account")) {
			frm.add_custom_button(__("Convert"), () => ask_company_and_convert(frm));
		}
	},
});

function ask_company_and_convert(frm) {
	const fields = [
		{
			fieldname: "company",
			fieldtype: "Link",
			options: "Company",
			label: __("Home Company"),
			reqd: 1,
			default: frappe.defaults.get_user_default("Company"),
		},
		{
			fieldname: "customer",
			fieldtype: "Link",
			options: "Customer",
			label: __("Customer"),
			description: __("Empty: a new customer is made."),
			get_query: () => ({ filters: { disabled: 0, kam_key_account: ["is", "not set"] } }),
		},
	];
	frappe.prompt(
		fields,
		(args) =>
			frm
				.call({ method: "convert", doc: frm.doc, args, freeze: true })
				.then(({ message }) => message && frappe.set_route("Form", "Key Account", message)),
		__("Make Customer and Key Account"),
		__("Convert")
	);
}
