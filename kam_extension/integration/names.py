"""Names and tax ids in a form in which two spellings of one customer are equal (R6, R10)."""

import re
import unicodedata

LEGAL_FORMS = re.compile(
	r"(股份有限公司|有限责任公司|有限公司|集团公司|集团|公司"
	r"|\b(co|ltd|llc|inc|corp|corporation|company|limited|gmbh|ag|plc|group|holdings?)\b)"
)
NOT_WORD = re.compile(r"[\W_]+")


def normalized_name(name: str | None) -> str:
	"""Full-width forms folded, lower case, without legal form, spaces and punctuation.

	A name that is nothing but a legal form keeps it.
	"""
	folded = unicodedata.normalize("NFKC", name or "").casefold()
	return NOT_WORD.sub("", LEGAL_FORMS.sub(" ", folded)) or NOT_WORD.sub("", folded)


def normalized_tax_id(tax_id: str | None) -> str:
	"""Upper case, letters and digits only."""
	return NOT_WORD.sub("", unicodedata.normalize("NFKC", tax_id or "")).upper()
