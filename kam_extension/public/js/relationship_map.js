/* Who decides at the customer, how they stand to us, and who of us answers for the account (R8), as plain SVG.

Stakeholders stand in columns by their decision role; the thicker the border, the more influence; the colour of the line
to our side is the strength of the relation. Every person is a link that the keyboard reaches, and the drawing has the
same facts in words. */
frappe.provide("kam_extension");
{
	const ROLES = ["Decision Maker", "Approver", "Influencer", "User", "Purchaser", "Gatekeeper", ""];
	const STRENGTH_COLORS = {
		Strong: "#2f855a",
		Good: "#68b38a",
		Neutral: "#8d99a6",
		Weak: "#dd8b3a",
		Opposed: "#c53030",
	};
	const BORDERS = { High: 4, Medium: 2.5, Low: 1.2 };
	const DASHES = { Weak: "6 4", Opposed: "2 4" };
	const BOX = { width: 168, height: 56, gap: 12 };
	const MARGIN = 16;
	const HEAD = 26;
	const BETWEEN = 48;
	const STAKEHOLDER = "Key Account Stakeholder";
	const MEMBER = "Key Account Team Member";
	const escape = (text) => frappe.utils.escape_html(String(text ?? ""));

	kam_extension.show_relationship_map = (frm) => {
		const wrapper = frm.fields_dict.relationship_map.$wrapper;
		const theirs = frm.doc.stakeholders || [];
		if (!theirs.length) {
			const nothing = __("Add stakeholders below: who decides, how much, and how well you know them.");
			wrapper.html(`<p class="text-muted">${nothing}</p>`);
			return;
		}
		wrapper.html(`<div class="kam-map">${drawing(frm, theirs)}${legend()}</div>`);
		wrapper.on("click keydown", "[data-row]", (event) => {
			if (event.type === "keydown" && !["Enter", " "].includes(event.key)) return;
			event.preventDefault();
			const row = event.currentTarget.getAttribute("data-row");
			frm.fields_dict.stakeholders.grid.grid_rows_by_docname[row]?.toggle_view(true);
		});
	};

	function drawing(frm, theirs) {
		const columns = ROLES.map((role) => ({
			role,
			rows: theirs.filter((row) => (row.decision_role || "") === role),
		})).filter((column) => column.rows.length);
		const ours = our_side(frm.doc);
		const deepest = Math.max(...columns.map((column) => column.rows.length));
		const across = Math.max(columns.length, ours.length);
		const width = 2 * MARGIN + across * (BOX.width + BOX.gap) - BOX.gap;
		const top = HEAD + deepest * (BOX.height + BOX.gap) + BETWEEN;
		const places = theirs_places(columns, width, deepest);
		const base = row_places(ours.length, width, top + HEAD);
		return `<svg viewBox="0 0 ${width} ${top + HEAD + BOX.height + MARGIN}" role="group"
			aria-label="${escape(__("Relationship Map"))}" style="max-width: ${width}px">
			${columns.map((column, index) => title(column, index, columns.length, width)).join("")}
			${places.map((place) => line(place, top)).join("")}${places.map(their_box).join("")}
			${frame(width, top)}${ours.map((one, index) => our_box(one, base[index])).join("")}
		</svg>`;
	}

	/** Manager and sponsor first, then the team; a person with several functions stands once. */
	function our_side(doc) {
		const people = new Map();
		const add = (user, text) => {
			if (user) people.set(user, [...(people.get(user) || []), text]);
		};
		const names = doc.__onload?.people || {};
		add(doc.account_manager, __("Account Manager"));
		add(doc.executive_sponsor, __("Executive Sponsor"));
		for (const row of doc.team || []) add(row.user, __(row.function, null, MEMBER));
		return [...people].map(([user, texts]) => ({ name: names[user] || user, text: texts.join(", ") }));
	}

	function row_places(count, width, top) {
		const total = count * (BOX.width + BOX.gap) - BOX.gap;
		return Array.from({ length: count }, (_, index) => ({
			x: (width - total) / 2 + index * (BOX.width + BOX.gap),
			y: top,
		}));
	}

	/** The columns end level, so that every line goes down to our side. */
	function theirs_places(columns, width, deepest) {
		const heads = row_places(columns.length, width, HEAD);
		return columns.flatMap((column, index) =>
			column.rows.map((row, depth) => ({
				row,
				x: heads[index].x,
				y: HEAD + (deepest - column.rows.length + depth) * (BOX.height + BOX.gap),
			}))
		);
	}

	function title(column, index, count, width) {
		const { x } = row_places(count, width, 0)[index];
		const text = column.role ? __(column.role, null, STAKEHOLDER) : __("Role unknown");
		return `<text x="${x + BOX.width / 2}" y="16" text-anchor="middle" class="kam-map-title">${escape(
			text
		)}</text>`;
	}

	/** All of us stand behind a relation, so the lines end at our side as a whole. */
	const frame = (width, top) => `<rect x="1" y="${top}" width="${width - 2}" height="${
		HEAD + BOX.height + MARGIN - 1
	}" rx="8" fill="none" stroke="#5e97cf"/>
		<text x="${width / 2}" y="${top + 17}" text-anchor="middle" class="kam-map-title">${escape(
			__("Our Team")
		)}</text>`;

	function line({ row, x, y }, bottom) {
		const path = `M ${x + BOX.width} ${y + BOX.height / 2} h ${BOX.gap / 2} V ${bottom}`;
		const strength = row.relationship_strength;
		return `<path d="${path}" fill="none" stroke="${STRENGTH_COLORS[strength] || "#d1d8dd"}"
			stroke-width="${strength === "Strong" ? 3 : 2}" stroke-dasharray="${DASHES[strength] || ""}"/>`;
	}

	function their_box({ row, x, y }) {
		const strength = row.relationship_strength;
		const words = [
			row.full_name,
			row.job_title,
			row.decision_role && __(row.decision_role, null, STAKEHOLDER),
			row.influence && __("Influence: {0}", [__(row.influence, null, STAKEHOLDER)]),
			strength && __("Relationship: {0}", [__(strength, null, STAKEHOLDER)]),
		];
		return `<g tabindex="0" role="button" data-row="${escape(row.name)}" class="kam-map-person"
			aria-label="${escape(words.filter(Boolean).join(", "))}">
			<rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="6" fill="#fff"
				stroke="${STRENGTH_COLORS[strength] || "#8d99a6"}" stroke-width="${BORDERS[row.influence] || 1.2}"/>
			${label(x, y + 22, row.full_name, "kam-map-name")}
			${label(x, y + 41, row.job_title || (strength ? __(strength, null, STAKEHOLDER) : ""), "")}
			<title>${escape(words.filter(Boolean).join("\n"))}</title>
		</g>`;
	}

	const our_box = ({ name, text }, { x, y }) => `<g class="kam-map-ours">
		<rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="6" fill="#ebf3fb" stroke="#5e97cf"/>
		${label(x, y + 22, name, "kam-map-name")}
		${label(x, y + 41, text, "")}
		<title>${escape(`${name}: ${text}`)}</title>
	</g>`;

	function label(x, y, text, css_class) {
		const wide = /[\u2e80-\uffff]/.test(text || "");
		const most = wide ? 11 : 22;
		const shown = (text || "").length > most ? `${text.slice(0, most - 1)}…` : text || "";
		return `<text x="${x + BOX.width / 2}" y="${y}" text-anchor="middle" class="${css_class}">${escape(
			shown
		)}</text>`;
	}

	function legend() {
		const strengths = Object.entries(STRENGTH_COLORS).map(
			([strength, color]) => `<span><svg width="26" height="8"><path d="M0 4 H26" stroke="${color}"
				stroke-width="3" stroke-dasharray="${DASHES[strength] || ""}"/></svg> ${escape(
					__(strength, null, STAKEHOLDER)
				)}</span>`
		);
		const note = __("Thicker border: more influence. Open a person with a click or Enter.");
		return `<p class="kam-map-legend">${strengths.join("")}<span class="text-muted">${escape(
			note
		)}</span></p>`;
	}
}
