const REPLAY_EVENT = "kam_policy_replay";
const LOOK_AGAIN_SECONDS = 5;
const REPLAY_COLORS = {
	Draft: "gray",
	Queued: "orange",
	Running: "blue",
	Completed: "green",
	Failed: "red",
	Cancelled: "gray",
};

frappe.ui.form.on("Policy Replay", {
	onload(frm) {
		frappe.realtime.off(REPLAY_EVENT);
		frappe.realtime.on(REPLAY_EVENT, ({ replay, done, total }) => {
			if (replay !== frm.doc.name) return;
			if (total === undefined) frm.reload_doc();
			else show_replay_progress(frm, done, total);
		});
		frm.set_query("compared_with", () => ({ filters: { name: ["!=", frm.doc.policy] } }));
	},

	refresh(frm) {
		if (frm.is_new()) {
			set_last_year(frm);
			return;
		}
		const { status } = frm.doc;
		frm.page.set_indicator(__(status, null, "Policy Replay"), REPLAY_COLORS[status]);
		const is_under_way = ["Queued", "Running"].includes(status);
		if (is_under_way || status === "Completed") {
			frm.disable_save();
			frm.set_read_only();
		}
		if (is_under_way) show_replay_progress(frm, frm.doc.orders_done, frm.doc.orders_total);
		add_replay_buttons(frm, status, is_under_way);
		follow_replay(frm, is_under_way);
		kam_extension.show_replay_result(frm);
	},
});

function set_last_year(frm) {
	if (frm.doc.from_date) return;
	const today = frappe.datetime.get_today();
	frm.set_value("to_date", today);
	frm.set_value("from_date", frappe.datetime.add_months(today, -12));
}

function add_replay_buttons(frm, status, is_under_way) {
	const call = async (method) => {
		await frm.call(method);
		frm.reload_doc();
	};
	if (is_under_way) {
		frm.add_custom_button(__("Stop"), () => call("cancel_run"));
	} else if (status === "Completed") {
		const list = (doctype) => () => frappe.set_route("List", doctype, "Report", { replay: frm.doc.name });
		frm.add_custom_button(__("All Orders"), list("Policy Replay Order"));
		frm.add_custom_button(__("All Key Accounts"), list("Policy Replay Account"));
	} else {
		const label = status === "Draft" ? __("Start Replay") : __("Start Again");
		frm.add_custom_button(label, () => call("start")).addClass("btn-primary");
	}
}

function show_replay_progress(frm, done, total) {
	const message = total
		? __("{0} of {1} orders judged", [done, total])
		: __("Waiting for a background worker");
	frm.dashboard.show_progress(__("Policy Replay"), total ? (100 * done) / total : 0, message);
}

/** Where no news comes in (no socket), look again from time to time while the form is on the screen. */
function follow_replay(frm, is_under_way) {
	clearTimeout(frm.kam_follow);
	if (!is_under_way) return;
	frm.kam_follow = setTimeout(() => {
		if (cur_frm === frm && frappe.get_route()[0] === "Form") frm.reload_doc();
	}, LOOK_AGAIN_SECONDS * 1000);
}
