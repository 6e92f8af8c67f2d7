"""The key-account file: what it refuses, whom its fields belong to, its history and its customer (R6–R8, R19, R70)."""

import frappe
import pytest
from frappe.utils import add_days, add_months, getdate, nowdate

from tests.site.factories import (
	company,
	insert,
	make_customer,
	make_department,
	make_key_account,
	make_policy,
	make_user,
	make_visit_log,
	unique,
)
from tests.site.visibility_setup import make_member


@pytest.fixture
def account():
	return make_key_account()


@pytest.fixture
def user():
	return make_user("KAM User")


@pytest.fixture
def manager():
	return make_user("KAM Manager")


def change(account, **fields):
	document = frappe.get_doc("Key Account", account.name)
	document.update(fields)
	return document.save()


def tier_changes(account):
	return frappe.get_all(
		"KAM Tier Change",
		{"key_account": account.name},
		["from_tier", "to_tier", "reason", "changed_by"],
		order_by="creation, name",
	)


class TestRefusals:
	def test_second_account_of_a_customer_names_the_first(self, account):
		with pytest.raises(frappe.DuplicateEntryError, match=account.name):
			make_key_account(account.customer)

	def test_account_is_not_its_own_parent(self, account):
		with pytest.raises(frappe.ValidationError, match="Parent Account"):
			change(account, parent_key_account=account.name)

	def test_loop_over_three_accounts(self, account):
		child = make_key_account(parent_key_account=account.name)
		grandchild = make_key_account(parent_key_account=child.name)
		with pytest.raises(frappe.ValidationError, match="Parent Account"):
			change(account, parent_key_account=grandchild.name)

	def test_override_needs_a_reason(self, account):
		with pytest.raises(frappe.MandatoryError, match="Reason"):
			change(account, tier_override="B", tier_override_until=add_days(nowdate(), 5))

	@pytest.mark.parametrize("until", [None, -1])
	def test_override_needs_a_last_day_that_has_not_passed(self, account, until):
		day = until and add_days(nowdate(), until)
		with pytest.raises(frappe.ValidationError, match="Valid Until"):
			change(account, tier_override="B", tier_override_reason="Fair", tier_override_until=day)

	def test_an_override_that_has_run_out_blocks_no_later_save(self, account):
		change(account, tier_override="B", tier_override_reason="Fair", tier_override_until=nowdate())
		frappe.db.set_value("Key Account", account.name, "tier_override_until", add_days(nowdate(), -1))
		assert change(account, industry=None, demand_type="Customised").demand_type == "Customised"

	def test_clearing_the_override_clears_what_belongs_to_it(self, account):
		change(account, tier_override="B", tier_override_reason="Fair", tier_override_until=nowdate())
		cleared = change(account, tier_override=None)
		assert (cleared.tier_override_until, cleared.tier_override_reason) == (None, None)

	@pytest.mark.parametrize("influence", [-1, 5])
	def test_strategic_influence_is_1_to_4(self, account, influence):
		with pytest.raises(frappe.ValidationError, match="Strategic Influence"):
			change(account, strategic_influence=influence)

	def test_manager_must_be_enabled_when_chosen_but_may_leave_later(self, account):
		leaver = make_user("KAM User")
		change(account, account_manager=leaver)
		frappe.db.set_value("User", leaver, "enabled", 0)
		assert change(account, demand_type="Customised").account_manager == leaver
		with pytest.raises(frappe.ValidationError, match="Account Manager"):
			make_key_account(account_manager=leaver)

	def test_unit_given_twice(self):
		unit = make_department().name
		with pytest.raises(frappe.ValidationError, match="rows 1 and 2"):
			make_key_account(units=[{"unit": unit}, {"unit": unit}])

	def test_responsible_unit_is_no_additional_unit(self):
		unit = make_department().name
		with pytest.raises(frappe.ValidationError, match="responsible unit"):
			make_key_account(responsible_unit=unit, units=[{"unit": unit}])


class TestWhoMayChangeWhat:
	def test_a_user_opens_a_file_without_the_fields_that_move_money(self, as_user, user):
		customer = make_customer().name
		with as_user(user):
			made = make_key_account(
				customer,
				tier="A",
				account_class="Major",
				status="Watch",
				credit_limit_override=9,
				strategic_influence=4,
			)
		stored = frappe.get_doc("Key Account", made.name)
		assert (stored.tier, stored.account_class, stored.status) == (None, "Ordinary", "Active")
		assert (stored.credit_limit_override, stored.strategic_influence) == (0, 0)
		assert stored.account_manager == user

	def test_a_manager_sets_them_when_the_file_is_opened(self, as_user, manager):
		customer = make_customer().name
		with as_user(manager):
			made = make_key_account(customer, tier="B", account_class="Major", strategic_influence=3)
		stored = frappe.get_doc("Key Account", made.name)
		assert (stored.tier, stored.account_class, stored.strategic_influence) == ("B", "Major", 3)

	@pytest.mark.parametrize(
		"field, value",
		[("tier", "C"), ("status", "Watch"), ("account_class", "Ordinary"), ("credit_limit_override", 5.0)],
	)
	def test_a_user_cannot_change_them_later(self, as_user, user, account, field, value):
		before = account.get(field)
		frappe.db.set_value("Key Account", account.name, "account_manager", user)
		with as_user(user):
			change(account, **{field: value})
		assert frappe.db.get_value("Key Account", account.name, field) == (before or 0)

	def test_a_user_cannot_add_units_or_team_members(self, as_user, user, account):
		unit = make_department().name
		frappe.db.set_value("Key Account", account.name, "account_manager", user)
		with as_user(user):
			document = frappe.get_doc("Key Account", account.name)
			document.append("units", {"unit": unit})
			document.append("team", {"user": user, "function": "Sales"})
			document.save()
		stored = frappe.get_doc("Key Account", account.name)
		assert (stored.units, stored.team) == ([], [])

	def test_home_company_is_changed_by_managers_only(self, as_user, manager, account):
		other = insert("Company", company_name=unique("Other"), default_currency="CNY", country="China").name
		with as_user(make_member(account.name)), pytest.raises(frappe.PermissionError, match="Home Company"):
			change(account, company=other)
		with as_user(manager):
			assert change(account, company=other).company == other

	def test_derived_fields_follow_their_documents_only(self, account):
		forged = change(account, risk_level="Low", last_visit_date=nowdate(), next_visit_due="2099-01-01")
		assert (forged.risk_level, forged.last_visit_date, forged.next_visit_due) == (None, None, None)
		made = make_key_account(risk_level="Low")
		assert frappe.db.get_value("Key Account", made.name, "risk_level") is None

	def test_only_managers_recompute(self, as_user, user, manager, account):
		make_policy()
		with as_user(user), pytest.raises(frappe.PermissionError):
			frappe.get_doc("Key Account", account.name).recompute_tier()
		with as_user(manager):
			run = frappe.get_doc("Key Account", account.name).recompute_tier()
		assert frappe.db.get_value("KAM Tier Run", run, "accounts") == 1


class TestPersonalFields:
	@pytest.fixture
	def account(self):
		stakeholder = {"full_name": "Li Na", "birthday": "1980-05-01", "preferences": "Green tea"}
		return make_key_account(stakeholders=[stakeholder])

	def read_as(self, as_user, reader, account):
		with as_user(reader):
			document = frappe.get_doc("Key Account", account.name)
			document.apply_fieldlevel_read_permissions()
			return document.stakeholders[0].as_dict().get("birthday")

	def test_hidden_from_users_outside_the_team(self, as_user, user, account):
		assert self.read_as(as_user, user, account) is None

	def test_read_by_managers(self, as_user, manager, account):
		assert self.read_as(as_user, manager, account) == getdate("1980-05-01")

	def test_hidden_from_finance(self, as_user, account):
		assert self.read_as(as_user, make_user("KAM Finance"), account) is None

	def test_read_by_the_account_manager_and_the_team(self, as_user, user, account):
		colleague = make_user("KAM User")
		change(account, account_manager=user, team=[{"user": colleague, "function": "Technical"}])
		assert self.read_as(as_user, user, account) == getdate("1980-05-01")
		assert self.read_as(as_user, colleague, account) == getdate("1980-05-01")

	def test_naming_oneself_manager_opens_nothing(self, as_user, user, account):
		with as_user(user):
			document = frappe.get_doc("Key Account", account.name)
			document.account_manager = user
			document.apply_fieldlevel_read_permissions()
			assert document.stakeholders[0].as_dict().get("birthday") is None

	def test_saving_without_them_keeps_them(self, as_user, user, account):
		"""By somebody outside the team with whom the file is shared."""
		frappe.share.add("Key Account", account.name, user, write=1)
		with as_user(user):
			document = frappe.get_doc("Key Account", account.name)
			document.apply_fieldlevel_read_permissions()
			document.stakeholders[0].job_title = "Buyer"
			document.save()
		stored = frappe.get_doc("Key Account", account.name).stakeholders[0]
		assert (stored.job_title, stored.preferences) == ("Buyer", "Green tea")


class TestHistory:
	def test_tier_of_a_new_file_is_its_first_entry(self, account):
		assert [(row.from_tier, row.to_tier) for row in tier_changes(account)] == [(None, "A")]

	def test_change_on_the_form_is_recorded_with_its_author(self, as_user, manager, account):
		with as_user(manager):
			change(account, tier="C")
		last = tier_changes(account)[-1]
		assert (last.from_tier, last.to_tier, last.changed_by) == ("A", "C", manager)

	def test_override_is_recorded_with_its_reason(self, account):
		change(account, tier_override="B", tier_override_reason="Lost tender", tier_override_until=nowdate())
		last = tier_changes(account)[-1]
		assert (last.from_tier, last.to_tier, last.reason) == ("A", "B", "Lost tender")

	def test_a_change_of_anything_else_is_no_tier_change(self, account):
		change(account, demand_type="Customised")
		assert len(tier_changes(account)) == 1

	@pytest.mark.parametrize("deed", ["insert", "save", "delete"])
	def test_nobody_writes_history_by_hand(self, account, deed):
		name = frappe.get_all("KAM Tier Change", {"key_account": account.name}, pluck="name")[0]
		record = frappe.get_doc("KAM Tier Change", name)
		if deed == "insert":
			record = frappe.copy_doc(record)
		record.reason = "Forged"
		with pytest.raises(frappe.PermissionError):
			getattr(record, deed)()


class TestCustomer:
	def test_customer_shows_the_account_and_loses_it(self, account):
		shown = frappe.get_doc("Customer", account.customer)
		assert (shown.kam_key_account, shown.kam_tier, shown.kam_account_class) == (
			account.name,
			"A",
			"Major",
		)
		frappe.delete_doc("Key Account", account.name)
		shown.reload()
		assert (shown.kam_key_account, shown.kam_tier, shown.kam_account_class) == (None, None, None)
		assert tier_changes(account) == []

	def test_merging_two_key_accounts_is_refused(self, account):
		other = make_key_account()
		with pytest.raises(frappe.ValidationError, match=account.name):
			frappe.rename_doc("Customer", account.customer, other.customer, merge=True, force=True)

	def test_merging_hands_the_file_to_the_remaining_customer(self, account):
		heir = make_customer()
		frappe.rename_doc("Customer", account.customer, heir.name, merge=True, force=True)
		file = frappe.get_doc("Key Account", account.name)
		assert (file.customer, file.customer_name) == (heir.name, heir.customer_name)
		heir.reload()
		assert (heir.kam_key_account, heir.kam_tier) == (account.name, "A")

	def test_merging_into_the_customer_with_the_file_keeps_it(self, account):
		frappe.rename_doc("Customer", make_customer().name, account.customer, merge=True, force=True)
		assert frappe.db.get_value("Customer", account.customer, "kam_key_account") == account.name

	def test_renaming_and_a_new_customer_name_reach_the_file(self, account):
		renamed = frappe.rename_doc("Customer", account.customer, unique("Renamed"), force=True)
		assert frappe.db.get_value("Key Account", account.name, "customer") == renamed
		customer = frappe.get_doc("Customer", renamed)
		customer.customer_name = unique("New Name")
		customer.save()
		assert frappe.db.get_value("Key Account", account.name, "customer_name") == customer.customer_name


class TestTwins:
	def shown(self):
		return [message for message in frappe.get_message_log() if message.get("title") == "Possible Twins"]

	def test_same_tax_id_written_differently(self):
		tax = frappe.generate_hash(length=16).upper()
		first = make_customer(tax_id=f"{tax[:6]} {tax[6:]}")
		frappe.clear_messages()
		make_customer(tax_id=tax.lower())
		assert first.name in self.shown()[0].message

	@pytest.mark.parametrize("suffix", ["有限公司", "股份有限公司", "（集团）有限公司"])
	def test_name_that_differs_by_its_legal_form(self, suffix):
		core = "河北" + "".join(chr(0x4E00 + byte) for byte in frappe.generate_hash(length=8).encode())
		first = make_customer(customer_name=core)
		frappe.clear_messages()
		make_key_account(make_customer(customer_name=core + suffix).name)
		assert len(self.shown()) == 2, "once for the customer, once for its key account"
		assert first.name in self.shown()[1].message

	def test_another_name_is_no_twin(self):
		make_customer(customer_name="Northern Steel Works Tianjin")
		frappe.clear_messages()
		make_customer(customer_name="Northern Paper Trading Dalian")
		assert self.shown() == []

	def test_unrelated_save_does_not_ask_again(self):
		name = unique("Twin")
		make_customer(customer_name=name)
		twin = make_customer(customer_name=f"{name} Ltd.")
		frappe.clear_messages()
		twin.reload()
		twin.website = "https://example.com"
		twin.save()
		assert self.shown() == []


class TestVisitsDue:
	def test_first_visit_is_due_one_interval_after_opening(self):
		make_policy()
		made = make_key_account(account_class="Major", tier="A")
		assert made.next_visit_due == getdate(add_months(nowdate(), 3))

	def test_interval_follows_class_and_tier(self):
		make_policy()
		made = make_key_account(account_class="Major", tier="A")
		visit = add_days(nowdate(), -10)
		make_visit_log(made.name, visit_date=visit, status="Completed", discussion="Prices")
		assert change(made, tier="C").next_visit_due == getdate(add_months(visit, 12))

	def test_without_a_policy_nothing_is_due(self, account):
		assert account.next_visit_due is None


class TestDirectory:
	def rows(self, **filters):
		from kam_extension.kam_extension.report.key_account_directory.key_account_directory import execute

		return {row.name: row for row in execute(filters)[1]}

	def test_shows_and_filters_the_tier_that_applies(self, account):
		change(account, tier_override="B", tier_override_reason="Fair", tier_override_until=nowdate())
		assert self.rows()[account.name].tier == "B"
		assert account.name in self.rows(tier="B")
		assert account.name not in self.rows(tier="A")

	def test_accounts_without_tier(self, account):
		untiered = make_key_account(tier=None)
		found = self.rows(without_tier=1)
		assert untiered.name in found and account.name not in found

	def test_filters_by_manager(self, account, user):
		theirs = make_key_account(account_manager=user)
		assert set(self.rows(account_manager=user)) == {theirs.name}

	def test_respects_user_permissions(self, as_user, user):
		other = make_key_account(account_manager=user)
		account = make_key_account(account_manager=user)
		insert(
			"User Permission", user=user, allow="Customer", for_value=other.customer, apply_to_all_doctypes=1
		)
		with as_user(user):
			found = self.rows(company=company())
		assert other.name in found and account.name not in found
