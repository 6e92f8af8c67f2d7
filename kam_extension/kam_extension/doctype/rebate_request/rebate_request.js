const STATUS_COLORS = {
	Draft: "gray",
	Pending: "orange",
	Approved: "blue",
	Settled: "green",
	Rejected: "red",
	Cancelled: "red",
};

frappe.ui.form.on("Rebate Request", {
	setup(frm) {
		frm.set_query("key_account", () => ({ filters: { status: ["!=", "Prospect"] } }));
		frm.set_query("payment_account", () => ({
			filters: {
				company: frm.doc.company,
				account_type: ["in", ["Bank", "Cash"]],
				is_group: 0,
				disabled: 0,
			},
		}));
	},

	onload(frm) {
		if (frm.is_new() && !frm.doc.period_start) {
			const month = frappe.datetime.add_months(frappe.datetime.get_today(), -1);
			frm.set_value("period_start", moment(month).startOf("month").format("YYYY-MM-DD"));
		}
	},

	refresh(frm) {
		keep_rows_from_the_ledger(frm);
		frm.page.set_indicator(__(frm.doc.status, null, "Rebate Request"), STATUS_COLORS[frm.doc.status]);
		show_verification(frm);
		add_fetch_button(frm);
		add_verify_button(frm);
	},

	key_account(frm) {
		clear_receipts(frm);
		if (frm.doc.key_account && !frm.doc.company) {
			frappe.db
				.get_value("Key Account", frm.doc.key_account, "company")
				.then(({ message }) => frm.set_value("company", message.company));
		}
	},

	company: clear_receipts,

	period_start(frm) {
		clear_receipts(frm);
		if (frm.doc.period_start) {
			frm.set_value("period_end", moment(frm.doc.period_start).endOf("month").format("YYYY-MM-DD"));
		}
	},

	period_end: clear_receipts,
});

/** Receipts come from the ledger: rows can be left out, but neither added nor uploaded. */
function keep_rows_from_the_ledger(frm) {
	for (const table of ["receipts", "programmes"]) {
		const { grid } = frm.get_field(table);
		grid.cannot_add_rows = true;
		grid.wrapper.addClass("kam-rows-from-ledger");
	}
}

frappe.ui.form.on("Rebate Request Programme", { programmes_remove: set_totals });

frappe.ui.form.on("Rebate Request Receipt", {
	collected_amount(frm, doctype, name) {
		const row = locals[doctype][name];
		if (!row.is_rate_change) {
			const rebate = (flt(row.collected_amount) * flt(row.rebate_rate)) / 100;
			const field = frappe.meta.get_docfield(doctype, "rebate_amount", name);
			const decimals = frappe.meta.get_field_precision(field, row);
			frappe.model.set_value(doctype, name, "rebate_amount", flt(rebate, decimals));
		}
		set_totals(frm);
	},

	receipts_remove: set_totals,
});

function clear_receipts(frm) {
	if (frm.doc.docstatus !== 0) return;
	for (const table of ["receipts", "programmes"]) {
		frm.clear_table(table);
		frm.refresh_field(table);
	}
	set_totals(frm);
}

function set_totals(frm) {
	const rows = frm.doc.receipts || [];
	const sum = (fieldname, wanted = () => true, from = rows) =>
		from.filter(wanted).reduce((total, row) => total + flt(row[fieldname]), 0);
	frm.set_value("total_collected", sum("collected_amount"));
	const both = [...rows, ...(frm.doc.programmes || [])];
	frm.set_value("total_rebate", sum("rebate_amount", undefined, both));
	frm.set_value(
		"open_differences_total",
		sum("collected_amount", (row) => row.is_open_difference)
	);
}

function show_verification(frm) {
	frm.set_df_property("verified_collected", "read_only", 1);
	if (frm.doc.docstatus !== 0 || frm.is_new()) return;
	if (frm.doc.verified_by && frm.doc.verified_collected !== frm.doc.total_collected) {
		frm.dashboard.set_headline(
			__("Verified Collected {0} differs from Total Collected {1}.", [
				format_currency(frm.doc.verified_collected, frm.doc.currency),
				format_currency(frm.doc.total_collected, frm.doc.currency),
			]),
			"orange"
		);
	}
}

function add_fetch_button(frm) {
	if (frm.doc.docstatus !== 0 || !frm.perm[0]?.write) return;
	frm.add_custom_button(__("Fetch Receipts"), () =>
		frm.call({ doc: frm.doc, method: "fetch_receipts", freeze: true }).then(() => {
			frm.refresh_fields();
			frm.dirty();
			if (!(frm.doc.receipts || []).length) {
				frappe.show_alert({
					message: __("Nothing is open for this account up to the end of the period."),
					indicator: "blue",
				});
			}
		})
	);
}

function add_verify_button(frm) {
	const may_verify =
		frm.doc.docstatus === 0 &&
		!frm.is_new() &&
		frappe.user.has_role("KAM Finance") &&
		frm.doc.owner !== frappe.session.user;
	if (!may_verify) return;
	const button = frm.add_custom_button(__("Verify"), () => ask_for_verification(frm));
	if (!frm.doc.verified_by) button.removeClass("btn-default").addClass("btn-primary");
}

function ask_for_verification(frm) {
	if (frm.is_dirty()) {
		frappe.throw(__("Save the request first."));
	}
	const dialog = new frappe.ui.Dialog({
		title: __("Verify Collected Amount"),
		fields: [
			{
				fieldname: "total_collected",
				fieldtype: "Currency",
				label: __("Total Collected"),
				options: frm.doc.currency,
				read_only: 1,
				default: frm.doc.total_collected,
			},
			{
				fieldname: "collected",
				fieldtype: "Currency",
				label: __("Verified Collected"),
				options: frm.doc.currency,
				reqd: 1,
				description: __("What the bank shows for these receipts, in company currency"),
			},
		],
		primary_action_label: __("Verify"),
		primary_action({ collected }) {
			dialog.hide();
			frm.call({ doc: frm.doc, method: "verify", args: { collected }, freeze: true }).then(() =>
				frm.reload_doc()
			);
		},
	});
	dialog.show();
}
