"""What differs between two policies (R13): rows are matched by what they are about."""

from dataclasses import fields, replace
from datetime import date

from kam_extension.policy import terms as terms_module
from kam_extension.policy.comparison import TABLE_KEYS, Change, Difference, Kind, compare_terms
from kam_extension.policy.terms import Authority, MarginBand, PolicyTerms
from tests.unit.builders import make_terms, money


def test_a_policy_does_not_differ_from_itself_or_its_copy():
	assert compare_terms(make_terms(), make_terms(name="Copy")) == []


def test_a_changed_field_is_old_and_new():
	found = compare_terms(make_terms(), make_terms(grace_days=20, valid_from=date(2027, 1, 1)))
	assert found == [
		Difference("valid_from", Kind.CHANGED, (Change(None, None, date(2027, 1, 1)),)),
		Difference("grace_days", Kind.CHANGED, (Change(None, 15, 20),)),
	]


def test_a_changed_row_names_what_changed_in_it():
	old = make_terms()
	rows = list(old.tiers)
	rows[1] = replace(rows[1], credit_limit=money(3_000_000), max_overdue_days=50)
	changes = (
		Change("credit_limit", money(2_000_000), money(3_000_000)),
		Change("max_overdue_days", 45, 50),
	)
	assert compare_terms(old, replace(old, tiers=tuple(rows))) == [
		Difference("tiers", Kind.CHANGED, changes, ("Major", "B"))
	]


def test_the_order_of_rows_says_nothing():
	old = make_terms()
	assert compare_terms(old, replace(old, tiers=old.tiers[::-1], criteria=old.criteria[::-1])) == []


def test_the_order_of_cost_sources_does():
	found = compare_terms(make_terms(cost_sources=("BOM", "Valuation Rate")), make_terms())
	assert [(one.field, one.kind) for one in found] == [("cost_sources", Kind.CHANGED)]


def test_rows_come_and_go():
	old, band = make_terms(), MarginBand(money(0), money(8), "A")
	manager = Authority("KAM Manager", money(2), money(3), False)
	new = replace(old, margin_bands=(*old.margin_bands[:-1], band), authorities=(manager,))
	found = {(one.field, one.kind, one.key): one.changes for one in compare_terms(old, new)}
	assert found == {
		("margin_bands", Kind.REMOVED, (None, money(1_000_000))): (Change("min_markup", money(10), None),),
		("margin_bands", Kind.ADDED, ("A", money(0))): (Change("min_markup", None, money(8)),),
		("authorities", Kind.REMOVED, ("KAM Executive",)): (
			Change("max_markup_concession", money(100), None),
			Change("max_discount", money(100), None),
			Change("may_pass_credit", True, None),
		),
		("authorities", Kind.ADDED, ("KAM Manager",)): (
			Change("max_markup_concession", None, money(2)),
			Change("max_discount", None, money(3)),
			Change("may_pass_credit", None, False),
		),
	}


def test_a_moved_band_edge_is_one_band_less_and_one_more():
	old = make_terms(margin_bands=(MarginBand(money(0), money(20)), MarginBand(money(100), money(10))))
	new = make_terms(margin_bands=(MarginBand(money(0), money(20)), MarginBand(money(200), money(10))))
	assert [(one.kind, one.key) for one in compare_terms(old, new)] == [
		(Kind.REMOVED, (None, money(100))),
		(Kind.ADDED, (None, money(200))),
	]


def test_every_table_of_the_terms_is_matched_by_fields_that_it_has():
	assert set(TABLE_KEYS) == set(terms_module._TABLES)
	for table, keys in TABLE_KEYS.items():
		assert set(keys) < {field.name for field in fields(terms_module._TABLES[table])}
	assert set(TABLE_KEYS) < {field.name for field in fields(PolicyTerms)}
