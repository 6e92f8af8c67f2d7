/* The lowest passing rate of each row, as a column of the items table of a key account's document (R30). */
frappe.provide("kam_extension");

{
	const FIELD = "kam_floor_rate";
	const BELOW = "kam-below-floor";
	// Widths in twelfths of the table.
	const WIDE = 2;
	const NARROW = 1;
	const DEFAULT_COLUMNS = 2;
	const LEAST = { item_code: 2, qty: 1, uom: 1 };

	/** Without the currency's name: the column is narrow, and its neighbours say it. Rows copy the field, so at once. */
	kam_extension.format_floor_rates = function (row_doctype) {
		const field = frappe.meta.docfield_map[row_doctype]?.[FIELD];
		if (field) field.formatter = (rate) => (rate ? format_number(rate, null, decimals()) : "");
	};

	const decimals = () => cint(frappe.boot.sysdefaults.currency_precision) || 2;

	kam_extension.FloorRates = class {
		constructor(frm) {
			this.frm = frm;
		}

		get grid() {
			return this.frm.fields_dict.items.grid;
		}

		/** Other customers' documents keep ERPNext's columns, and a user's own choice of columns is left alone. */
		show_column(is_wanted) {
			const column = this.grid.fields_map[FIELD];
			if (!column || this.grid.user_defined_columns?.length) return;
			column.in_list_view = is_wanted ? 1 : 0;
			column.columns = this.make_room(is_wanted);
			if (column.columns === NARROW) column.label = __("Floor", null, "Lowest Net Rate");
			// The form keeps the table's columns from the document that it showed before.
			if (this.is_shown() !== is_wanted) this.grid.reset_grid();
		}

		is_shown() {
			return (this.grid.visible_columns || []).some(([column]) => column.fieldname === FIELD);
		}

		/** ERPNext's columns fill the table: the ones that can spare it give the room, and get it back. */
		make_room(is_wanted) {
			let missing = WIDE;
			for (const [name, least] of Object.entries(LEAST)) {
				const column = this.grid.fields_map[name];
				if (!column?.in_list_view) continue;
				column.kam_columns ??= column.columns || DEFAULT_COLUMNS;
				const given = is_wanted ? Math.min(Math.max(column.kam_columns - least, 0), missing) : 0;
				column.columns = column.kam_columns - given;
				missing -= given;
			}
			return Math.max(WIDE - missing, NARROW);
		}

		/** Straight into the rows: the figure is information, it must not make the form unsaved. */
		write(rates, is_failing) {
			for (const row of this.frm.doc.items || []) {
				row[FIELD] = rates[row.idx] || 0;
				const line = this.grid.grid_rows_by_docname[row.name];
				line?.refresh_field(FIELD);
				line?.wrapper.toggleClass(BELOW, is_failing && row.net_rate < row[FIELD]);
			}
		}
	};
}
