"""Section D of the requirements, slow and obvious: is this stored document below its floor?

Written from the requirements, in Decimal, on what the database holds; it shares nothing with kam_extension.policy.
"""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal

import frappe
from frappe.utils import getdate

from tests.site.fuzz.world import AGREED, CAPS, GOODS, SITE_RATE, UNITS, World

CENT = Decimal("0.01")
MARKUPS = ((0, 20), (200_000, 17), (500_000, 14), (1_000_000, 10))
REBATES = ((0, 5), (200_000, 8), (1_000_000, 10))
EARLIER = {
	"Quotation": (),
	"Sales Order": (("quotation_item", "Quotation"),),
	"Delivery Note": (("so_detail", "Sales Order"), ("si_detail", "Sales Invoice")),
	"Sales Invoice": (("so_detail", "Sales Order"), ("dn_detail", "Delivery Note")),
	"POS Invoice": (),
}


@dataclass
class Finding:
	"""`broken` is (rule, item code or None) → money missing. `doubtful`: cents of rounding decide, so don't judge."""

	broken: dict[tuple[str, str | None], Decimal] = field(default_factory=dict)
	doubtful: bool = False
	seen: list[tuple[str, Decimal, Decimal]] = field(default_factory=list)
	"""(item, rate per stock unit in company currency, stock quantity) of the judged rows."""
	low: list[tuple[str, Decimal]] = field(default_factory=list)
	"""(item, rate per stock unit) of the rows below their cap."""


def cents(amount: Decimal) -> Decimal:
	return amount.quantize(CENT, ROUND_HALF_EVEN)


def number(value) -> Decimal:
	return Decimal(str(value or 0))


def examine(doctype: str, name: str, world: World, basis: str) -> Finding:
	"""Everything that is wrong with the document's price."""
	doc = frappe.get_doc(doctype, name)
	finding = Finding()
	judged = [row for row in doc.items if not was_checked_before(doc, row)]
	if judged:
		look_at_rows(doc, judged, world, finding)
		look_at_total(doc, judged, world, basis, finding)
	return finding


def customer_of(doc) -> str:
	return doc.party_name if doc.doctype == "Quotation" else doc.customer


def devaluation(doc) -> Decimal:
	"""What is left of the document's company-currency amounts at the lower of its exchange rate and the site's."""
	if doc.currency == "CNY":
		return Decimal(1)
	own = number(doc.conversion_rate)
	return min(own, SITE_RATE) / own


def stock_units(row, world: World) -> Decimal:
	"""Stock units of one unit; a factor above the item's own only makes the row cost more."""
	return max(number(row.conversion_factor) or Decimal(1), Decimal(UNITS.get(row.uom, 1)))


def net_of_document(doc) -> Decimal:
	"""N in company currency at the document's own exchange rate."""
	net = number(doc.base_net_total)
	for charge in doc.taxes if doc.get("taxes") else ():
		amount = number(charge.base_tax_amount_after_discount_amount)
		if amount < 0 and frappe.db.get_value("Account", charge.account_head, "account_type") != "Tax":
			net += amount
	gross = number(doc.base_grand_total)
	for part in doc.get("payment_schedule") or ():
		if gross and part.discount:
			assert part.discount_type == "Percentage"
			due = number(part.payment_amount) * number(doc.conversion_rate)
			net -= due * number(part.discount) / 100 * number(doc.base_net_total) / gross
	return cents(net)


def left_of_rows(doc) -> Decimal:
	"""Share of the rows' net that the document's own charges and early-payment discount leave."""
	rows_net = sum(number(row.base_net_amount) for row in doc.items)
	return net_of_document(doc) / rows_net if rows_net else Decimal(1)


def was_checked_before(doc, row) -> bool:
	"""R25: linked to a checked row of a submitted document, and its effective net rate is not lower."""
	return any(
		row.get(link) and is_as_good(doc, row, link, doctype) for link, doctype in EARLIER[doc.doctype]
	)


def is_as_good(doc, row, link: str, doctype: str) -> bool:
	parent = frappe.db.get_value(f"{doctype} Item", row.get(link), "parent")
	if not parent or frappe.db.get_value(doctype, parent, "docstatus") != 1:
		return False
	earlier = frappe.get_doc(doctype, parent)
	before = next(other for other in earlier.items if other.name == row.get(link))
	if before.item_code != row.item_code or customer_of(earlier) != customer_of(doc):
		return False
	if doctype == "Quotation" and not still_offered(doc, earlier, before):
		return False
	now = number(row.net_rate) * left_of_rows(doc) / (number(row.conversion_factor) or 1)
	then = number(before.net_rate) * left_of_rows(earlier) / (number(before.conversion_factor) or 1)
	return now >= then


def still_offered(doc, quotation, quoted) -> bool:
	"""A quoted price holds for the quoted quantity, once, until the quotation expires."""
	if quotation.valid_till and getdate(quotation.valid_till) < getdate():
		return False
	taken = frappe.get_all(
		"Sales Order Item",
		{"quotation_item": quoted.name, "docstatus": 1, "parent": ("!=", doc.name)},
		pluck="qty",
	)
	wanted = sum(number(row.qty) for row in doc.items if row.quotation_item == quoted.name)
	return not taken and wanted == number(quoted.qty)


def look_at_rows(doc, judged: list, world: World, finding: Finding) -> None:
	"""R21 for every judged row that no rule of the house gives away."""
	cap = CAPS[world.account_of(customer_of(doc))]
	tax = Decimal("1.13") if any(row.included_in_print_rate for row in doc.get("taxes") or ()) else Decimal(1)
	# Rounding of a rate in a foreign currency, or of a discount spread over the rows, is worth a cent of it.
	slack = CENT * (1 + number(doc.conversion_rate))
	is_exact = doc.currency == "CNY" and tax == 1 and not doc.discount_amount
	for row in judged:
		rate = number(row.base_net_rate) * devaluation(doc)
		units = stock_units(row, world)
		finding.seen.append((row.item_code, rate / units, number(row.qty) * units))
		if row.is_free_item and row.pricing_rules:
			continue
		floor = cents(GOODS[world.good_of(row.item_code)].list_price * units / tax * (100 - cap) / 100)
		if abs(rate - floor) <= slack and not is_exact:
			finding.doubtful = True
		if rate < floor:
			finding.broken[("Discount Cap", row.item_code)] = floor - rate
			finding.low.append((row.item_code, rate / units))


def look_at_total(doc, judged: list, world: World, basis: str, finding: Finding) -> None:
	"""R22, R23: N ≥ C + C·m + R + O for the judged rows, banded by the whole document."""
	left = devaluation(doc)
	whole = cents(net_of_document(doc) * left)
	rows_net = sum(number(row.base_net_amount) for row in doc.items)
	judged_net = sum(number(row.base_net_amount) for row in judged)
	net = cents(whole * judged_net / rows_net) if rows_net else whole
	cost = sum(
		cents(GOODS[world.good_of(row.item_code)].cost * number(row.qty) * stock_units(row, world))
		for row in judged
	)
	has_agreement = world.account_of(customer_of(doc)) == AGREED
	rate = band(REBATES, whole) if has_agreement else Decimal(0)
	gross = cents(number(doc.base_grand_total) * left)
	base = cents(net * gross / whole) if whole > 0 else net
	rebate = cents((cost if basis == "On Cost" else base) * rate / 100)
	required = cost + cents(cost * band(MARKUPS, whole) / 100) + rebate + number(doc.kam_other_costs)
	if abs(net - required) <= CENT * 2 and (left != 1 or len(judged) < len(doc.items)):
		finding.doubtful = True
	if net < required:
		finding.broken[("Markup", None)] = required - net


def band(bands: tuple, amount: Decimal) -> Decimal:
	return Decimal([value for edge, value in bands if edge <= amount][-1] if amount >= 0 else bands[0][1])


def is_covered(finding: Finding, approved: Finding) -> bool:
	"""R27: nothing is broken that an approver did not see, and nothing is worse than what was seen."""
	return all(
		rule in approved.broken
		and (missing <= approved.broken[rule] if rule[0] == "Markup" else is_seen(finding, approved, rule[1]))
		for rule, missing in finding.broken.items()
	)


def is_seen(finding: Finding, approved: Finding, item: str) -> bool:
	"""At no price below the cap is there more of the item than the approver saw at this price or a lower one."""

	def quantity_at(rows: list, rate: Decimal) -> Decimal:
		return sum(quantity for code, own, quantity in rows if code == item and own <= rate)

	rates = [rate for code, rate in finding.low if code == item]
	return all(quantity_at(finding.seen, rate) <= quantity_at(approved.seen, rate) for rate in rates)
