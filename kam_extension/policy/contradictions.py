"""What the checks of a policy find."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Contradiction:
	"""`field` (of the policy or table), 1-based `row` or None, `code` of the message, `values` to show in it."""

	field: str
	code: str
	row: int | None = None
	values: dict[str, str] = field(default_factory=dict)
