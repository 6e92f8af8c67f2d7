"""The link of a survey: a random secret, of which only the hash is stored (R52)."""

import hashlib
import secrets

import frappe
from frappe.query_builder import DocType
from frappe.utils import get_url, getdate

from kam_extension.policy.codes import SurveyStatus

PATH = "satisfaction-survey"
SECRET_BYTES = 32
LONGEST_SECRET = 100


def new_secret() -> tuple[str, str]:
	"""A secret of 256 random bits, and the hash to store."""
	secret = secrets.token_urlsafe(SECRET_BYTES)
	return secret, hash_of(secret)


def hash_of(secret: str) -> str:
	"""SHA-256 in hex. The secret is random, so that nothing slower is needed against guessing."""
	return hashlib.sha256(secret.encode()).hexdigest()


def link(secret: str) -> str:
	return get_url(f"/{PATH}?key={secret}")


def open_survey(secret: str, lock: bool = False) -> str | None:
	"""Name of the survey that waits for its answer under this secret; None for any other secret.

	With `lock`, the row stays locked until the transaction ends: of two answers at once the second finds none.
	"""
	if not secret or len(secret) > LONGEST_SECRET:
		return None
	survey = DocType("Satisfaction Survey")
	hashed = hash_of(secret)
	query = (
		frappe.qb.from_(survey)
		.select(survey.name)
		.where((survey.token_hash == hashed) | (survey.reminder_hash == hashed))
		.where((survey.status == SurveyStatus.SENT.value) & (survey.expires_on >= getdate()))
	)
	rows = (query.for_update() if lock else query).run(pluck=True)
	return rows[0] if rows else None
