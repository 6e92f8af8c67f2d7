"""Installing, migrating, uninstalling and installing again on a site that is already at work (R1, R2).

One throw-away site lives through the whole story once; every test looks at one thing that was noted on the way.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness import sites, stage
from harness.bench import Bench, find_bench

SITE = "kam-install.localhost"
APP = "kam_extension"
# What an install may leave to differ from before, besides rows of business documents.
STRUCTURE = (
	*("DocType", "DocField", "DocPerm", "Custom Field", "Property Setter", "Custom DocPerm", "Module Def"),
	*("Role", "Has Role", "Workflow", "Workflow State", "Workflow Action Master", "Workflow Action"),
	*("Workflow Document State", "Workflow Transition", "Workspace", "Workspace Link", "Workspace Shortcut"),
	*("Scheduled Job Type", "Report", "Print Format", "Notification", "Number Card", "Dashboard Chart"),
	*("Price List", "Pricing Rule", "Client Script", "Server Script", "Page", "Web Form", "Email Template"),
	*("Dashboard", "Onboarding Step", "Module Onboarding", "Translation", "List View Settings", "Web Page"),
)


@dataclass
class Story:
	"""What was noted at each point."""

	before: dict
	installed: dict
	migrated: dict
	tuned: dict
	tuned_after_migrate: dict
	removed: dict
	installed_again: dict
	removed_again: dict
	traded: dict
	documents: dict


@dataclass
class Narrator:
	place: stage.Stage
	folder: Path

	def step(self, name: str, *arguments: str) -> dict:
		path = self.folder / "step.json"
		words = [
			str(self.place.bench.python),
			"-m",
			"tests.site.install_steps",
			name,
			SITE,
			str(path),
			*arguments,
		]
		stage.quiet(words, cwd=self.place.sites, env=self.place.environment())
		return json.loads(path.read_text(encoding="utf-8"))

	def bench(self, *words: str) -> None:
		self.place.frappe(SITE, *words)

	def uninstall(self) -> None:
		self.bench("uninstall-app", APP, "--yes", "--no-backup")

	def tell(self) -> Story:
		self.step("seed")
		before = self.step("snapshot")
		self.bench("install-app", APP)
		installed = self.step("snapshot")
		self.bench("migrate", "--skip-search-index")
		migrated = self.step("snapshot")
		tuned = self.step("tune")
		self.bench("migrate", "--skip-search-index")
		tuned_after_migrate = self.step("tuned")
		self.uninstall()
		removed = self.step("snapshot")
		self.bench("install-app", APP)
		installed_again = self.step("snapshot")
		made = self.step("business")
		self.uninstall()
		removed_again = self.step("snapshot")
		documents = self.step("documents", json.dumps(made))
		return Story(
			before,
			installed,
			migrated,
			tuned,
			tuned_after_migrate,
			removed,
			installed_again,
			removed_again,
			made,
			documents,
		)


def the_bench() -> Bench:
	return Bench(Path(os.environ["KAM_BENCH"])) if "KAM_BENCH" in os.environ else find_bench()


@pytest.fixture(scope="module")
def story(tmp_path_factory) -> Story:
	bench = the_bench()
	dump = sites.base_dump(bench)
	with stage.opened(bench, "install") as place:
		try:
			sites.restore(place, SITE, dump)
			return Narrator(place, tmp_path_factory.mktemp("install")).tell()
		finally:
			sites.drop(place, SITE)


def differences(before: list[str], after: list[str]) -> list[str]:
	"""Members that came (+) or went (-)."""
	gone, come = list(before), []
	for member in after:
		if member in gone:
			gone.remove(member)
		else:
			come.append(member)
	return [f"- {member}" for member in gone] + [f"+ {member}" for member in come]


def changed_tables(before: dict, after: dict, tables: set[str] | None = None) -> dict[str, list[str]]:
	"""Rows that differ between two snapshots, by table; an empty table equals one that is not there."""
	names = set(before["rows"]) | set(after["rows"])
	found = {}
	for table in sorted(names if tables is None else names & tables):
		old, new = before["rows"].get(table, []), after["rows"].get(table, [])
		if old != new:
			found[table] = differences(old, new)[:10]
	return found


class TestInstall:
	def test_rows_that_were_there_stay(self, story):
		"""Installing adds structure; it changes no business document."""
		changed = changed_tables(story.before, story.installed)
		assert "tabDocType" in changed, "the snapshot did not see the install"
		business = [
			f"tab{name}" for name in ("Customer", "Item", "Item Price", "GL Entry", "Payment Ledger Entry")
		]
		for table in business:
			assert names_only(story.before, table) == names_only(story.installed, table)

	def test_first_migrate_changes_nothing(self, story):
		assert changed_tables(story.installed, story.migrated) == {}
		assert story.installed["columns"] == story.migrated["columns"]
		assert story.installed["indexes"] == story.migrated["indexes"]

	def test_migrate_keeps_what_an_administrator_tuned(self, story):
		assert story.tuned_after_migrate == story.tuned


class TestUninstall:
	def test_no_row_is_left_or_lost(self, story):
		assert changed_tables(story.before, story.removed) == {}

	def test_no_column_table_or_index_is_left(self, story):
		assert differences(story.before["columns"], story.removed["columns"]) == []
		assert differences(story.before["indexes"], story.removed["indexes"]) == []

	def test_structure_is_as_before_after_trading(self, story):
		tables = {f"tab{name}" for name in STRUCTURE}
		assert changed_tables(story.before, story.removed_again, tables) == {}
		assert differences(story.before["columns"], story.removed_again["columns"]) == []
		assert differences(story.before["indexes"], story.removed_again["indexes"]) == []

	def test_no_row_names_us_after_trading(self, story):
		"""Links and settings of what was made meanwhile are gone too. Counters of names stay: none is given twice."""
		ours = (
			"KAM",
			"kam_",
			"Key Account",
			"Rebate ",
			"Price Exception",
			"Visit Log",
			"Risk Report",
			"Satisfaction",
		)
		left = [
			f"{table}: {row}"
			for table, rows in story.removed_again["rows"].items()
			for row in set(rows) - set(story.before["rows"].get(table, []))
			if any(word in row for word in ours)
		]
		assert left == []

	def test_price_list_goes_back_to_the_customer(self, story):
		assert story.traded["price_list"] != "Kam Old Price List", (
			"the tier's list was never set: nothing to check"
		)
		assert story.documents["customer_price_list"] == "Kam Old Price List"

	def test_documents_made_meanwhile_are_valid(self, story):
		assert story.documents["amended"] == 1, "an order of a key account can be cancelled and amended"
		assert story.documents["draft"] == 1, "a draft order of a key account can be submitted"
		assert story.documents["invoiced"] == 2, "an invoiced order and its invoice can be cancelled"
		assert story.documents["issue"] == ["Closed", None], "an issue under our service levels can be closed"


class TestInstallAgain:
	def test_it_is_like_the_first_time(self, story):
		assert changed_tables(story.installed, story.installed_again) == {}
		assert differences(story.installed["columns"], story.installed_again["columns"]) == []
		assert differences(story.installed["indexes"], story.installed_again["indexes"]) == []


def names_only(snapshot: dict, table: str) -> list[str]:
	return sorted(row.rpartition(" #")[0] for row in snapshot["rows"][table])
