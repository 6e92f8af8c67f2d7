"""Read a selling document into the policy core's facts: section D's N, C, O and B (R21–R25)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from frappe.utils import flt

from kam_extension.integration.accounts.account_file import Account
from kam_extension.integration.credit import credit_facts_from, credit_question
from kam_extension.integration.credit.groups import Group, group_of
from kam_extension.integration.documents.bundles import Bundles, Stock
from kam_extension.integration.documents.catalogue import Catalogue, catalogue_question, read_catalogue
from kam_extension.integration.documents.checked_rows import exempt_rows
from kam_extension.integration.documents.costs import unit_costs
from kam_extension.integration.documents.earlier_rows import earlier_documents
from kam_extension.integration.documents.effective_net import effective_net
from kam_extension.integration.documents.exchange_rates import JudgedRate, judged_rate
from kam_extension.integration.documents.free_items import given_free
from kam_extension.integration.documents.inclusive_tax import inclusive_tax_of, own_tax_rates
from kam_extension.integration.documents.list_prices import ListPrices
from kam_extension.integration.documents.returned_goods import is_return
from kam_extension.integration.documents.unit_factors import settle_unit_factors, unit_factor
from kam_extension.integration.money import company_currency, site_rounding
from kam_extension.integration.questions import Question, Row, ask
from kam_extension.integration.rebates.agreements import agreement_for
from kam_extension.policy.codes import Action
from kam_extension.policy.facts import DocumentFacts, LineFacts
from kam_extension.policy.inclusive_tax import InclusiveTax
from kam_extension.policy.money import ZERO, Rounding, decimal
from kam_extension.policy.terms import PolicyTerms

GUARDED = ("Quotation", "Sales Order", "Sales Invoice", "Delivery Note", "POS Invoice")


def customer_of(doc) -> str | None:
	"""The document's customer; None for a quotation to a lead or prospect."""
	if doc.doctype == "Quotation":
		return doc.party_name if doc.quotation_to == "Customer" else None
	return doc.get("customer")


def read_document(
	doc, terms: PolicyTerms, account: Account, ask: Callable[..., Sequence[Row]] = ask
) -> DocumentFacts:
	"""The facts of `doc` in company currency. The number of queries does not depend on the number of rows.

	`ask` answers the questions that `questions_about` has; by default it asks the database.
	"""
	rounding = site_rounding(company_currency(doc.company))
	group = group_of(account.name) if judges_credit(doc, terms) else None
	prices, *credit = questions = questions_about(doc, terms, account.customer, group, rounding)
	answers = ask(*questions)
	settle_unit_factors(doc.items)
	exchange = judged_rate(doc)
	net = effective_net(doc, rounding)
	facts = DocumentFacts(
		account=account.facts(),
		lines=_read_lines(doc, terms, net, exchange, read_catalogue(prices, answers)),
		net=rounding.money(net * exchange.share),
		gross=rounding.money(decimal(doc.base_grand_total) * exchange.share),
		other_costs=decimal(flt(doc.get("kam_other_costs"), rounding.precision)),
		agreement=agreement_for(account, doc.company, _references(doc)),
		is_dealer_led=_is_dealer_led(doc, account),
		is_unreferenced_credit=is_return(doc),
		commits=is_commitment(doc),
		rounding=rounding,
		exchange_rate=exchange.rate,
		is_exchange_rate_known=exchange.is_known,
	)
	if not credit:
		return facts
	return replace(
		facts, credit=credit_facts_from(answers, doc, terms, account, group, rounding, exchange.share)
	)


def questions_about(
	doc, terms: PolicyTerms, customer: str, group: Group | None, rounding: Rounding
) -> list[Question]:
	"""What a judgement asks about its document: prices and bundles of the items, and where credit counts the position
	of the customer and its group (`groups.group_of` its account).
	"""
	lists = {terms.base_price_list, terms.cost_price_list}
	questions = [catalogue_question(lists, item_codes(doc, _counted_rows(doc)))]
	if judges_credit(doc, terms):
		questions.append(credit_question(doc, customer, group, rounding))
	return questions


def judges_credit(doc, terms: PolicyTerms) -> bool:
	return terms.credit_action != Action.OFF and is_commitment(doc)


def is_commitment(doc) -> bool:
	"""Orders and deliveries, by whatever document: there the account's credit and status count (R32)."""
	if is_return(doc):
		return False
	return doc.doctype in ("Sales Order", "Delivery Note") or bool(doc.get("update_stock"))


def _read_lines(
	doc, terms: PolicyTerms, net: Decimal, exchange: JudgedRate, catalogue: Catalogue
) -> tuple[LineFacts, ...]:
	rows = _counted_rows(doc)
	bundles = Bundles(doc, rows, catalogue.parts)
	prices = ListPrices(catalogue.prices, doc.company)
	costs = unit_costs(stocks_of(rows, bundles), bundles, prices, terms, doc.company)
	exempt = exempt_rows(doc, rows, net)
	free = given_free(rows)
	inclusive_tax = inclusive_tax_of(doc)
	lines = (
		read_line(
			row,
			exchange,
			list_rate=list_rate(row, terms.base_price_list, prices, inclusive_tax),
			unit_cost=costs.get((row.item_code, row.get("warehouse"))),
			is_free=row.idx in free,
			is_exempt=row.idx in exempt or _raises_price(doc, row),
		)
		for row in rows
	)
	return (*lines, *added_parts(bundles, costs))


def read_line(row, exchange: JudgedRate, **known) -> LineFacts:
	"""What the row itself says, in company currency by the judged exchange rate, and what is `known` of it besides."""
	return LineFacts(
		row=row.idx,
		item_code=row.item_code or "",
		item_name=row.get("item_name") or "",
		quantity=decimal(row.qty),
		stock_quantity=decimal(row.qty) * unit_factor(row),
		net_rate=decimal(row.base_net_rate) * exchange.share,
		net_amount=decimal(row.base_net_amount) * exchange.share,
		**known,
	)


def added_parts(bundles: Bundles, costs: dict[Stock, Decimal]) -> Iterator[LineFacts]:
	"""Parts that were put into a package: shipped and never paid for, whatever was checked of the bundle before.

	They have no row of the items table, so their row number is 0.
	"""
	for part in bundles.added:
		yield LineFacts(
			row=0,
			item_code=part.item_code,
			quantity=part.quantity,
			stock_quantity=part.quantity,
			net_rate=ZERO,
			net_amount=ZERO,
			unit_cost=costs.get(part.stock),
			is_free=True,
		)


def _raises_price(doc, row) -> bool:
	"""A debit note's row without quantity sells nothing: it adds money to what was sold before."""
	if doc.doctype != "Sales Invoice" or not doc.is_debit_note:
		return False
	return not row.qty and decimal(row.base_net_amount) >= 0


def _counted_rows(doc) -> list:
	"""All but what a quotation offers instead of another row."""
	return [row for row in doc.items if not (row.doctype == "Quotation Item" and row.is_alternative)]


def item_codes(doc, rows: list) -> set[str]:
	"""The items of the rows and of what was put into their packages."""
	return {row.item_code for row in (*rows, *(doc.get("packed_items") or ())) if row.item_code}


def stocks_of(rows: list, bundles: Bundles) -> set[Stock]:
	stocks = {(row.item_code, row.get("warehouse")) for row in rows if row.item_code}
	return stocks | {part.stock for part in bundles.added}


def list_rate(row, price_list: str | None, prices: ListPrices, inclusive_tax: InclusiveTax) -> Decimal | None:
	"""Price of the row's unit in the list, on the basis of the document's prices."""
	rate = prices.rate(price_list, row.item_code, row.get("uom"), unit_factor(row))
	if rate is None or not inclusive_tax:
		return rate
	return inclusive_tax.net_of(rate, own_tax_rates(row))


def _is_dealer_led(doc, account: Account) -> bool:
	"""Only through the partner whom a manager registered on the key account (R28), in the DocType's own field."""
	partner = doc.referral_sales_partner if doc.doctype == "Quotation" else doc.sales_partner
	return bool(account.sales_partner) and partner == account.sales_partner


def _references(doc) -> set[tuple[str, str]]:
	own = {(doc.doctype, name) for name in (doc.name, doc.get("amended_from")) if name}
	return own | earlier_documents(doc)
