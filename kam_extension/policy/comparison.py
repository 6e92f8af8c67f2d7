"""What differs between two policies, rows matched by what they are about and not by where they stand (R13)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from kam_extension.policy.codes import StrEnum
from kam_extension.policy.terms import PolicyTerms

TABLE_KEYS: Mapping[str, tuple[str, ...]] = {
	"tiers": ("account_class", "tier"),
	"margin_bands": ("tier", "from_amount"),
	"rebate_bands": ("tier", "from_amount"),
	"rebate_programmes": ("programme",),
	"programme_bands": ("programme", "from_value"),
	"criteria": ("metric",),
	"levels": ("account_level", "counts"),
	"authorities": ("role",),
}
NOT_COMPARED = ("name",)


class Kind(StrEnum):
	CHANGED = "Changed"
	ADDED = "Added"
	REMOVED = "Removed"


@dataclass(frozen=True)
class Change:
	"""One value: `column` None is a field of the policy itself; `old` and `new` are as the terms hold them."""

	column: str | None
	old: object
	new: object


@dataclass(frozen=True)
class Difference:
	"""`field` of the policy; for a row of a table its `key` by `TABLE_KEYS`; what `changes` in it.

	An added row has every value as new, a removed one as old, with None on the other side.
	"""

	field: str
	kind: Kind
	changes: tuple[Change, ...]
	key: tuple[object, ...] | None = None


def compare_terms(old: PolicyTerms, new: PolicyTerms) -> list[Difference]:
	"""All differences from `old` to `new`, in the order of the terms; the order of rows counts for cost sources only."""
	found: list[Difference] = []
	for field in fields(PolicyTerms):
		before, after = getattr(old, field.name), getattr(new, field.name)
		if field.name in TABLE_KEYS:
			found.extend(_compare_rows(field.name, before, after))
		elif field.name not in NOT_COMPARED and before != after:
			found.append(Difference(field.name, Kind.CHANGED, (Change(None, before, after),)))
	return found


def _compare_rows(table: str, before: Sequence, after: Sequence) -> Iterator[Difference]:
	old, new = _by_key(table, before), _by_key(table, after)
	for key in [*old, *(key for key in new if key not in old)]:
		kind = Kind.ADDED if key not in old else Kind.REMOVED if key not in new else Kind.CHANGED
		changes = tuple(_changes(table, old.get(key), new.get(key)))
		if changes:
			yield Difference(table, kind, changes, key)


def _by_key(table: str, rows: Sequence) -> dict[tuple, object]:
	return {tuple(getattr(row, name) for name in TABLE_KEYS[table]): row for row in rows}


def _changes(table: str, old: object, new: object) -> Iterator[Change]:
	for field in fields(old or new):
		before, after = getattr(old, field.name, None), getattr(new, field.name, None)
		if field.name not in TABLE_KEYS[table] and before != after:
			yield Change(field.name, before, after)
