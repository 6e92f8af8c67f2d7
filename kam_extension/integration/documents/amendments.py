"""The cancelled documents that others were amended from, back to the first."""

from collections.abc import Iterable, Mapping
from itertools import groupby

import frappe

Reference = tuple[str, str]
"""(DocType, name) of a document."""


def amended_documents(references: Iterable[Reference]) -> dict[Reference, set[Reference]]:
	"""{document: itself and all that it was amended from}; one query for each DocType and generation."""
	wanted = {reference for reference in references if reference[1]}
	before: dict[Reference, Reference | None] = {}
	pending = wanted
	while pending:
		before |= dict.fromkeys(pending)
		for doctype, group in groupby(sorted(pending), key=lambda reference: reference[0]):
			filters = {"name": ("in", [name for _doctype, name in group]), "amended_from": ("is", "set")}
			for row in frappe.get_all(doctype, filters, ["name", "amended_from"]):
				before[doctype, row.name] = (doctype, row.amended_from)
		pending = {reference for reference in before.values() if reference} - before.keys()
	return {reference: set(_chain(reference, before)) for reference in wanted}


def _chain(reference: Reference | None, before: Mapping[Reference, Reference | None]) -> Iterable[Reference]:
	while reference:
		yield reference
		reference = before[reference]
