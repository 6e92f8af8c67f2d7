"""Whom a satisfaction survey asks at a customer, and in which language (R52)."""

from collections.abc import Collection

import frappe
from frappe import _
from frappe.query_builder import DocType

from kam_extension.integration.receivables.statement_paper import customer_language

SURVEY = "Satisfaction Survey"


def fill_recipient(survey) -> None:
	"""Whatever the form leaves empty: contact, address, language, questions, and the account's tier."""
	account = frappe.db.get_value("Key Account", survey.key_account, ["customer", "tier"], as_dict=True)
	if not account:
		return
	survey.customer = account.customer
	survey.tier = survey.tier or account.tier
	survey.template = survey.template or default_template()
	if not survey.contact and not survey.recipient:
		found = contacts_to_ask([account.customer]).get(account.customer)
		survey.contact = found.name if found else None
	_take_contact(survey)
	survey.recipient_language = survey.recipient_language or language_of(survey.contact, account.customer)


def refuse_own_people(survey) -> None:
	"""Nobody of the house answers for a customer: users of the desk and employees are refused as recipients."""
	if survey.recipient and own_people([survey.recipient]):
		frappe.throw(
			_(
				"E-mail Address: {0} belongs to one of your own people. Enter that of somebody at the customer."
			).format(frappe.bold(survey.recipient)),
			title=_("Satisfaction Survey"),
		)


def own_people(addresses: Collection[str]) -> set[str]:
	"""Those of `addresses`, as they are written, that belong to users of the desk or employees; two queries."""
	asked = ("in", list(addresses) or [""])
	own = set(frappe.get_all("User", {"email": asked, "user_type": "System User"}, pluck="email"))
	fields = ("company_email", "personal_email", "user_id")
	for row in frappe.get_all(
		"Employee", or_filters=dict.fromkeys(fields, asked), fields=fields, as_list=True
	):
		own |= set(filter(None, row))
	known = {address.lower() for address in own}
	return {address for address in addresses if address.lower() in known}


def _take_contact(survey) -> None:
	contact = None
	if survey.contact:
		contact = frappe.db.get_value("Contact", survey.contact, ["full_name", "email_id"], as_dict=True)
	survey.contact_name = contact.full_name if contact else None
	if contact and not survey.recipient:
		survey.recipient = contact.email_id


def contacts_to_ask(customers: Collection[str]) -> dict[str, frappe._dict]:
	"""{customer: contact with name, full_name, email_id}: the primary one, else the oldest, that wants mail from us.

	Left out: who unsubscribed in the Contact, from all mail or from surveys, and own people. Four queries for all.
	"""
	contact, link = DocType("Contact"), DocType("Dynamic Link")
	rows = (
		frappe.qb.from_(contact)
		.join(link)
		.on((link.parent == contact.name) & (link.parenttype == "Contact"))
		.select(link.link_name.as_("customer"), contact.name, contact.full_name, contact.email_id)
		.where((link.link_doctype == "Customer") & link.link_name.isin(list(customers) or [""]))
		.where((contact.unsubscribed == 0) & (contact.email_id != ""))
		.orderby(contact.is_primary_contact)
		.orderby(contact.creation, order=frappe.qb.desc)
		.orderby(contact.name, order=frappe.qb.desc)
	).run(as_dict=True)
	found = {row.email_id for row in rows}
	refused = unsubscribed(found) | own_people(found)
	# The last one of each customer is the best.
	return {row.customer: row for row in rows if row.email_id not in refused}


def unsubscribed(addresses: Collection[str]) -> set[str]:
	"""Those of `addresses` that want no mail, or no surveys any more."""
	refusal = DocType("Email Unsubscribe")
	return set(
		(
			frappe.qb.from_(refusal)
			.select(refusal.email)
			.where(refusal.email.isin(list(addresses) or [""]))
			.where((refusal.global_unsubscribe == 1) | (refusal.reference_doctype == SURVEY))
		).run(pluck=True)
	)


def default_template() -> str | None:
	"""The template that is marked as default, else the oldest that is not disabled."""
	order = "is_default desc, creation"
	names = frappe.get_all(
		"Satisfaction Survey Template", {"is_disabled": 0}, pluck="name", order_by=order, limit=1
	)
	return names[0] if names else None


def language_of(contact: str | None, customer: str) -> str:
	"""The language of the contact's own user, else the customer's, else the site's."""
	user = frappe.db.get_value("Contact", contact, "user") if contact else None
	own = frappe.db.get_value("User", user, "language") if user else None
	return own or customer_language(customer)
