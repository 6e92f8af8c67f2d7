"""Agreements with key accounts for tests."""

from frappe.utils import add_days, nowdate

from tests.site.factories import company, insert, unique


def make_agreement(account, submit: bool = True, days: int = 365, **fields):
	"""A strategic cooperation agreement that began yesterday and lasts for `days`; signed when it is submitted."""
	values = {
		"key_account": account.name,
		"title": unique("Agreement"),
		"agreement_type": "Strategic Cooperation",
		"company": company(),
		"valid_from": add_days(nowdate(), -1),
		"valid_to": add_days(nowdate(), days - 2),
		"signed_on": add_days(nowdate(), -1),
		"renewal": "By New Agreement",
	}
	return insert("Key Account Agreement", submit=submit, **values | fields)
