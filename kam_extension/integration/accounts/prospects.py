"""The unit that registers a prospect first has priority for two calendar months (R10; S2, S3)."""

import frappe
from frappe import _
from frappe.query_builder import DocType, Order
from frappe.utils import add_months, formatdate, getdate

from kam_extension.integration.names import normalized_name, normalized_tax_id
from kam_extension.policy.codes import AccountStatus

PROTECTED_MONTHS = 2


def protection_end(registered_on):
	"""Last protected day of a registration of that day."""
	return getdate(add_months(registered_on, PROTECTED_MONTHS))


def holder_of(name: str | None, tax_id: str | None, excluding: str | None = None):
	"""The protected registration of the same prospect (`unit`, `protected_until`, `registered_by`), or None.

	Locks what it reads, so that of two units registering at the same time one is refused.
	"""
	registration = DocType("Prospect Registration")
	same = registration.normalized_name == normalized_name(name)
	if tax_id:
		same |= registration.normalized_tax_id == normalized_tax_id(tax_id)
	rows = (
		frappe.qb.from_(registration)
		.select(
			registration.name, registration.unit, registration.registered_by, registration.protected_until
		)
		.where(same)
		.where(registration.name != (excluding or ""))
		.where(registration.status == "Protected")
		.where(registration.protected_until >= getdate())
		.orderby(registration.protected_until, order=Order.desc)
		.limit(1)
		.for_update()
	).run(as_dict=True)
	return rows[0] if rows else None


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


def make_customer(registration) -> str:
	"""Customer of a registration, by the permissions of the session's user."""
	customer = frappe.new_doc("Customer")
	customer.update(
		{
			"customer_name": registration.prospect_name,
			"customer_type": "Company",
			"tax_id": registration.tax_id,
			"industry": registration.industry,
		}
	)
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
