"""Account health (R77): what each part measures, who is written when, what starts on a fall."""

import frappe
import pytest
from frappe.utils import add_days, add_months, getdate, nowdate

from kam_extension.integration.health.history import health_history
from kam_extension.integration.health.scores import nightly
from tests.site.books import OTHER_COMPANY
from tests.site.factories import (
	insert,
	make_item,
	make_key_account,
	make_policy,
	make_sales_invoice,
	make_sales_order,
	make_user,
	make_visit_log,
)
from tests.site.health_setup import (
	account_of_strength,
	day,
	health_of,
	parts_of,
	relation_only,
	score,
	set_health,
	set_strength,
)
from tests.site.query_count import count_queries


def scores_of(account) -> list:
	filters = {"key_account": account.name}
	return frappe.get_all("Key Account Health", filters, pluck="score", order_by="scored_on")


def alerts_of(user) -> list:
	fields = ["subject", "document_type", "document_name", "link"]
	filters = {"for_user": user, "type": "Alert"}
	return frappe.get_all("Notification Log", filters, fields, order_by="creation, name")


@pytest.fixture
def manager(site):
	return make_user("KAM User")


class TestParts:
	def test_a_new_account_has_a_score_of_what_is_known(self, site):
		make_policy()
		account = make_key_account()
		score()
		assert list(parts_of(account)) == ["Visits"]
		assert health_of(account) == (100, "Good")

	def test_nothing_known_is_no_score(self, site):
		account = make_key_account()
		score()
		assert health_of(account) == (0, None)
		assert scores_of(account) == []

	def test_payment_is_the_oldest_debt(self, site):
		account = make_key_account()
		make_sales_invoice(
			account.customer,
			[(make_item().name, 1, 100)],
			submit=True,
			posting_date=add_days(nowdate(), -60),
			due_date=add_days(nowdate(), -45),
		)
		score()
		payment = parts_of(account)["Payment"]
		assert (payment.value, payment.score) == (45, 50)
		assert payment.evidence_date == getdate(add_days(nowdate(), -60))

	def test_revenue_against_the_year_before(self, site):
		account, item = make_key_account(), make_item().name
		for months, amount in ((-13, 1000), (-1, 850)):
			make_sales_invoice(
				account.customer, [(item, 1, amount)], submit=True, posting_date=add_months(nowdate(), months)
			)
		score()
		revenue = parts_of(account)["Revenue"]
		assert (revenue.value, revenue.score) == (-15, 50)
		assert revenue.evidence_date == getdate(add_months(nowdate(), -1))

	def test_orders_by_their_own_rhythm(self, site):
		make_policy()
		account, item = make_key_account(), make_item().name
		for days in (-80, -70, -60, -50, -40, -30, -20):
			make_sales_order(
				account.customer, [(item, 1, 9)], submit=True, transaction_date=add_days(nowdate(), days)
			)
		score()
		orders = parts_of(account)["Orders"]
		assert (orders.value, orders.score) == (2, 50)
		assert orders.evidence_date == getdate(add_days(nowdate(), -20))

	def test_visits_in_intervals(self, site):
		account = make_key_account()
		dates = {"last_visit_date": add_days(nowdate(), -150), "next_visit_due": add_days(nowdate(), -50)}
		frappe.db.set_value("Key Account", account.name, dates)
		score()
		visits = parts_of(account)["Visits"]
		assert (visits.value, visits.score) == (0.5, 75)
		assert visits.evidence_date == getdate(add_days(nowdate(), -150))

	def test_complaints_only_where_some_are_recorded(self, site):
		account, other = make_key_account(), make_key_account()
		score()
		assert "Complaints" not in parts_of(account)
		for _number in range(3):
			insert("Issue", subject="Late", customer=account.customer, opening_date=nowdate())
		score()
		assert (parts_of(account)["Complaints"].value, parts_of(account)["Complaints"].score) == (3, 50)
		assert (parts_of(other)["Complaints"].value, parts_of(other)["Complaints"].score) == (0, 100)

	def test_satisfaction_of_visits(self, site):
		account = make_key_account()
		make_visit_log(account.name, status="Completed", discussion="Talked", satisfaction=70)
		score()
		satisfaction = parts_of(account)["Satisfaction"]
		assert (satisfaction.value, satisfaction.score, satisfaction.evidence_date) == (70, 50, getdate())

	def test_relations_weigh_by_influence(self, site):
		relation_only()
		account = make_key_account(
			stakeholders=[
				{"full_name": "A", "influence": "High", "relationship_strength": "Strong"},
				{"full_name": "B", "influence": "Low", "relationship_strength": "Opposed"},
				{"full_name": "C", "relationship_strength": ""},
			]
		)
		score()
		assert health_of(account) == (75, "Good")
		assert parts_of(account)["Relationship"].evidence_date == getdate()

	def test_weights_of_missing_parts_are_shared(self, site):
		make_policy()
		account = account_of_strength(50)
		score()
		assert {part: row.weight for part, row in parts_of(account).items()} == {
			"Visits": 50,
			"Relationship": 50,
		}
		assert health_of(account)[0] == 75

	def test_companies_are_scored_apart(self, site):
		relation_only()
		account = account_of_strength(50)
		account.db_set("company", OTHER_COMPANY)
		score()
		assert scores_of(account) == []

	@pytest.mark.parametrize("status", ["Prospect", "Terminated"])
	def test_who_is_not_scored(self, site, status):
		relation_only()
		account = account_of_strength(50, status=status)
		score()
		assert scores_of(account) == []


class TestWriting:
	def test_the_same_score_is_written_once(self, site):
		relation_only()
		account = account_of_strength(50)
		assert score() >= 1
		assert score() == 0
		assert score(1) == 0
		assert scores_of(account) == [50]

	def test_another_score_is_another_record(self, site):
		relation_only()
		account = account_of_strength(50)
		score()
		set_strength(account, 100)
		assert score(1) == 1
		assert (scores_of(account), health_of(account)) == ([50, 100], (100, "Good"))

	def test_on_the_same_day_it_takes_the_place_of_the_first(self, site):
		relation_only()
		account = account_of_strength(50)
		score()
		set_strength(account, 25)
		score()
		assert scores_of(account) == [25]
		assert [row.score for row in parts_of(account).values()] == [25]

	def test_a_request_cannot_set_it(self, site):
		relation_only()
		account = account_of_strength(50)
		score()
		document = frappe.get_doc("Key Account", account.name)
		document.update({"health_score": 99, "health_band": "Good"}).save()
		assert health_of(account) == (50, "Fair")

	def test_nobody_makes_scores_by_hand(self, account_user, as_user):
		account, user = account_user
		with as_user(user), pytest.raises(frappe.PermissionError):
			insert(
				"Key Account Health", __newname="x", key_account=account.name, scored_on=nowdate(), score=100
			)

	def test_queries_do_not_grow_with_accounts(self, site):
		make_policy()
		relation_only(health_visits_weight=10)
		account_of_strength(50)
		few = count_queries(score)
		for _number in range(5):
			account_of_strength(50)
		score()
		assert count_queries(score) == few

	def test_switched_off_scores_nothing(self, site):
		relation_only(enabled=0)
		account = account_of_strength(50)
		nightly()
		assert scores_of(account) == []

	def test_scores_go_with_the_account(self, site):
		relation_only()
		account = account_of_strength(50)
		score()
		account.reload()
		account.delete()
		assert scores_of(account) == []

	@pytest.mark.committing
	def test_two_nights_at_once_act_once(self, in_parallel):
		relation_only(health_poor_action="Planned Visit")
		manager = make_user("KAM User")
		account = account_of_strength(100, account_manager=manager)
		nightly()
		set_strength(account, 0)
		set_day_back(account)
		in_parallel(nightly, nightly)
		assert scores_of(account) == [100, 0]
		assert frappe.db.count("Visit Log", {"key_account": account.name, "status": "Planned"}) == 1
		assert len(alerts_of(manager)) == 1


def set_day_back(account):
	"""As if the score had been of yesterday."""
	name, earlier = f"{account.name}-{day()}", f"{account.name}-{day(-1)}"
	frappe.db.sql(
		"update `tabKey Account Health` set name = %s, scored_on = %s where name = %s",
		(earlier, day(-1), name),
	)
	frappe.db.sql(
		"update `tabKey Account Health Part` set parent = %s, name = concat(name, 'y') where parent = %s",
		(earlier, name),
	)


@pytest.fixture
def account_user(site, manager):
	return make_key_account(account_manager=manager), manager


class TestFalls:
	def fall(self, manager, before=100, after=0, **settings):
		relation_only(**settings)
		account = account_of_strength(before, account_manager=manager)
		score(-3)
		set_strength(account, after)
		score(-2)
		return account

	def test_the_first_score_is_no_fall(self, manager):
		relation_only()
		account_of_strength(0, account_manager=manager)
		score(-3)
		assert alerts_of(manager) == []

	def test_an_alert_names_what_is_weakest(self, manager):
		account = self.fall(manager, after=50)
		[alert] = alerts_of(manager)
		assert (alert.document_type, alert.document_name) == ("Key Account", account.name)
		assert account.customer_name in alert.subject
		assert "fell to 50 (Fair). Weakest part: Relationship" in alert.subject

	def test_in_the_managers_language(self, site):
		manager = make_user("KAM User", language="zh")
		self.fall(manager, after=50)
		[alert] = alerts_of(manager)
		assert "健康度" in alert.subject

	def test_none_is_none(self, manager):
		account = self.fall(manager, health_poor_action="None")
		assert alerts_of(manager) == []
		assert health_of(account) == (0, "Poor")

	def test_a_visit_is_planned_once(self, manager):
		account = self.fall(manager, health_poor_action="Planned Visit", health_visit_days=7)
		[visit] = frappe.get_all(
			"Visit Log", {"key_account": account.name}, ["name", "visit_date", "status", "visited_by"]
		)
		assert (visit.visit_date, visit.status, visit.visited_by) == (day(5), "Planned", manager)
		set_strength(account, 100)
		score(-1)
		set_strength(account, 0)
		score(0)
		assert frappe.db.count("Visit Log", {"key_account": account.name}) == 1
		assert [alert.document_name for alert in alerts_of(manager)] == [visit.name, visit.name]

	def test_a_risk_report_is_drafted_once(self, manager):
		account = self.fall(manager)
		[report] = frappe.get_all(
			"Risk Report", {"key_account": account.name}, ["name", "docstatus", "risk_level"]
		)
		assert (report.docstatus, report.risk_level) == (0, "High")
		set_strength(account, 100)
		score(-1)
		set_strength(account, 0)
		score(0)
		assert frappe.db.count("Risk Report", {"key_account": account.name}) == 1

	def test_lying_low_is_no_new_fall(self, manager):
		account = self.fall(manager, after=25)
		set_strength(account, 0)
		score(-1)
		assert len(alerts_of(manager)) == 1

	def test_a_wobble_at_the_threshold_tells_once(self, manager):
		relation_only(health_fair_below=76, health_recovery=30)
		account = account_of_strength(100, account_manager=manager)
		score(-3)
		for night, strength in enumerate((75, 100, 75), start=-2):
			set_strength(account, strength)
			score(night)
		assert len(alerts_of(manager)) == 1

	def test_many_falls_are_one_alert(self, manager):
		relation_only(health_poor_action="Alert")
		accounts = [account_of_strength(100, account_manager=manager) for _number in range(4)]
		score(-3)
		for account in accounts:
			set_strength(account, 0)
		score(-2)
		[alert] = alerts_of(manager)
		assert "The health of 4 accounts fell" in alert.subject
		assert alert.link.startswith("/app/key-account?account_manager=")

	def test_one_that_fails_holds_up_no_other(self, manager):
		relation_only(health_poor_action="Planned Visit")
		broken = account_of_strength(100, account_manager=manager)
		sound = account_of_strength(100, account_manager=manager)
		score(-3)
		frappe.db.set_value("Key Account", broken.name, "account_manager", "gone@example.com")
		for account in (broken, sound):
			set_strength(account, 0)
		score(-2)
		assert health_of(broken) == health_of(sound) == (0, "Poor")
		assert [alert.document_type for alert in alerts_of(manager)] == ["Visit Log"]

	def test_where_a_draft_fails_the_manager_is_told_all_the_same(self, manager):
		relation_only(health_poor_action="Planned Visit")
		account = account_of_strength(100, account_manager=manager)
		score(-3)
		set_strength(account, 0)
		# A visit may not be planned in the past.
		set_health(health_visit_days=0)
		score(-2)
		[alert] = alerts_of(manager)
		assert (alert.document_type, alert.document_name) == ("Key Account", account.name)


class TestHistory:
	def test_the_form_gets_scores_parts_and_what_is_missing(self, site):
		relation_only(health_satisfaction_weight=10)
		account = account_of_strength(50)
		score()
		set_strength(account, 100)
		score(1)
		found = health_history(account.name)
		assert [(one["scored_on"], one["score"]) for one in found["scores"]] == [(day(), 50), (day(1), 100)]
		assert [part["part"] for part in found["parts"]] == ["Relationship"]
		assert found["missing"] == ["Satisfaction"]

	def test_only_readers_of_the_account(self, as_user, site):
		account = make_key_account()
		with as_user(make_user("KAM User")), pytest.raises(frappe.PermissionError):
			health_history(account.name)

	def test_thresholds_have_an_order(self, site):
		with pytest.raises(frappe.ValidationError, match="Poor Below"):
			set_health(health_poor_below=80, health_fair_below=70)
