"""A local SMTP server that receives what the site sends."""

import socket
from email import message_from_bytes
from email.message import Message

import frappe
from aiosmtpd.controller import Controller


class Inbox:
	def __init__(self):
		self.messages: list[Message] = []

	async def handle_DATA(self, server, session, envelope):
		message = message_from_bytes(envelope.content)
		message["X-Envelope-To"] = ", ".join(envelope.rcpt_tos)
		self.messages.append(message)
		return "250 OK"


class MailServer:
	"""Context manager: runs the server and makes it the site's default outgoing e-mail account."""

	def __init__(self):
		self.inbox = Inbox()

	def __enter__(self):
		with socket.socket() as probe:
			probe.bind(("127.0.0.1", 0))
			port = probe.getsockname()[1]
		self.controller = Controller(self.inbox, hostname="127.0.0.1", port=port)
		self.controller.start()
		frappe.db.set_value("Email Account", {"default_outgoing": 1}, "default_outgoing", 0)
		frappe.get_doc(
			doctype="Email Account",
			email_account_name=f"Test mail {port}",
			email_id=f"kam{port}@example.com",
			enable_outgoing=1,
			default_outgoing=1,
			smtp_server="127.0.0.1",
			smtp_port=port,
			no_smtp_authentication=1,
			use_tls=0,
		).insert()
		frappe.flags.testing_email = True
		return self

	def __exit__(self, *exception):
		self.controller.stop()

	def deliver(self) -> list[Message]:
		"""Send every queued e-mail now and return all messages that arrived so far."""
		frappe.flags.testing_email = True
		for name in frappe.get_all("Email Queue", {"status": "Not Sent"}, pluck="name"):
			frappe.get_doc("Email Queue", name).send()
		return self.inbox.messages
