"""Rebate programmes on the policy's form: refused, checked and compared in words (R13, R72)."""

import frappe
import pytest

from kam_extension.integration.policies.policy_check import check_terms
from kam_extension.integration.policies.policy_comparison import compare_policies
from tests.site.factories import make_policy
from tests.site.programme_setup import make_programme_policy, month, programme


def shown(policy, other) -> list[tuple]:
	sections = compare_policies(policy, other.name)["sections"]
	return [
		(row["about"], row["kind"], change["label"], change["new"])
		for section in sections
		for row in section["rows"]
		for change in row["changes"]
		if "programme" in row["field"]
	]


def test_a_contradiction_names_the_table_and_the_row():
	with pytest.raises(frappe.ValidationError) as refused:
		make_programme_policy(programme("A", (0, 1)), programme("B", (0, 2)), submit=False)
	message = frappe.utils.strip_html(str(refused.value))
	assert (
		"Rebate Programmes, row 2: priority 2 belongs to the ladder or to an earlier row already" in message
	)


def test_programmes_are_frozen_with_the_policy():
	policy = make_programme_policy(programme("A", (0, 1)))
	policy.rebate_programmes[0].priority = 9
	with pytest.raises(frappe.UpdateAfterSubmitError):
		policy.save()


def test_the_check_warns_of_what_is_seldom_meant():
	policy = make_programme_policy(programme("A", (0, 2), (9, 1), is_exclusive=1), submit=False)
	found = {(one["field"], one["row"], one["message"]) for one in check_terms(policy)["findings"]}
	assert {
		(
			"rebate_programmes",
			1,
			"the ladder comes first and leaves nothing to A. Give the programme a lower number as its priority.",
		),
		("programme_bands", 2, "1 is less than the 2 of the band before it. Check both."),
	} <= found


def test_a_comparison_tells_programmes_and_bands_by_name():
	old = make_programme_policy(programme("A", (0, 1)), valid_to="2020-12-31")
	new = make_programme_policy(
		programme("A", (0, 1), (500, 2), priority=5), valid_from=month(1), supersedes=old.name, submit=False
	)
	assert ("A", "Changed", "Priority", "5") in shown(new, old)
	assert ("A, from 500", "Added", "Rebate Rate", "2 %") in shown(new, old)


def test_a_policy_without_programmes_says_nothing_of_them():
	old = make_policy(valid_to="2020-12-31")
	new = make_policy(valid_from=month(1), supersedes=old.name, submit=False)
	assert shown(new, old) == []
	assert not [one for one in check_terms(new)["findings"] if "programme" in one["field"]]
