"""What a Rebate Request with 500 receipts costs the server: `rebate_request.py SITE`.

An account with 100 orders, an invoice of each and five payments of each invoice, written as copies of one real order,
invoice and payment. Timed are, each on the same connection and rolled back together: fetching the receipts into a new
request, saving it, saving it again as finance verifies it, and the submit, which claims all receipts and posts the
settlement. Prints one JSON object a line; `ratio` is the share of the time allowed (1 s to fetch, 2 s for the others).
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import frappe

from tests.site import factories, rebate_setup

ORDERS, PAYMENTS_EACH = 100, 5
ROUNDS = int(os.environ.get("KAM_BENCH_ROUNDS") or 5)
ALLOWED_SECONDS = {"fetch": 1, "save": 2, "verify": 2, "submit": 2}
PARENTS = {"Sales Order": "SO", "Sales Invoice": "SI", "Payment Entry": "PE"}
CHILDREN = {
	"Sales Order": ("Sales Order Item",),
	"Sales Invoice": ("Sales Invoice Item",),
	"Payment Entry": ("Payment Entry Reference",),
}


def seed() -> rebate_setup.Account:
	rebate_setup.set_rebate_accounts()
	account = rebate_setup.make_rebate_account()
	order = account.order(1000)
	invoice = rebate_setup.invoice_of(order)
	payment = rebate_setup.receive(invoice, 1000 / PAYMENTS_EACH)
	for number in range(ORDERS):
		names = {
			order.name: f"Bench-SO-{number}",
			order.items[0].name: f"bench-so-{number}",
			invoice.name: f"Bench-SI-{number}",
		}
		copy(order, names)
		copy(invoice, names)
		for part in range(PAYMENTS_EACH):
			copy(payment, names | {payment.name: f"Bench-PE-{number}-{part}"})
	payment.cancel()
	frappe.db.commit()
	return account


def copy(document, names: dict[str, str]) -> None:
	"""Insert the stored rows of a document anew, under other names wherever these occur."""
	for doctype in (document.doctype, *CHILDREN[document.doctype]):
		key = "name" if doctype == document.doctype else "parent"
		for row in frappe.get_all(doctype, {key: document.name}, "*"):
			if doctype != document.doctype:
				names = {row.name: f"{names[document.name]}-{row.idx}".lower()} | names
			values = [names.get(value, value) if isinstance(value, str) else value for value in row.values()]
			frappe.db.bulk_insert(doctype, list(row), [values])


@contextmanager
def timed(seconds: dict[str, list], step: str) -> Iterator[None]:
	started = time.perf_counter()
	yield
	seconds[step].append(time.perf_counter() - started)


def run_once(account: rebate_setup.Account, seconds: dict[str, list]) -> None:
	people = rebate_setup.make_people()
	with rebate_setup.acting_as(people.requester):
		request = rebate_setup.new_request(account.name)
		with timed(seconds, "fetch"):
			request.fetch_receipts()
		expect(len(request.receipts) == ORDERS * PAYMENTS_EACH, "rows are missing")
		with timed(seconds, "save"):
			request.insert()
	rebate_setup.approve_next_step(request, factories.make_user("KAM Manager"))
	with rebate_setup.acting_as(people.finance):
		verified = frappe.get_doc("Rebate Request", request.name)
		with timed(seconds, "verify"):
			verified.verify(request.total_collected)
	rebate_setup.approve_next_step(request, people.director)
	with rebate_setup.acting_as(people.executive):
		approved = frappe.get_doc("Rebate Request", request.name)
		with timed(seconds, "submit"):
			approved.submit()
	claims = frappe.db.count("KAM Rebate Claim", {"rebate_request": request.name})
	expect(claims == ORDERS * PAYMENTS_EACH, "claims are missing")


def expect(holds: bool, message: str) -> None:
	if not holds:
		raise SystemExit(f"{message}, so this would measure something else")


def report(step: str, seconds: list[float]) -> None:
	median = statistics.median(seconds)
	result = {
		"name": f"rebate request with {ORDERS * PAYMENTS_EACH} receipts, {step}: server time",
		"value": round(median, 6),
		"unit": "s",
		"ratio": round(median / ALLOWED_SECONDS[step], 4),
		"slowest": round(max(seconds), 6),
	}
	print(json.dumps(result), flush=True)


def in_site(site: str, action: Callable) -> None:
	frappe.init(site=site, sites_path=os.getcwd(), force=True)
	frappe.connect()
	frappe.flags.in_test = True
	try:
		action()
	finally:
		frappe.db.rollback()
		frappe.destroy()


def main(site: str, *_other_sites: str) -> None:
	seconds: dict[str, list] = {step: [] for step in ALLOWED_SECONDS}

	def measure() -> None:
		account = seed()
		for number in range(ROUNDS + 1):
			run_once(account, seconds if number else {step: [] for step in seconds})
			frappe.db.rollback()
		for step, found in seconds.items():
			report(step, found)

	in_site(site, measure)


if __name__ == "__main__":
	main(*sys.argv[1:])
