from email.utils import parseaddr

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import validate_email_address

from kam_extension.integration.service.survey_recipients import fill_recipient, refuse_own_people
from kam_extension.integration.service.survey_sending import revoke, send
from kam_extension.policy.codes import SurveyStatus

# Only the app writes these, whatever a request sends.
RESULTS = (
	"status", "tier", "is_automatic", "sent_on", "sent_by", "expires_on", "reminded_on", "answered_on", "overall",
	"satisfaction", "nps", "is_low", "is_followed_up", "comment", "token_hash", "reminder_hash",
)  # fmt: skip
WHOM = ("key_account", "contact", "recipient", "recipient_language", "template")


class SatisfactionSurvey(Document):
	"""One invitation of one person at a customer to judge us, and the answers (R52)."""

	def before_validate(self):
		if self.flags.kam_system:
			return
		self.keep_results()
		fill_recipient(self)

	def validate(self):
		if self.flags.kam_system:
			return
		self.validate_recipient()
		self.validate_unchanged()

	def on_trash(self):
		if self.status == SurveyStatus.ANSWERED:
			frappe.throw(
				_("{0} is answered. What a customer said stays.").format(frappe.bold(self.name)),
				frappe.PermissionError,
				title=_("Protected Record"),
			)

	@frappe.whitelist(methods=["POST"])
	def send(self) -> None:
		"""Mail the link to the recipient; links sent before become invalid."""
		self.read_stored()
		send(self)

	@frappe.whitelist(methods=["POST"])
	def revoke(self) -> None:
		"""Make the link invalid."""
		self.read_stored()
		revoke(self)

	def read_stored(self):
		"""A method is called on what the request says of the document; only what is stored counts, locked."""
		self.flags.for_update = True
		self.load_from_db()
		self.check_permission("write")

	def keep_results(self):
		before = self.get_doc_before_save()
		for fieldname in RESULTS:
			self.set(fieldname, before.get(fieldname) if before else None)
		self.status = self.status or SurveyStatus.DRAFT.value
		self.set("answers", [row.as_dict() for row in before.answers] if before else [])

	def validate_recipient(self):
		if not self.recipient:
			return
		self.recipient = self.recipient.strip()
		validate_email_address(self.recipient, throw=True)
		if parseaddr(self.recipient)[1] != self.recipient or "," in self.recipient:
			frappe.throw(
				_("E-mail Address: enter one plain address, without a name."), title=_("Satisfaction Survey")
			)
		refuse_own_people(self)

	def validate_unchanged(self):
		"""An invitation that is out belongs to the person who got it."""
		before = self.get_doc_before_save()
		if not before or before.status not in (SurveyStatus.SENT, SurveyStatus.ANSWERED):
			return
		changed = [field for field in WHOM if (before.get(field) or "") != (self.get(field) or "")]
		if not changed:
			return
		frappe.throw(
			_("{0} can't be changed once the invitation is sent. Revoke it or make a new one.").format(
				_(self.meta.get_label(changed[0]), context=self.doctype)
			),
			frappe.PermissionError,
			title=_("Satisfaction Survey"),
		)
