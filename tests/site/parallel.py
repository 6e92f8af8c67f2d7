"""Real parallel sessions: one thread, one Frappe context and one database connection each."""

import threading
from collections.abc import Callable, Sequence

import frappe


def run_in_parallel(functions: Sequence[Callable], open_session: Callable, user: str) -> list:
	"""Start all functions at once; commit those that return, roll back those that raise.

	Returns their results in order, an exception in place of the result where one was raised.
	"""
	start = threading.Barrier(len(functions))
	results: list = [None] * len(functions)

	def session(position: int, function: Callable) -> None:
		open_session()
		frappe.set_user(user)
		try:
			start.wait(timeout=30)
			results[position] = function()
			frappe.db.commit()
		except Exception as error:
			frappe.db.rollback()
			results[position] = error
		finally:
			frappe.destroy()

	threads = [threading.Thread(target=session, args=pair, daemon=True) for pair in enumerate(functions)]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join(timeout=120)
	if any(thread.is_alive() for thread in threads):
		raise TimeoutError("a parallel session did not end within 120 seconds")
	return results
