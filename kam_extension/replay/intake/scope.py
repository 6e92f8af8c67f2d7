"""Rows that an export holds and a replay is not about: cancelled documents, other companies, other parties."""

from collections.abc import Collection, Iterator

from kam_extension.replay.errors import BadInput
from kam_extension.replay.intake.loading import Loader
from kam_extension.replay.intake.problems import Problems
from kam_extension.replay.intake.values import chosen
from kam_extension.replay.schema import Table

CANCELLED, NOT_SUBMITTED = "cancelled", "draft or cancelled"
OTHER_COMPANY, OTHER_PARTY, OTHER_DOCUMENT = (
	"of another company",
	"not of a customer",
	"for another kind of document",
)
CUSTOMERS = "'customer', '客户'"
WITH_COMPANY = ("orders", "invoices", "payments", "rebate_agreements", "boms", "warehouses")


def leave_out_others(loader: Loader, company: str | None, problems: Problems) -> None:
	"""Take such rows out of the tables of text. Raises `BadInput` where it is not clear which company counts."""
	database = loader.database
	if not company and "company" in loader.present.get("orders", ()):
		company = _only_company(database) if any(table.name == "orders" for table in loader.filled) else None
	for table in loader.filled:
		conditions = list(_conditions(table, loader.present[table.name], company))
		if not conditions:
			continue
		counts = ", ".join(f"count(*) FILTER (WHERE {condition})" for _reason, condition in conditions)
		found = database.execute(f"SELECT {counts} FROM text_{table.name}").fetchone()
		for (reason, condition), count in zip(conditions, found, strict=True):
			if count:
				problems.leave_out(f"text_{table.name}", f'"{_name_of(table)}"', reason, condition)


def _conditions(table: Table, present: Collection[str], company: str | None) -> Iterator[tuple[str, str]]:
	"""(reason, SQL condition) of what is left out of a table, by the columns that its files have."""
	if company and table.name in WITH_COMPANY and "company" in present:
		yield OTHER_COMPANY, f"company <> '{company.replace(chr(39), chr(39) * 2)}'"
	if "state" in present:
		yield _unsubmitted(table)
	if table.name == "payments":
		yield OTHER_PARTY, f"{_choice(table, 'kind')} = 'Internal Transfer'"
	if "party_type" in present:
		yield OTHER_PARTY, f"lower(party_type) NOT IN ({CUSTOMERS})"
	if table.name == "payment_references":
		yield OTHER_DOCUMENT, f"{_choice(table, 'document_type')} = 'Other'"


def _unsubmitted(table: Table) -> tuple[str, str]:
	"""Draft orders are named by other documents, and are not judged."""
	if table.name == "orders":
		return CANCELLED, f"{_choice(table, 'state')} = 'Cancelled'"
	return NOT_SUBMITTED, f"{_choice(table, 'state')} IN ('Draft', 'Cancelled')"


def _name_of(table: Table) -> str:
	return table.key[0] if table.key else table.columns[0].name


def _choice(table: Table, column: str) -> str:
	return chosen(table.column(column), f'"{column}"')


def _only_company(database) -> str | None:
	found = database.execute("SELECT DISTINCT company FROM text_orders WHERE company IS NOT NULL").fetchall()
	if len(found) > 1:
		names = ", ".join(sorted(row[0] for row in found))
		problem = f"the orders are of several companies ({names}): name one."
		raise BadInput("book.json", problem, column="company.name")
	return found[0][0] if found else None
