"""A worker in a process of its own: `python -m tests.site.drain_process SITE RUN`.

Says `ready` and begins at a line on its standard input. Prints the number of each unit when it has taken it, and
`written` when the proposals of a part are written and not yet committed; with `KAM_TEST_STALL=1` it stays there.
"""

import os
import sys
import time

import frappe

from kam_extension import tiers
from kam_extension.integration.tiers import drain

LITTLE_WHILE, FOREVER = 0.03, 600


def say(text: object) -> None:
	print(text, flush=True)


def watched_work(work):
	def working(unit, task):
		say(unit.number)
		time.sleep(LITTLE_WHILE)
		return work(unit, task)

	return working


def watched_writing(write):
	def writing(scorecards, run):
		failures = write(scorecards, run)
		say("written")
		time.sleep(FOREVER if os.environ.get("KAM_TEST_STALL") else 0)
		return failures

	return writing


def main(site: str, run: str) -> None:
	frappe.init(site=site, sites_path=os.getcwd())
	frappe.connect()
	frappe.flags.in_test = True
	drain._work = watched_work(drain._work)
	drain.write_proposals = watched_writing(drain.write_proposals)
	say("ready")
	sys.stdin.readline()
	tiers.recompute_in_background(run)
	frappe.destroy()


if __name__ == "__main__":
	main(*sys.argv[1:])
