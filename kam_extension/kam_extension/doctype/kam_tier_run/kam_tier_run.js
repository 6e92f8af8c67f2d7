const RUN_EVENT = "kam_tier_run";
const REFRESH_SECONDS = 10;
const MAY_CONTINUE = ["KAM Manager", "KAM Director", "KAM Executive"];
const RUN_COLORS = { Queued: "gray", Running: "blue", Completed: "green", Failed: "red" };

frappe.ui.form.on("KAM Tier Run", {
	refresh(frm) {
		frm.disable_save();
		frm.page.set_indicator(__(frm.doc.status, null, "KAM Tier Run"), RUN_COLORS[frm.doc.status]);
		show_progress(frm, frm.doc.__onload?.units, frm.doc.processed);
		follow(frm);
		show_failed_parts(frm);
		offer_to_continue(frm);
	},

	onload(frm) {
		frappe.realtime.off(RUN_EVENT);
		frappe.realtime.on(RUN_EVENT, ({ run, units, processed }) => {
			if (run !== frm.doc.name || frm.doc.status !== "Running") return;
			if (units.Pending) show_progress(frm, units, processed);
			else frm.reload_doc();
		});
	},
});

function show_progress(frm, units, processed) {
	if (frm.doc.status !== "Running" || !units) return;
	const parts = Object.values(units).reduce((sum, number) => sum + number, 0);
	const worked = parts - (units.Pending || 0);
	const message = __("{0} of {1} parts worked, {2} of {3} accounts scored", [
		worked,
		parts,
		processed || 0,
		frm.doc.accounts,
	]);
	frm.dashboard.show_progress(__("Recomputing tiers"), (100 * worked) / Math.max(parts, 1), message);
}

/** Where no news comes in (no socket), look again from time to time while the run is open on the screen. */
function follow(frm) {
	clearTimeout(frm.kam_follow);
	if (frm.doc.status !== "Running") return;
	frm.kam_follow = setTimeout(() => {
		if (cur_frm === frm && frappe.get_route()[0] === "Form") frm.reload_doc();
	}, REFRESH_SECONDS * 1000);
}

function show_failed_parts(frm) {
	const failed = frm.doc.__onload?.failed_units || [];
	if (!failed.length) return;
	const rows = failed.map(
		(unit) => `<li>${describe(unit)}: ${frappe.utils.escape_html(unit.error || "")}</li>`
	);
	frm.set_intro(`<b>${__("These parts failed")}</b><ul class="mb-0">${rows.join("")}</ul>`, "orange");
}

/** In words, with a link to the part. */
function describe(unit) {
	const words =
		unit.step === "Measure"
			? `${kam_extension.metrics()[unit.metric][0]}, ${unit.company}`
			: __("{0}, accounts {1} to {2}", [unit.company, unit.first_account, unit.last_account]);
	return frappe.utils.get_form_link("KAM Tier Run Chunk", unit.name, true, frappe.utils.escape_html(words));
}

function offer_to_continue(frm) {
	const has_failed = (frm.doc.__onload?.failed_units || []).length > 0;
	if (frm.doc.status !== "Failed" || !has_failed) return;
	if (!MAY_CONTINUE.some((role) => frappe.user.has_role(role))) return;
	frm.add_custom_button(__("Continue"), async () => {
		await frappe.call({
			method: "kam_extension.tiers.continue_run",
			args: { run: frm.doc.name },
			freeze: true,
		});
		frappe.show_alert({ message: __("The failed parts are worked again."), indicator: "blue" });
		frm.reload_doc();
	}).addClass("btn-primary");
}
