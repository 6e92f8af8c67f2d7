"""Which approved Rebate Agreement covers a document (R37)."""

from collections.abc import Iterable

from kam_extension.integration.accounts.account_file import Account
from kam_extension.policy.money import decimal
from kam_extension.policy.rebates import Agreement


def agreement_for(account: Account, company: str, references: Iterable[tuple[str, str]]) -> Agreement | None:
	"""The approved agreement in force today (by the server's date) for a document of `company`.

	`references` are (DocType, name) of the document and of those it came from. An agreement that names one of them
	beats one for all orders; the youngest wins among equals.
	"""
	wanted = set(references)
	fitting = [
		row
		for row in account.agreements
		if row.agreement_company == company
		and (not row.reference_name or (row.reference_doctype, row.reference_name) in wanted)
	]
	if not fitting:
		return None
	best = max(fitting, key=lambda row: (bool(row.reference_name), row.agreement_creation))
	return Agreement(best.agreement_name, best.agreement_rate_source, decimal(best.agreement_special_rate))
