"""Steps in the bench's Python, in a stage's sites folder: `-m harness.erpnext_tests.inside STEP SITE …`."""

import json
import sys
import time
from pathlib import Path

import frappe
from frappe import test_runner

from harness.erpnext_tests import key_accounts
from harness.erpnext_tests.modules import SETTINGS, Setting
from harness.erpnext_tests.recording import RecordingResult


def make_ready() -> None:
	"""Do what ERPNext's tests want done first: its test company and the like."""
	frappe.flags.in_test = True
	for step in frappe.get_hooks("before_tests"):
		frappe.get_attr(step)()


def run_module(module: str, setting: Setting, methods: list[str]) -> dict:
	"""Run a test module, or only some methods of it, by Frappe's own runner, as `bench run-tests --doctype` does.

	That makes the test records of all linked DocTypes first; `--module` makes too few for some modules.
	"""
	if setting.has_app:
		key_accounts.follow_documents(setting.has_key_accounts)
	test_runner.TimeLoggingTestResult = RecordingResult
	started = time.monotonic()
	doctype = frappe.unscrub(module.split(".")[-2])
	result = test_runner.main(site=frappe.local.site, doctype=doctype, tests=methods)
	return {
		"module": module,
		"seconds": round(time.monotonic() - started),
		"seen": dict(key_accounts.seen),
		"outcomes": result.outcomes,
	}


def main(step: str, site: str, *arguments: str) -> None:
	frappe.init(site=site)
	frappe.connect()
	if step == "make-ready":
		make_ready()
	elif step == "policy":
		key_accounts.put_policy_in_force(*arguments)
	else:
		module, name, target, *methods = arguments
		outcome = run_module(module, SETTINGS[name], methods)
		Path(target).write_text(json.dumps(outcome, indent=1), encoding="utf-8")
	frappe.db.commit()
	frappe.destroy()


if __name__ == "__main__":
	main(*sys.argv[1:])
