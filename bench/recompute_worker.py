"""A worker of one recompute, as a process of its own: `recompute_worker.py SITE`.

Says that it is ready, reads the name of a KAM Tier Run, works its units until none is left and prints as JSON how long
that took, which units it completed and the most memory that it ever held.
"""

import json
import os
import resource
import sys
import time

import frappe

from kam_extension.integration.tiers import drain

KIBIBYTE = 1024


def main(site: str) -> None:
	frappe.init(site=site, sites_path=os.getcwd())
	frappe.connect()
	frappe.set_user("Administrator")
	completed = note_completed_units()
	print("ready", flush=True)
	run = sys.stdin.readline().strip()
	if not run:
		return
	started = time.perf_counter()
	drain.drain(run)
	seconds = time.perf_counter() - started
	memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIBIBYTE
	print(json.dumps({"seconds": seconds, "units": completed, "memory": memory}), flush=True)


def note_completed_units() -> list[str]:
	"""Names of the units that this process completes from now on; the database only keeps who was last."""
	completed, complete = [], drain.complete_unit

	def complete_and_note(unit, result):
		complete(unit, result)
		completed.append(unit.name)

	drain.complete_unit = complete_and_note
	return completed


if __name__ == "__main__":
	main(*sys.argv[1:])
