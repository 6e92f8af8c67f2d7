"""Facts as plain data and back: what a judgement was made of, kept so that it can be explained months later (R29, R62).

Only what differs from a field's default is kept, by its name: a field that a later version adds has its default.
"""

from collections.abc import Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

_PLAIN = {str, int, float, bool, NoneType}


def freeze(value: Any) -> Any:
	"""Dataclasses, tuples, Decimals and dates as what JSON can hold. Raises TypeError for anything else."""
	kind = type(value)
	if kind in _PLAIN:
		return value
	if kind is Decimal or kind is date:
		return str(value)
	if kind is tuple or kind is list:
		return [freeze(inner) for inner in value]
	if isinstance(value, Enum):
		return value.value
	kept = {}
	for name, default in _defaults(kind):
		inner = getattr(value, name)
		if inner is not default and inner != default:
			kept[name] = freeze(inner)
	return kept


def thaw(kind: Any, data: Any) -> Any:
	"""What `freeze` was given, by its type. Raises TypeError where a field without default is missing."""
	if data is None:
		return None
	if get_origin(kind) is UnionType:
		[kind] = [inner for inner in get_args(kind) if inner is not NoneType]
	if kind is Decimal:
		return Decimal(data)
	if kind is date:
		return date.fromisoformat(data)
	if get_origin(kind) in (tuple, Sequence):
		return tuple(thaw(get_args(kind)[0], inner) for inner in data)
	if not is_dataclass(kind):
		return data
	types = _types(kind)
	return kind(**{name: thaw(types[name], inner) for name, inner in data.items() if name in types})


@cache
def _defaults(kind: type) -> tuple[tuple[str, Any], ...]:
	return tuple((field.name, _default(field)) for field in fields(kind))


def _default(field) -> Any:
	if field.default_factory is not MISSING:
		return field.default_factory()
	return field.default


@cache
def _types(kind: type) -> dict[str, Any]:
	return get_type_hints(kind)
