"""Prospect Registration: the first unit has priority for two calendar months (R10; S2, S3)."""

import time

import frappe
import pytest
from frappe.utils import add_days, add_months, formatdate, getdate, nowdate

from tests.site.factories import (
	company,
	insert,
	make_customer,
	make_department,
	make_key_account,
	make_user,
	unique,
)


@pytest.fixture
def user():
	return make_user("KAM User", "Sales User")


def register(name, unit=None, **fields):
	return insert("Prospect Registration", prospect_name=name, unit=unit or make_department().name, **fields)


def tax_id():
	return frappe.generate_hash(length=18).upper()


def let_protection_end(registration):
	frappe.db.set_value(
		"Prospect Registration", registration.name, "protected_until", add_days(nowdate(), -1)
	)


def test_protected_for_two_calendar_months():
	registration = register(unique("Prospect"))
	assert registration.registered_on == getdate()
	assert registration.protected_until == getdate(add_months(nowdate(), 2))


@pytest.mark.parametrize("spelling", ["{} Co., Ltd.", "  {} ", "{}（集团）有限公司", "{} LIMITED"])
def test_same_name_of_another_unit_is_refused_with_holder_and_date(spelling):
	name = unique("Prospect")
	holder = register(name)
	with pytest.raises(frappe.ValidationError) as refusal:
		register(spelling.format(name))
	assert holder.unit in str(refusal.value)
	assert formatdate(holder.protected_until) in str(refusal.value)


def test_same_tax_id_under_another_name():
	tax = tax_id()
	register(unique("Prospect"), tax_id=tax)
	with pytest.raises(frappe.ValidationError, match="protected until"):
		register(unique("Other"), tax_id=f" {tax[:9].lower()}-{tax[9:]}")


def test_own_unit_cannot_prolong_by_registering_again():
	first = register(unique("Prospect"))
	with pytest.raises(frappe.ValidationError, match="protected until"):
		register(first.prospect_name, first.unit)


def test_two_without_tax_id_are_not_the_same():
	register(unique("Prospect"), tax_id="")
	assert register(unique("Prospect"), tax_id="").status == "Protected"


def test_registered_anew_after_protection():
	first = register(unique("Prospect"))
	let_protection_end(first)
	assert register(first.prospect_name).status == "Protected"


def test_last_protected_day_still_protects():
	first = register(unique("Prospect"))
	frappe.db.set_value("Prospect Registration", first.name, "protected_until", nowdate())
	with pytest.raises(frappe.ValidationError, match="protected until"):
		register(first.prospect_name)


def test_withdrawn_protects_no_more():
	first = register(unique("Prospect"))
	first.status = "Withdrawn"
	first.save()
	assert register(first.prospect_name).status == "Protected"


def test_an_expired_one_cannot_be_revived_over_another_units():
	first = register(unique("Prospect"))
	let_protection_end(first)
	register(first.prospect_name)
	first.reload()
	first.protected_until = add_months(nowdate(), 1)
	with pytest.raises(frappe.ValidationError, match="protected until"):
		first.save()


def test_a_manager_extends_a_user_does_not(as_user, user):
	unit = make_department().name
	with as_user(user):
		registration = register(unique("Prospect"), unit)
	longer = add_months(nowdate(), 4)
	for who in (user, make_user("KAM Manager")):
		with as_user(who):
			document = frappe.get_doc("Prospect Registration", registration.name)
			document.protected_until = longer
			document.save()
		stored = frappe.db.get_value("Prospect Registration", registration.name, "protected_until")
		assert (stored == getdate(longer)) == (who != user)


def test_who_registered_and_when_is_the_servers(as_user, user):
	unit = make_department().name
	with as_user(user):
		registration = register(
			unique("Prospect"),
			unit,
			registered_by="Administrator",
			registered_on="2020-01-01",
			protected_until="2099-01-01",
		)
		registration.update({"registered_on": "2020-01-01", "registered_by": "Administrator"})
		registration.save()
	stored = frappe.get_doc("Prospect Registration", registration.name)
	assert (stored.registered_by, stored.registered_on) == (user, getdate())
	assert stored.protected_until == getdate(add_months(nowdate(), 2))


def test_name_of_punctuation_only():
	with pytest.raises(frappe.ValidationError, match="Prospect Name"):
		register("—— ()")


def test_conversion_makes_customer_and_key_account(as_user, user):
	unit, tax = make_department().name, tax_id()
	with as_user(user):
		registration = register(unique("Prospect"), unit, tax_id=tax)
		account = frappe.get_doc("Key Account", registration.convert(company()))
	customer = frappe.get_doc("Customer", account.customer)
	assert (customer.customer_name, customer.tax_id) == (registration.prospect_name, tax)
	assert (account.responsible_unit, account.account_manager, account.status) == (unit, user, "Prospect")
	registration.reload()
	assert (registration.status, registration.key_account) == ("Converted", account.name)


def test_converting_twice_is_refused(as_user, user):
	with as_user(user):
		registration = register(unique("Prospect"), department_by_administrator())
		registration.convert(company())
		with pytest.raises(frappe.ValidationError, match="Protected"):
			registration.convert(company())


def test_only_who_may_write_a_registration_converts_it(as_user, user):
	registration, other = register(unique("Prospect")), register(unique("Prospect"))
	insert("User Permission", user=user, allow="Prospect Registration", for_value=other.name)
	with as_user(user), pytest.raises(frappe.PermissionError):
		frappe.get_doc("Prospect Registration", registration.name).convert(company())
	assert not frappe.db.exists("Customer", {"customer_name": registration.prospect_name})


def test_status_converted_by_hand_is_refused():
	registration = register(unique("Prospect"))
	registration.status = "Converted"
	with pytest.raises(frappe.ValidationError, match="Convert"):
		registration.save()


def department_by_administrator():
	before = frappe.session.user
	frappe.set_user("Administrator")
	name = make_department().name
	frappe.set_user(before)
	return name


@pytest.mark.committing
def test_of_two_units_at_the_same_time_one_is_first(in_parallel):
	name, units = unique("Prospect"), [make_department().name for _ in range(2)]
	results = in_parallel(*(lambda unit=unit: register_slowly(name, unit) for unit in units))
	refused = [result for result in results if isinstance(result, Exception)]
	assert len(refused) == 1
	assert isinstance(refused[0], frappe.ValidationError | frappe.QueryDeadlockError)
	assert frappe.db.count("Prospect Registration", {"prospect_name": name}) == 1


def register_slowly(name, unit):
	"""Both have looked at the table before either has committed."""
	frappe.db.count("Prospect Registration")
	time.sleep(0.5)
	register(name, unit)
	time.sleep(0.5)
	frappe.db.commit()


class TestFurther:
	def test_months_of_protection_are_a_setting(self):
		frappe.db.set_single_value("KAM Settings", "prospect_protected_months", 5)
		assert register(unique("Prospect")).protected_until == getdate(add_months(nowdate(), 5))

	def test_a_tax_id_of_punctuation_is_none(self):
		register(unique("Prospect"), tax_id="-")
		assert register(unique("Other"), tax_id=" - ").status == "Protected"

	def test_extended_by_a_manager_after_it_lapsed_and_logged(self, as_user):
		registration, manager = register(unique("Prospect")), make_user("KAM Manager")
		let_protection_end(registration)
		with as_user(manager):
			document = frappe.get_doc("Prospect Registration", registration.name)
			document.protected_until = add_months(nowdate(), 1)
			document._save(ignore_version=False)
		with pytest.raises(frappe.ValidationError, match="protected until"):
			register(registration.prospect_name)
		versions = frappe.get_all("Version", {"docname": registration.name}, ["owner", "data"])
		assert any("protected_until" in row.data and row.owner == manager for row in versions)

	def test_an_existing_customer_is_chosen_not_doubled(self, as_user, user):
		name = unique("Prospect")
		customer = make_customer(customer_name=f"{name} Co., Ltd.").name
		unit = make_department().name
		with as_user(user):
			registration = register(name, unit)
			with pytest.raises(frappe.DuplicateEntryError, match="Choose it"):
				registration.convert(company())
			account = frappe.get_doc("Key Account", registration.convert(company(), customer))
		assert account.customer == customer
		assert frappe.db.count("Customer", {"customer_name": ("like", f"{name}%")}) == 1

	def test_an_account_of_others_is_not_taken(self, as_user, user):
		account, unit = make_key_account(), make_department().name
		with as_user(user):
			registration = register(unique("Prospect"), unit)
			with pytest.raises(frappe.DuplicateEntryError, match=account.name):
				registration.convert(company(), account.customer)

	def test_who_may_not_make_customers_is_told_what_to_do(self, as_user):
		unit = make_department().name
		with as_user(make_user("KAM User")):
			registration = register(unique("Prospect"), unit)
			with pytest.raises(frappe.PermissionError, match="convert with that customer"):
				registration.convert(company())

	def test_what_another_unit_holds_by_now_is_not_converted(self):
		registration = register(unique("Prospect"))
		let_protection_end(registration)
		register(registration.prospect_name)
		with pytest.raises(frappe.ValidationError, match="protected until"):
			registration.reload().convert(company())

	def test_a_forged_call_converts_what_is_stored(self, as_user, user):
		unit = make_department().name
		with as_user(user):
			registration = register(unique("Prospect"), unit)
			forged = frappe.get_doc(
				registration.as_dict() | {"prospect_name": "Forged", "registered_by": "Guest"}
			)
			account = frappe.get_doc("Key Account", forged.convert(company()))
		assert (account.account_manager, account.customer_name) == (user, registration.prospect_name)

	def test_makers_of_a_customer_or_lead_are_told_of_the_holder(self, as_user, user):
		registration = register(unique("Prospect"))
		with as_user(user):
			frappe.clear_messages()
			make_customer(customer_name=registration.prospect_name)
			assert registration.unit in str(frappe.get_message_log())
			frappe.clear_messages()
			insert("Lead", company_name=f"{registration.prospect_name} Ltd", lead_name="Li")
			assert registration.unit in str(frappe.get_message_log())
			frappe.clear_messages()
			make_customer(customer_name=unique("Customer"))
			assert registration.unit not in str(frappe.get_message_log())

	def test_the_holder_himself_is_not(self, as_user, user):
		unit = make_department().name
		with as_user(user):
			registration = register(unique("Prospect"), unit)
			frappe.clear_messages()
			make_customer(customer_name=registration.prospect_name)
		assert unit not in str(frappe.get_message_log())

	def test_reminded_before_it_ends(self, as_user, user):
		unit = make_department().name
		with as_user(user):
			registration = register(unique("Prospect"), unit)
		notification = frappe.get_doc("Notification", "KAM Prospect Registration Ends in 7 Days")
		assert not notification.get_documents_for_today()
		frappe.db.set_value(
			"Prospect Registration", registration.name, "protected_until", add_days(nowdate(), 7)
		)
		due = notification.get_documents_for_today()
		assert [document.name for document in due] == [registration.name]
		notification.send(due[0])
		told = frappe.get_all(
			"Notification Log", {"document_name": registration.name}, ["for_user", "subject"]
		)
		assert [row.for_user for row in told] == [user]
		assert registration.prospect_name in told[0].subject
