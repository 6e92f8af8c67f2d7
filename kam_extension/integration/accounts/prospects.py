"""The unit that registers a prospect first has priority for two calendar months (R10; S2, S3)."""

import frappe
from frappe import _
from frappe.query_builder import DocType, Order
from frappe.utils import add_months, cint, formatdate, getdate

from kam_extension.integration.accounts.accounts import account_of
from kam_extension.integration.accounts.twins import MOST_SHOWN, similar_customers
from kam_extension.integration.names import normalized_name, normalized_tax_id
from kam_extension.policy.codes import AccountStatus

DEFAULT_PROTECTED_MONTHS = 2
SAME = 1.0


def protection_end(registered_on):
	"""Last protected day of a registration of that day: whole calendar months, as KAM Settings say."""
	months = cint(frappe.get_cached_doc("KAM Settings").get("prospect_protected_months"))
	return getdate(add_months(registered_on, months or DEFAULT_PROTECTED_MONTHS))


def holder_of(name: str | None, tax_id: str | None, excluding: str | None = None):
	"""The protected registration of the same prospect (`unit`, `protected_until`, `registered_by`), or None.

	Locks what it reads, so that of two units registering at the same time one is refused.
	"""
	others = DocType("Prospect Registration").name != (excluding or "")
	rows = _protected(name, tax_id).where(others).for_update().run(as_dict=True)
	return rows[0] if rows else None


def registration_of(name: str | None, tax_id: str | None):
	"""The same without a lock, for a notice; None for a name without letters or digits."""
	if not normalized_name(name):
		return None
	rows = _protected(name, tax_id).run(as_dict=True)
	return rows[0] if rows else None


def _protected(name: str | None, tax_id: str | None):
	registration = DocType("Prospect Registration")
	same = registration.normalized_name == normalized_name(name)
	tax = normalized_tax_id(tax_id)
	if tax:
		same |= registration.normalized_tax_id == tax
	return (
		frappe.qb.from_(registration)
		.select(
			registration.name, registration.unit, registration.registered_by, registration.protected_until
		)
		.where(same)
		.where(registration.status == "Protected")
		.where(registration.protected_until >= getdate())
		.orderby(registration.protected_until, order=Order.desc)
		.limit(1)
	)


def refuse_while_protected(registration) -> None:
	holder = holder_of(registration.prospect_name, registration.tax_id, registration.name)
	if holder:
		frappe.throw(
			_(
				"Prospect {0} is registered by unit {1} ({2}) and protected until {3}. After that date it can be "
				"registered anew."
			).format(
				frappe.bold(registration.prospect_name),
				frappe.bold(holder.unit),
				frappe.get_cached_value("User", holder.registered_by, "full_name") or holder.registered_by,
				frappe.bold(formatdate(holder.protected_until)),
			),
			title=_("Protected Prospect"),
		)


def show_holder(doc, method: str | None = None) -> None:
	"""Event after_insert of Customer, Lead and Opportunity: tell who makes one that a unit is developing it already.

	A notice, no block: the register guards registrations, and the customer may have come by itself.
	"""
	name = doc.get("customer_name") or doc.get("company_name") or doc.get("lead_name")
	holder = None if doc.flags.kam_converted else registration_of(name, doc.get("tax_id"))
	if holder and frappe.session.user != holder.registered_by:
		frappe.msgprint(
			_(
				"Unit {0} ({1}) registered this prospect and is protected until {2}. Talk to them first."
			).format(
				frappe.bold(holder.unit),
				frappe.get_cached_value("User", holder.registered_by, "full_name"),
				frappe.bold(formatdate(holder.protected_until)),
			),
			title=_("Protected Prospect"),
			indicator="orange",
		)


def customer_to_convert(registration, customer: str | None) -> str:
	"""The Customer of a registration: the chosen one, or a new one where none has the same name or tax id.

	By the rights of the session's user. Raises frappe.ValidationError, frappe.PermissionError.
	"""
	if not customer:
		_refuse_same_customer(registration)
		return make_customer(registration)
	frappe.has_permission("Customer", "read", doc=customer, throw=True)
	account = account_of(customer)
	if account:
		frappe.throw(
			_(
				"Customer {0} has the key account {1} already. Its unit is responsible: request access."
			).format(frappe.bold(customer), frappe.bold(account)),
			frappe.DuplicateEntryError,
			title=_("Conversion"),
		)
	return customer


def _refuse_same_customer(registration) -> None:
	same = [
		twin
		for twin in similar_customers(registration.prospect_name, registration.tax_id)
		if twin.likeness == SAME
	]
	if same:
		frappe.throw(
			_("Customer {0} has the same name or tax id. Choose it in the field Customer to convert.").format(
				", ".join(frappe.bold(twin.customer_name) for twin in same[:MOST_SHOWN])
			),
			frappe.DuplicateEntryError,
			title=_("Conversion"),
		)


def make_customer(registration) -> str:
	"""Customer of a registration, by the permissions of the session's user."""
	if not frappe.has_permission("Customer", "create"):
		frappe.throw(
			_("You may not make customers. Ask somebody who may, and convert with that customer."),
			frappe.PermissionError,
			title=_("Conversion"),
		)
	customer = frappe.new_doc("Customer")
	customer.update(
		{
			"customer_name": registration.prospect_name,
			"customer_type": "Company",
			"tax_id": registration.tax_id,
			"industry": registration.industry,
		}
	)
	customer.flags.kam_converted = True
	return customer.insert().name


def make_account(registration, customer: str, company: str) -> str:
	"""Key Account of a converted prospect, the registering unit responsible for it."""
	frappe.has_permission("Key Account", "create", throw=True)
	account = frappe.new_doc("Key Account")
	account.update(
		{
			"customer": customer,
			"company": company,
			"status": AccountStatus.PROSPECT,
			"industry": registration.industry,
			"account_manager": registration.registered_by,
			"responsible_unit": registration.unit,
		}
	)
	# The unit and the manager come from the registration that gave them priority, not from the user's input.
	return account.insert(ignore_permissions=True).name
