/* The Customer form shows its key account (R64). */
{
	const STATUS_COLORS = {
		Prospect: "blue",
		Active: "green",
		Watch: "orange",
		Suspended: "red",
		Terminated: "gray",
	};
	const RISK_COLORS = { Low: "green", Medium: "orange", High: "red", Critical: "red" };

	frappe.ui.form.on("Customer", {
		refresh(frm) {
			if (frm.is_new()) return;
			if (frm.doc.kam_key_account) {
				show_account(frm);
			} else if (frappe.model.can_create("Key Account")) {
				frm.add_custom_button(
					__("Key Account"),
					() => frappe.new_doc("Key Account", { customer: frm.doc.name }),
					__("Create")
				);
			}
		},
	});

	async function show_account(frm) {
		const { kam_key_account, kam_tier, kam_account_class, kam_risk_level } = frm.doc;
		const status = await status_of(kam_key_account);
		if (kam_key_account !== frm.doc.kam_key_account) return;
		const indicators = [
			pill(kam_tier ? __("Tier {0}", [kam_tier]) : __("No tier"), "blue"),
			pill(__(kam_account_class, null, "Customer"), "gray"),
			status && pill(__(status, null, "Key Account"), STATUS_COLORS[status]),
			kam_risk_level &&
				pill(__("Risk: {0}", [__(kam_risk_level, null, "Customer")]), RISK_COLORS[kam_risk_level]),
		];
		const link = frappe.utils.get_form_link("Key Account", kam_key_account, true);
		frm.dashboard.set_headline(
			`<span class="kam-account">${__("Key Account")} ${link} ${indicators.filter(Boolean).join(" ")}</span>`
		);
	}

	async function status_of(key_account) {
		if (!frappe.model.can_read("Key Account")) return null;
		return (await frappe.db.get_value("Key Account", key_account, "status")).message?.status;
	}

	function pill(text, color) {
		return `<span class="indicator-pill no-indicator-dot ${color}">${frappe.utils.escape_html(text)}</span>`;
	}
}
