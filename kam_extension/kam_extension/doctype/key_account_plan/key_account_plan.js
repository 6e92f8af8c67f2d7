const PLAN = "kam_extension.kam_extension.doctype.key_account_plan.key_account_plan";
const LIGHTS = { Green: "green", Yellow: "yellow", Red: "red" };
const MEASURES = [
	{ field: "revenue", figure: "revenue", label: __("Revenue"), is_money: true },
	{
		field: "collected",
		figure: "collected",
		label: __("Collected", null, "Key Account Plan Quarter"),
		is_money: true,
	},
	{ field: "plan_margin", figure: "margin", label: __("Gross Margin", null, "Key Account Plan Quarter") },
	{ field: "satisfaction", figure: "satisfaction", label: __("Satisfaction") },
	{ field: "renewal", figure: "renewal", label: __("Renewal Rate") },
	{ field: "growth", figure: "growth", label: __("Growth") },
];

frappe.ui.form.on("Key Account Plan", {
	setup(frm) {
		frm.set_query("key_account", () => ({ filters: { status: ["!=", "Terminated"] } }));
		frm.set_query("responsible", "actions", () => ({
			filters: { enabled: 1, user_type: "System User" },
		}));
	},

	refresh(frm) {
		show_progress(frm);
		if (frm.doc.docstatus !== 1) return;
		frm.add_custom_button(__("Refresh Actuals"), () => call(frm, "refresh_actuals", {}));
		if (frm.perm[0].write && open_quarters(frm).length) {
			frm.add_custom_button(__("Review Quarter"), () => review_quarter(frm));
		}
	},
});

async function call(frm, method, args) {
	await frappe.call({ method: `${PLAN}.${method}`, args: { name: frm.doc.name, ...args }, freeze: true });
	await frm.reload_doc();
}

function open_quarters(frm) {
	const today = frappe.datetime.get_today();
	return (frm.doc.quarters || []).filter((row) => !row.confirmed_by && row.from_date <= today);
}

function review_quarter(frm) {
	const quarters = open_quarters(frm);
	const may_confirm = ["KAM Manager", "KAM Director", "KAM Executive"].some((role) =>
		frappe.user.has_role(role)
	);
	const dialog = new frappe.ui.Dialog({
		title: __("Review Quarter"),
		fields: [
			{
				fieldname: "quarter",
				fieldtype: "Select",
				label: __("Quarter", null, "Key Account Plan Quarter"),
				options: quarters.map((row) => ({
					value: row.quarter,
					label: `${row.quarter} (${frappe.datetime.str_to_user(row.to_date)})`,
				})),
				default: quarters[0].quarter,
				reqd: 1,
				onchange: () => dialog.set_value("review", review_of(quarters, dialog.get_value("quarter"))),
			},
			{
				fieldname: "review",
				fieldtype: "Small Text",
				label: __("Review", null, "Key Account Plan Quarter"),
				description: __("What was reached, what was not, why, and what follows"),
				default: quarters[0].review,
				reqd: 1,
			},
			{
				fieldname: "confirm",
				fieldtype: "Check",
				label: __("Confirm: figures and review are final"),
				hidden: !may_confirm,
			},
		],
		primary_action_label: __("Save"),
		primary_action(values) {
			dialog.hide();
			call(frm, "review_quarter", { ...values, confirm: values.confirm || 0 });
		},
	});
	dialog.show();
}

function review_of(quarters, number) {
	const found = quarters.find((row) => row.quarter === cint(number));
	return (found && found.review) || "";
}

function show_progress(frm) {
	const wrapper = frm.fields_dict.progress.$wrapper.empty();
	if (frm.is_new()) return;
	wrapper.append(lights_table(frm));
	const rows = frm.doc.quarters || [];
	if (!rows.some((row) => row.revenue)) return;
	const chart = $("<div></div>").appendTo(wrapper);
	const share = (frm.doc.revenue_target || 0) / (rows.length || 1);
	new frappe.Chart(chart[0], {
		type: "axis-mixed",
		height: 180,
		colors: ["#2490ef", "#b8c2cc"],
		axisOptions: { shortenYAxisNumbers: 1 },
		data: {
			labels: rows.map((row) => __("Quarter {0}", [row.quarter])),
			datasets: [
				{ name: __("Revenue"), chartType: "bar", values: rows.map((row) => row.revenue || 0) },
				{ name: __("Target by Quarter"), chartType: "line", values: rows.map(() => share) },
			],
		},
	});
}

function lights_table(frm) {
	const known = (frm.doc.known || "").split(" ");
	const cells = MEASURES.filter(({ field }) => frm.fields_dict[`${field}_target`].disp_status !== "None")
		.filter(({ field }) => frm.doc[`${field}_target`])
		.map((measure) => light_cell(frm, measure, known));
	return `<div class="row mb-3">${cells.join("")}</div>`;
}

function light_cell(frm, { field, figure, label, is_money }, known) {
	const currency = erpnext.get_currency(frm.doc.company);
	const shown = (value) =>
		is_money ? format_currency(value, currency, 0) : `${format_number(value, null, 1)} %`;
	const actual = known.includes(figure) ? shown(frm.doc[`${field}_actual`]) : "–";
	const light = LIGHTS[frm.doc[`${field}_light`]] || "gray";
	return `<div class="col-sm-2 col-6">
		<div class="text-muted small">${label}</div>
		<div><span class="indicator-pill ${light}">${actual}</span></div>
		<div class="text-muted small">${__("Target: {0}", [shown(frm.doc[`${field}_target`])])}</div>
	</div>`;
}
