/* The ways out of a refusal (R26): the buttons in its message, wherever that is shown. */
frappe.provide("kam_extension");

{
	const PATIENCE = 15000; // milliseconds for a form to open and ERPNext to finish its own calls

	const LEVEL_OF_IGNORING_RULES = 1;

	const ACTIONS = {
		apply_passing_prices: (document) => kam_extension.apply_passing_prices(document),
		request_exception: (document) => kam_extension.request_exception(document),
		request_access: ({ key_account, unit }) => frappe.new_doc("Access Request", { key_account, unit }),
	};

	$(document).on("click", "[data-kam-action]", ({ currentTarget }) => {
		const { kamAction, kamArguments } = currentTarget.dataset;
		frappe.hide_msgprint(true);
		ACTIONS[kamAction]?.(JSON.parse(kamArguments));
	});

	/** Give the rows of an open or stored draft the prices that the server says pass. The user looks and saves. */
	kam_extension.apply_passing_prices = async function ({ doctype, name }) {
		const form = await open_form(doctype, name);
		const rates = form && (await form.kam_panel.passing_rates());
		if (!rates) {
			frappe.show_alert({ message: __("No price of these rows can pass."), indicator: "orange" });
			return;
		}
		const raised = form.doc.items.filter(({ idx }) => idx in rates);
		if (raised.some((row) => row.pricing_rules) && !let_go_of_pricing_rules(form)) return;
		for (const row of raised) {
			await frappe.model.set_value(row.doctype, row.name, "rate", rates[row.idx]);
		}
		form.refresh_field("items");
		frappe.show_alert({
			message: __("Passing prices applied. Look at them and save."),
			indicator: "green",
		});
	};

	/**
	 * A pricing rule takes its rows' rates back on saving, unless the document ignores the rules; who may say so is
	 * ERPNext's to decide. Straight into the document: the field's own event would take the rates back as well.
	 */
	function let_go_of_pricing_rules(form) {
		if (!form.perm[LEVEL_OF_IGNORING_RULES]?.write) {
			frappe.msgprint(
				__(
					"A Pricing Rule sets these prices. Ask somebody who may tick Ignore Pricing Rule on this document."
				)
			);
			return false;
		}
		form.doc.ignore_pricing_rule = 1;
		for (const row of form.doc.items) row.pricing_rules = "";
		form.refresh_field("ignore_pricing_rule");
		frappe.show_alert({
			message: __("Ignore Pricing Rule is ticked now, or a rule would take the prices back."),
			indicator: "blue",
		});
		return true;
	}

	async function open_form(doctype, name) {
		const is_open = () => cur_frm?.doctype === doctype && cur_frm.docname === name;
		if (!is_open()) {
			await frappe.set_route("Form", doctype, name);
			await until(() => is_open() && cur_frm.kam_panel);
		}
		return is_open() ? cur_frm : null;
	}

	async function until(is_so) {
		const end = Date.now() + PATIENCE;
		while (!is_so() && Date.now() < end) {
			await new Promise((resolve) => setTimeout(resolve, 100));
		}
	}
}
