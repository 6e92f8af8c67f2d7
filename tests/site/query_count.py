"""How many queries something takes."""

from collections.abc import Callable

import frappe


def count_queries(action: Callable[[], object]) -> int:
	"""Queries of `action` once its caches are warm."""
	action()
	count, run = [], frappe.db.sql

	def counted(*arguments, **options):
		count.append(1)
		return run(*arguments, **options)

	frappe.db.sql = counted
	try:
		action()
	finally:
		frappe.db.sql = run
	return len(count)
