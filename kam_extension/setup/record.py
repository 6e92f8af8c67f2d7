"""What installing added to records that it shares with the site, so that uninstalling takes back just that."""

import json

import frappe


def read_record(key: str, default):
	"""What was written under `key`, or `default`."""
	return _load().get(key, default)


def write_record(key: str, value) -> None:
	"""Keep a JSON-serialisable `value` under `key` in KAM Settings."""
	record = _load()
	record[key] = value
	frappe.db.set_single_value("KAM Settings", "setup_record", json.dumps(record, sort_keys=True))


def _load() -> dict:
	return json.loads(frappe.db.get_single_value("KAM Settings", "setup_record", cache=False) or "{}")
