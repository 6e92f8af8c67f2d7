/* Read-only choices in the words of their own DocType, as editable ones show them: Frappe translates them without it. */
{
	const MODULE = "KAM Extension";

	const is_ours = (meta, field) =>
		field.fieldtype === "Select" && (meta.module === MODULE || field.fieldname.startsWith("kam_"));

	function say_in_context(doctype) {
		const meta = frappe.get_meta(doctype);
		for (const { fieldname } of meta.fields.filter((field) => is_ours(meta, field))) {
			const field = frappe.meta.docfield_map[doctype]?.[fieldname];
			if (field) field.formatter ??= (value) => (value ? __(value, null, doctype) : "");
		}
	}

	$(document).on("form-load", (_event, frm) => {
		const tables = frm.meta.fields.filter((field) => frappe.model.table_fields.includes(field.fieldtype));
		[frm.doctype, ...tables.map((field) => field.options)].forEach(say_in_context);
	});
}
