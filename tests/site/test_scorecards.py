"""Monthly scorecards of people: points, payout, four eyes, drafts, confidentiality (R59; S4 chapter 6)."""

import frappe
import pytest
from frappe.utils import add_days, add_months, getdate

from kam_extension.integration.people import scorecard_drafts
from tests.site.factories import (
	company,
	insert,
	make_item,
	make_key_account,
	make_payment_entry,
	make_sales_order,
	make_user,
)
from tests.site.people_setup import (
	give_points,
	last_month,
	make_card,
	make_staff,
	make_team,
	make_team_target,
)


@pytest.fixture
def team(site):
	return make_team()


def sell(team, amount, manager, day=None):
	"""An order of last month by an account that `manager` manages and the unit is responsible for."""
	account = make_key_account(account_manager=manager, responsible_unit=team.unit)
	item = make_item()
	make_sales_order(
		account.customer, [(item.name, 1, amount)], submit=True, transaction_date=day or last_month()
	)
	return account


def test_templates_of_the_source_are_seeded():
	found = {
		name: frappe.get_doc("KAM Scorecard Template", name)
		for name in ("Account Manager Scorecard", "Clerk Scorecard")
	}
	parts = {
		name: [
			(part, sum(row.max_points for row in template.criteria if row.section == part))
			for part in dict.fromkeys(row.section for row in template.criteria)
		]
		for name, template in found.items()
	}
	assert parts == {
		"Account Manager Scorecard": [("Business Result", 60), ("Ability", 20), ("Attitude", 20)],
		"Clerk Scorecard": [
			("Workload", 20), ("Work Attitude", 30), ("Work Ability", 40), ("Work Result", 10),
		],
	}  # fmt: skip


def test_example_of_the_source(team):
	"""88 points on 3,000 → 2,640; challenge target met: + 132; 2,772."""
	staff = make_staff(team)
	sell(team, 500, staff.user)
	make_team_target(team, 300, 500)
	card = make_card(staff, points=88, submit=True)
	assert (card.score, card.performance_payout) == (88, 2640)
	assert (card.team_result, card.team_amount, card.payout) == ("Challenge Target Met", 132, 2772)


@pytest.mark.parametrize(
	("sold", "result", "amount"), [(299.99, "Target Missed", -132), (300, "Target Met", 0)]
)
def test_target_of_the_unit(team, sold, result, amount):
	staff = make_staff(team)
	sell(team, sold, staff.user)
	make_team_target(team, 300, 500)
	card = make_card(staff, points=88)
	assert (card.team_result, card.team_amount) == (result, amount)


def test_a_target_that_nobody_approved_counts_for_nothing(team):
	staff = make_staff(team)
	make_team_target(team, 300, submit=False)
	assert make_card(staff, points=88).team_result is None


def test_sales_result_is_that_of_own_accounts_in_the_month(team):
	staff = make_staff(team, monthly_sales_target=1000)
	sell(team, 400, staff.user)
	sell(team, 350, staff.user, day=add_days(last_month(), 20))
	sell(team, 5000, staff.user, day=add_days(last_month(), -1))
	sell(team, 7000, "Administrator")
	card = make_card(staff)
	assert (card.sales_result, card.achievement) == (750, 75)
	business = card.points[0]
	assert (business.proposed_points, business.points) == (45, 45)


def test_an_account_counts_for_who_managed_it_at_the_end_of_the_month(team):
	staff = make_staff(team)
	account = sell(team, 400, staff.user)
	account.account_manager = "Administrator"
	account.save()
	assert make_card(staff).sales_result == 400


def test_receipts_count_where_the_site_says_so(team):
	frappe.db.set_single_value("KAM Settings", "scorecard_sales_basis", "Receipts")
	staff = make_staff(team)
	account = sell(team, 400, staff.user)
	make_payment_entry(customer=account.customer, amount=90, posting_date=last_month())
	assert make_card(staff).sales_result == 90


def test_points_above_the_maximum_are_refused(team):
	card = make_card(make_staff(team))
	card.points[1].points = 5.5
	with pytest.raises(frappe.ValidationError, match="gets 0 to 5 points"):
		card.save()


def test_figures_and_criteria_of_a_request_are_ignored(team):
	card = make_card(make_staff(team), points=50)
	card.update({"performance_pay": 10**6, "payout": 10**6, "score": 100, "supervisor": "Administrator"})
	card.objection = "Not mine"
	card.points[0].max_points = 1000
	card.append("points", {"section": "Ability", "criterion": "Mine", "max_points": 50, "points": 50})
	card.save()
	assert (card.score, card.payout, card.performance_pay) == (50, 0, 3000)
	assert len(card.points) == 9 and card.points[0].max_points == 60
	assert (card.supervisor, card.objection) == (team.manager, None)


def test_a_changed_template_leaves_cards_as_they_are(team):
	card = make_card(make_staff(team), points=88)
	template = frappe.get_doc("KAM Scorecard Template", card.template)
	template.criteria[0].max_points, template.criteria[1].max_points = 55, 10
	template.save()
	card.reload().save()
	assert card.points[0].max_points == 60


def test_template_has_to_add_up():
	template = frappe.get_doc("KAM Scorecard Template", "Clerk Scorecard")
	template.criteria[0].max_points = 21
	with pytest.raises(frappe.ValidationError, match="add up to 101"):
		template.save()


def test_template_refuses_a_band_given_twice():
	template = frappe.get_doc("KAM Scorecard Template", "Clerk Scorecard")
	template.append("bands", {"from_score": 90, "factor": 99})
	with pytest.raises(frappe.ValidationError, match="from score 90 already"):
		template.save()


def test_one_card_for_each_person_and_month(team):
	staff = make_staff(team)
	card = make_card(staff)
	with pytest.raises(frappe.DuplicateEntryError, match=card.name):
		make_card(staff, month=add_days(last_month(), 9))
	give_points(card, 70)
	card.submit()
	card.cancel()
	assert make_card(staff).status == "Draft"


@pytest.mark.parametrize("change", [{"joined_on": "2099-01-01"}, {"left_on": "2021-05-31"}])
def test_no_card_of_a_month_without_the_person(team, change):
	with pytest.raises(frappe.ValidationError, match="was not there"):
		make_card(make_staff(team, **change))


def test_the_running_month_is_not_approved(team):
	card = make_card(make_staff(team), month=getdate(), points=80)
	with pytest.raises(frappe.ValidationError, match="isn't over yet"):
		card.submit()


def test_a_card_without_points_needs_a_word(team, as_user):
	card = make_card(make_staff(team))
	with as_user(team.manager), pytest.raises(frappe.ValidationError, match="Points are missing"):
		card.submit()
	card.reload()
	card.remarks = "Absent all month"
	with as_user(team.manager):
		card.submit()
	assert card.payout == 0


class TestFourEyes:
	def test_supervisor_approves(self, team, as_user):
		staff = make_staff(team)
		with as_user(team.manager):
			card = make_card(staff, points=90, submit=True)
		assert (card.status, card.approved_by) == ("Approved", team.manager)

	def test_nobody_approves_his_own(self, team, as_user):
		director = make_user("KAM Director")
		staff = make_staff(team, user=team.manager, supervisor=director)
		card = make_card(staff, points=100)
		with as_user(team.manager), pytest.raises(frappe.PermissionError, match="your own scorecard"):
			card.submit()

	def test_not_even_a_director(self, team, as_user):
		staff = make_staff(team, user=team.director, supervisor=make_user("KAM Executive"))
		card = make_card(staff, points=100)
		with as_user(team.director), pytest.raises(frappe.PermissionError, match="your own scorecard"):
			card.submit()

	def test_another_manager_neither_makes_nor_approves(self, team, as_user):
		staff, colleague = make_staff(team), make_staff(team)
		other = make_user("KAM Manager")
		card = make_card(staff, points=90)
		with as_user(other), pytest.raises(frappe.PermissionError):
			card.submit()
		with as_user(other), pytest.raises(frappe.PermissionError, match="supervisor you are"):
			make_card(colleague)

	def test_the_person_changes_nothing(self, team, as_user):
		staff = make_staff(team)
		card = make_card(staff, points=60)
		with as_user(staff.user), pytest.raises(frappe.PermissionError):
			give_points(card, 100)

	def test_a_manager_gives_no_points_on_the_own_card(self, team, as_user):
		director = make_user("KAM Director")
		staff = make_staff(team, user=team.manager, supervisor=director)
		card = make_card(staff, points=60)
		with as_user(team.manager), pytest.raises(frappe.PermissionError, match="your own scorecard"):
			give_points(frappe.get_doc("KAM Scorecard", card.name), 100)

	def test_a_card_stays_with_its_person(self, team, as_user):
		card, other = make_card(make_staff(team)), make_staff(team)
		card.staff = other.name
		with pytest.raises(frappe.ValidationError, match="can't be changed"):
			card.save()

	def test_who_changed_a_target_does_not_approve_it(self, team, as_user):
		with as_user(team.manager):
			target = make_team_target(team, 1000000, submit=False)
		with as_user(team.director):
			target = frappe.get_doc("KAM Team Target", target.name)
			target.base_target = 1
			with pytest.raises(frappe.PermissionError, match="Somebody else approves"):
				target.submit()
			target.reload()
			target.base_target = 1
			target.save()
			with pytest.raises(frappe.PermissionError, match="somebody else"):
				target.submit()

	def test_nobody_supervises_himself(self, team):
		with pytest.raises(frappe.ValidationError, match="nobody scores himself"):
			make_staff(team, user=team.manager)

	def test_a_supervisor_is_a_manager_or_above(self, team):
		with pytest.raises(frappe.ValidationError, match="has none of these roles"):
			make_staff(team, supervisor=make_user("KAM User"))

	def test_a_manager_does_not_set_pay(self, team, as_user):
		staff = make_staff(team)
		with as_user(team.manager):
			doc = frappe.get_doc("Key Account Staff", staff.name)
			doc.performance_pay = 99999
			doc.position = "Senior"
			doc.save()
		stored = frappe.db.get_value("Key Account Staff", staff.name, ["performance_pay", "position"])
		assert stored == (3000, "Senior")

	def test_a_manager_takes_nobody_from_another(self, team, as_user):
		staff = make_staff(team)
		other = make_user("KAM Manager")
		with as_user(other), pytest.raises(frappe.PermissionError):
			frappe.get_doc("Key Account Staff", staff.name).save()

	def test_target_is_approved_by_another_director(self, team, as_user):
		other = make_team()
		with as_user(team.manager):
			target = make_team_target(team, 100, submit=False)
			with pytest.raises(frappe.PermissionError):
				target.submit()
		with as_user(team.director):
			target = frappe.get_doc("KAM Team Target", target.name).submit()
			own = make_team_target(other, 100, submit=False)
			with pytest.raises(frappe.PermissionError, match="somebody else"):
				own.submit()
		assert (target.status, target.approved_by) == ("Approved", team.director)


def test_one_target_for_each_unit_and_month(team):
	make_team_target(team, 100)
	with pytest.raises(frappe.DuplicateEntryError):
		make_team_target(team, 200, month=add_days(last_month(), 3))
	with pytest.raises(frappe.ValidationError, match="above the base target"):
		make_team_target(make_team(), 100, 100)


class TestDrafts:
	def test_once_for_each_person(self, team, jobs):
		staff = make_staff(team)
		clerk = make_staff(team, scorecard_template="Clerk Scorecard")
		without, gone = make_staff(team, scorecard_template=None), make_staff(team, left_on="2021-01-31")
		newcomer = make_staff(team, joined_on=getdate())
		scorecard_drafts.draft_month(last_month())
		people = [staff, clerk, without, gone, newcomer]
		found = frappe.get_all(
			"KAM Scorecard",
			{"staff": ("in", [person.name for person in people])},
			["staff", "month", "template"],
			order_by="staff",
			as_list=True,
		)
		assert found == (
			(staff.name, last_month(), "Account Manager Scorecard"),
			(clerk.name, last_month(), "Clerk Scorecard"),
		)
		assert scorecard_drafts.draft_month(last_month()) == 0
		frappe.db.commit()
		told = {user for job in jobs.named("make_notification_logs") for user in job.arguments["users"]}
		assert told == {team.manager}

	def test_a_bad_record_stops_no_other(self, team):
		broken, staff = make_staff(team), make_staff(team)
		frappe.db.set_value("Key Account Staff", broken.name, "scorecard_template", "Gone")
		assert scorecard_drafts.draft_month(last_month()) == 1
		assert frappe.db.exists("KAM Scorecard", {"staff": staff.name})

	def test_not_before_the_day_and_not_at_all_with_0(self, team, monkeypatch):
		staff = make_staff(team)
		for day in (0, getdate().day + 1):
			frappe.db.set_single_value("KAM Settings", "scorecard_draft_day", day)
			frappe.clear_document_cache("KAM Settings", "KAM Settings")
			scorecard_drafts.nightly()
		assert not frappe.db.exists("KAM Scorecard", {"staff": staff.name})
		frappe.db.set_single_value("KAM Settings", "scorecard_draft_day", 1)
		frappe.clear_document_cache("KAM Settings", "KAM Settings")
		scorecard_drafts.nightly()
		assert frappe.db.exists("KAM Scorecard", {"staff": staff.name, "month": last_month()})


class TestObjection:
	def test_by_the_person(self, team, as_user, jobs):
		staff = make_staff(team)
		card = make_card(staff, points=60, submit=True)
		with as_user(staff.user):
			frappe.call(
				"kam_extension.kam_extension.doctype.kam_scorecard.kam_scorecard.object_to",
				name=card.name,
				objection="I was ill",
			)
		assert card.reload().objection == "I was ill"
		frappe.db.commit()
		told = [job.arguments["users"] for job in jobs.named("make_notification_logs")]
		assert [team.manager] in told

	def test_by_nobody_else(self, team, as_user):
		card = make_card(make_staff(team), points=60)
		with as_user(team.manager), pytest.raises(frappe.PermissionError, match="Only the person"):
			frappe.call(
				"kam_extension.kam_extension.doctype.kam_scorecard.kam_scorecard.object_to",
				name=card.name,
				objection="x",
			)


class TestConfidentiality:
	@pytest.fixture
	def cards(self, team):
		own, colleague = make_staff(team), make_staff(team)
		return (
			make_card(own, points=80, submit=True),
			make_card(colleague, points=70, submit=True),
			make_card(own, month=add_months(last_month(), -1), points=60),
		)

	def seen(self, cards, doctype="KAM Scorecard"):
		listed = set(frappe.get_list(doctype, pluck="name", limit_page_length=0))
		opened = {card.name for card in cards if frappe.has_permission(doctype, "read", doc=card)}
		assert listed & {card.name for card in cards} == opened
		return [card.name in opened for card in cards]

	def test_who_sees_which(self, team, cards, as_user):
		other_manager, finance = make_user("KAM Manager"), make_user("KAM Finance")
		wanted = {
			cards[0].person: [True, False, True],
			cards[1].person: [False, True, False],
			team.manager: [True, True, True],
			team.director: [True, True, True],
			make_user("KAM Executive"): [True, True, True],
			other_manager: [False, False, False],
			finance: [True, True, False],
			make_user("KAM User"): [False, False, False],
		}
		for user, expected in wanted.items():
			with as_user(user):
				assert self.seen(cards) == expected, user

	@pytest.mark.parametrize("role", ["System Manager", "Sales Manager"])
	def test_other_roles_see_none(self, cards, as_user, role):
		with as_user(make_user(role)):
			assert not frappe.has_permission("KAM Scorecard", "read")
			with pytest.raises(frappe.PermissionError):
				frappe.get_list("KAM Scorecard")

	def test_a_new_supervisor_sees_what_was_before(self, team, cards, as_user):
		successor = make_user("KAM Manager")
		frappe.db.set_value("Key Account Staff", cards[0].staff, "supervisor", successor)
		with as_user(successor):
			assert self.seen(cards) == [True, False, True]

	def test_rows_of_points_by_themselves(self, team, cards, as_user):
		def points():
			rows = frappe.get_list(
				"KAM Scorecard Point",
				parent_doctype="KAM Scorecard",
				fields=["parent"],
				limit_page_length=0,
			)
			return {row.parent for row in rows} & {card.name for card in cards}

		with as_user(cards[1].person):
			assert points() == {cards[1].name}
		with as_user(make_user("KAM Finance")):
			assert points() == set()
		with as_user(team.manager):
			assert points() == {card.name for card in cards}

	def test_finance_reads_payouts_without_points(self, cards, as_user):
		with as_user(make_user("KAM Finance")):
			doc = frappe.get_doc("KAM Scorecard", cards[0].name)
			doc.apply_fieldlevel_read_permissions()
			assert doc.payout == 2400
			assert not doc.get("points") and not doc.get("remarks")

	def test_staff_records(self, team, cards, as_user):
		staff = [frappe.get_doc("Key Account Staff", card.staff) for card in cards[:2]]
		wanted = {
			cards[0].person: [True, False],
			team.manager: [True, True],
			make_user("KAM Manager"): [False, False],
			make_user("KAM Finance"): [True, True],
		}
		for user, expected in wanted.items():
			with as_user(user):
				assert self.seen(staff, "Key Account Staff") == expected, user


@pytest.mark.committing
def test_two_drafts_at_the_same_moment_leave_one(in_parallel):
	staff = make_staff(make_team())

	def draft():
		return insert("KAM Scorecard", staff=staff.name, month=last_month()).name

	results = in_parallel(draft, draft)
	assert sum(isinstance(result, str) for result in results) == 1, results
	assert frappe.db.count("KAM Scorecard", {"staff": staff.name, "company": company()}) == 1
