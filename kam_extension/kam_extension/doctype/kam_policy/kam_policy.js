frappe.ui.form.on("KAM Policy", {
	setup(frm) {
		const selling = { enabled: 1, selling: 1 };
		frm.set_query("base_price_list", () => ({ filters: selling }));
		frm.set_query("price_list", "tiers", () => ({ filters: selling }));
		frm.set_query("cost_price_list", () => ({ filters: { enabled: 1 } }));
		frm.set_query("supersedes", () => ({
			filters: {
				docstatus: 1,
				company: frm.doc.company || ["is", "not set"],
				name: ["!=", frm.doc.name],
			},
		}));
	},

	refresh(frm) {
		frm.set_intro("");
		if (frm.doc.docstatus === 0 && !frm.is_new() && wrote(frm.doc)) {
			frm.set_intro(
				__("You wrote this policy or changed its terms, so somebody else has to approve it."),
				"blue"
			);
		}
		if (frm.doc.docstatus === 1 && frappe.model.can_create("KAM Policy")) {
			frm.add_custom_button(__("New Version"), () => open_new_version(frm));
		}
		if (frm.doc.docstatus === 1 && frm.perm[0]?.submit && warns(frm.doc)) {
			frm.add_custom_button(__("Switch to Block"), () => switch_to_block(frm));
		}
	},
});

/** Administrator, who sets sites up, may submit what he wrote. */
function wrote(policy) {
	const authors = [policy.owner, ...(policy.drafted_by || "").split("\n")];
	return frappe.session.user !== "Administrator" && authors.includes(frappe.session.user);
}

const RULE_ACTIONS = [
	"price_action",
	"margin_action",
	"credit_action",
	"unknown_cost_action",
	"unlisted_item_action",
	"unknown_exchange_rate_action",
];

function warns(policy) {
	const is_over = policy.valid_to && policy.valid_to < frappe.datetime.get_today();
	return !is_over && RULE_ACTIONS.some((field) => policy[field] === "Warn");
}

function switch_to_block(frm) {
	frappe.confirm(
		__(
			"Every rule that warns will stop documents instead. A new version of this policy is submitted for it; submitted orders stay as they are."
		),
		async () => {
			const { message } = await frm.call("start_blocking");
			frappe.set_route("Form", frm.doctype, message);
		}
	);
}

function open_new_version(frm) {
	const successor = frappe.model.copy_doc(frm.doc);
	successor.supersedes = frm.doc.name;
	successor.valid_from = frappe.datetime.add_days(frappe.datetime.get_today(), 1);
	frappe.set_route("Form", successor.doctype, successor.name);
}
