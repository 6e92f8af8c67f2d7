"""Which approved Rebate Agreement covers a document (R37)."""

from collections.abc import Iterable

from kam_extension.integration.accounts.account_file import Account
from kam_extension.integration.documents.amendments import amended_documents
from kam_extension.policy.money import decimal
from kam_extension.policy.rebates import Agreement


def agreement_for(account: Account, company: str, references: Iterable[tuple[str, str]]) -> Agreement | None:
	"""The approved agreement in force today (by the server's date) for a document of `company`.

	`references` are (DocType, name) of the document and of those it came from. An agreement that names one of them, or
	what one of them was amended from, beats one for all orders; the youngest wins among equals.
	"""
	rows = [row for row in account.agreements if row.agreement_company == company]
	named = any(row.reference_name for row in rows)
	wanted = set().union(*amended_documents(references).values()) if named else set()
	fitting = [
		row for row in rows if not row.reference_name or (row.reference_doctype, row.reference_name) in wanted
	]
	if not fitting:
		return None
	best = max(fitting, key=lambda row: (bool(row.reference_name), row.agreement_creation))
	return Agreement(
		best.agreement_name,
		best.agreement_rate_source,
		decimal(best.agreement_special_rate),
		decimal(best.agreement_priced_in_rate),
		bool(best.agreement_programmes_only),
	)
