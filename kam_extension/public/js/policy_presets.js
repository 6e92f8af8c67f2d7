/* Draft a KAM Policy from a preset that the app ships: choose it, the company and the first day. */
frappe.provide("kam_extension");

{
	const CONTROLLER = "kam_extension.kam_extension.doctype.kam_policy.kam_policy";

	kam_extension.choose_policy_preset = async function () {
		const { message: presets } = await frappe.call(`${CONTROLLER}.get_presets`);
		if (!presets.length) {
			frappe.msgprint(__("This installation has no presets. Fill in the form instead."));
			return;
		}
		const dialog = new frappe.ui.Dialog({
			title: __("New Policy from a Preset"),
			fields: [
				{
					fieldname: "preset",
					fieldtype: "Select",
					label: __("Preset"),
					options: presets.map(({ name, title }) => ({ value: name, label: title })),
					default: presets[0].name,
					reqd: 1,
					change: () => show_description(dialog, presets),
				},
				{ fieldname: "description", fieldtype: "HTML" },
				{
					fieldname: "company",
					fieldtype: "Link",
					options: "Company",
					label: __("Company"),
					description: __("Empty: all companies that have no policy of their own."),
				},
				{
					fieldname: "valid_from",
					fieldtype: "Date",
					label: __("Valid From"),
					default: frappe.datetime.add_days(frappe.datetime.get_today(), 1),
					reqd: 1,
				},
			],
			primary_action_label: __("Make a Draft"),
			primary_action: (values) => draft(dialog, values),
		});
		dialog.show();
		show_description(dialog, presets);
	};

	function show_description(dialog, presets) {
		const preset = presets.find(({ name }) => name === dialog.get_value("preset"));
		const text = frappe.utils.escape_html(preset?.description || "");
		dialog.fields_dict.description.$wrapper.html(`<p class="text-muted">${text}</p>`);
	}

	function draft(dialog, { preset, company, valid_from }) {
		return frappe
			.call({
				method: `${CONTROLLER}.draft_from_preset`,
				args: { preset, company, valid_from },
				type: "POST",
				btn: dialog.get_primary_btn(),
				freeze: true,
			})
			.then(({ message }) => {
				dialog.hide();
				frappe.set_route("Form", "KAM Policy", message);
			});
	}
}
