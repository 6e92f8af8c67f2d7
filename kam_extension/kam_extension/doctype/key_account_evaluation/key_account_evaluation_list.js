frappe.listview_settings["Key Account Evaluation"] = {
	add_fields: ["status", "judgement", "suggestion"],
	get_indicator(doc) {
		if (doc.docstatus === 1) {
			const color = { Strengthen: "green", Maintain: "blue", End: "red" }[doc.judgement];
			const label = __(doc.judgement, null, "Key Account Evaluation");
			return [label, color, `judgement,=,${doc.judgement}|docstatus,=,1`];
		}
		const color = doc.docstatus === 2 ? "red" : "gray";
		return [__(doc.status, null, "Key Account Evaluation"), color, `status,=,${doc.status}`];
	},
};
