"""Demo data on request, removable (R67): an invented company with two years of business with key accounts."""

from collections.abc import Callable

from kam_extension.demo_data import loader, removal

Progress = Callable[[int, int, str], None]


def load(
	limit: int | None = None, password: str | None = None, progress: Progress | None = None
) -> dict[str, str]:
	"""Load the demo book into a company of its own, so that its last day is today; all of it or nothing.

	Returns {e-mail: password} of the demo's users. `limit` takes only so many of its orders; `password` is the users'
	(default: made up, told once); `progress` is called with (done, total, what).
	Raises frappe.ValidationError when the demo is loaded already, or when a name that it needs is taken.
	"""
	return loader.load(limit=limit, password=password, progress=progress)


def clear() -> list[str]:
	"""Remove everything that `load` made, and what was made in the demo's company since. Nothing loaded: nothing done.

	Returns what had to stay because documents of other companies use it, as "DocType name".
	"""
	return removal.clear()
