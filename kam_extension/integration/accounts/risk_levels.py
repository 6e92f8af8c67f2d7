"""What a submitted Risk Report does to its account (R53, R54)."""

import frappe

from kam_extension.policy.codes import AccountStatus, RiskLevel


def apply_report(report) -> None:
	"""The account takes the level of its latest submitted report; a critical one suspends it, a later one may lift that."""
	account = frappe.get_doc("Key Account", report.key_account)
	account.risk_level = latest_level(account.name)
	if report.risk_level == RiskLevel.CRITICAL and account.status != AccountStatus.TERMINATED:
		account.status = AccountStatus.SUSPENDED
	elif report.lift_suspension and account.risk_level != RiskLevel.CRITICAL:
		account.status = AccountStatus.WATCH
	_save(account)


def revert_report(report) -> None:
	"""Back to the level of the latest report that is left; lifting a suspension stays a manager's decision."""
	account = frappe.get_doc("Key Account", report.key_account)
	account.risk_level = latest_level(account.name)
	_save(account)


def latest_level(key_account: str, excluding: str | None = None) -> str | None:
	"""Level of the latest submitted report by its date, of one day the one made last; None without a report."""
	latest = frappe.get_all(
		"Risk Report",
		{"key_account": key_account, "docstatus": 1, "name": ("!=", excluding or "")},
		pluck="risk_level",
		order_by="report_date desc, creation desc",
		limit=1,
	)
	return latest[0] if latest else None


def _save(account) -> None:
	account.flags.kam_system = True
	# Whoever may submit the report may have its consequence written.
	account.save(ignore_permissions=True)
