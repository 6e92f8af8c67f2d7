"""Every shipped preset: no contradictions, no gap that its page doesn't explain, and the replay reads it (R63)."""

import json
import re
from pathlib import Path

import pytest

from kam_extension.policy.checks import find_contradictions
from kam_extension.policy.codes import AccountLevel, LevelBasis, Metric
from kam_extension.policy.gaps import Surroundings, find_gaps
from kam_extension.policy.terms import terms_from
from kam_extension.replay.policy_file import open_policy
from tests.unit.builders import PRESET

ROOT = PRESET.parents[2]
PRESETS = sorted(PRESET.parent.glob("*.json"))
SEEDED = {"A": 1, "B": 2, "C": 3}
every_preset = pytest.mark.parametrize("path", PRESETS, ids=lambda path: path.stem)


def read(path: Path) -> dict:
	return json.loads(path.read_text("utf-8"))


def ranks_of(preset: dict) -> dict[str, int]:
	"""As on a site on which the preset's own tiers were made."""
	names = [tier["name"] for tier in preset.get("new_tiers", ())]
	return {**SEEDED, **{name: 4 + place for place, name in enumerate(names)}}


def page_of(path: Path) -> str:
	return (ROOT / "docs" / "policies" / f"{path.stem}.md").read_text("utf-8")


def test_the_issues_four_are_there():
	assert {path.stem for path in PRESETS} == {
		"default", "construction_group", "branch_company", "gold_silver_bronze",
	}  # fmt: skip


@every_preset
def test_it_contradicts_itself_nowhere(path):
	assert find_contradictions(terms_from(read(path))) == []


@every_preset
def test_its_page_explains_its_gaps_and_no_others(path):
	"""The page lists what Check Policy says about the preset, by the code of the finding."""
	preset = read(path)
	gaps = {gap.code for gap in find_gaps(terms_from(preset), Surroundings(ranks=ranks_of(preset)))}
	assert gaps == set(re.findall(r"<!-- gap: (\w+) -->", page_of(path)))


@every_preset
def test_its_page_names_the_source(path):
	assert re.search(r"\bS[0-4]\b", page_of(path))
	assert read(path)["title"] in page_of(path)


@every_preset
def test_the_replay_reads_it(path):
	policy = open_policy(path)
	assert (policy.title, policy.terms) == (read(path)["title"], terms_from(read(path)))


@every_preset
def test_its_tiers_are_seeded_or_its_own(path):
	preset = read(path)
	tables = ("tiers", "margin_bands", "rebate_bands")
	named = {row.get("tier") for table in tables for row in preset[table]} - {None}
	assert named <= set(ranks_of(preset))


def test_group_rules_are_the_sources():
	"""S0 article 4: 2 × 200 million, 1 × 100 million, 1 × 50 million in five years; a signed strategic agreement."""
	levels = open_policy(PRESET.with_name("construction_group.json")).terms.levels
	assert [
		(rule.account_level, rule.min_contracts, rule.min_contract_amount, rule.lookback_years, rule.counts)
		for rule in levels
	] == [
		(AccountLevel.GROUP, 2, 200_000_000, 5, LevelBasis.SINGLE_CONTRACTS),
		(AccountLevel.SUBSIDIARY, 1, 100_000_000, 5, LevelBasis.SINGLE_CONTRACTS),
		(AccountLevel.PROJECT, 1, 50_000_000, 5, LevelBasis.SINGLE_CONTRACTS),
		(AccountLevel.GROUP, 1, 0, 0, LevelBasis.STRATEGIC_AGREEMENT),
	]


def test_branch_rules_are_the_sources():
	"""S3 article 12: follow-up contracts of 200 million for the company's level, 100 million for a branch's."""
	levels = open_policy(PRESET.with_name("branch_company.json")).terms.levels
	assert [(rule.account_level, rule.min_contract_amount, rule.counts) for rule in levels] == [
		(AccountLevel.GROUP, 200_000_000, LevelBasis.FOLLOW_UP_TOTAL),
		(AccountLevel.SUBSIDIARY, 100_000_000, LevelBasis.FOLLOW_UP_TOTAL),
	]


def test_gold_stands_before_silver_and_bronze():
	preset = read(PRESET.with_name("gold_silver_bronze.json"))
	assert [tier["name"] for tier in preset["new_tiers"]] == ["Gold", "Silver", "Bronze"]
	metrics = {row["metric"] for row in preset["criteria"]}
	assert {Metric.REVENUE, Metric.SATISFACTION, Metric.STRATEGIC_INFLUENCE} <= metrics
