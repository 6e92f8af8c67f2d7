"""A rebate without an approved agreement is not printed, mailed or shown to the customer (R44)."""

import json

import frappe
import pytest
from frappe.core.doctype.communication.email import make
from frappe.utils import add_days, weasyprint
from frappe.utils.print_format import download_pdf
from frappe.www import printview

from tests.site.factories import make_key_account, make_policy, make_rebate_agreement, make_user
from tests.site.rebate_setup import (
	approve,
	make_people,
	make_rebate_account,
	receive,
	set_rebate_accounts,
	this_month,
)


@pytest.fixture
def draft(site):
	return make_rebate_agreement(make_key_account().name)


@pytest.fixture
def request_of_receipts(site):
	account = make_rebate_account()
	receive(account.order())
	return account.request()


def by_print(doc):
	return frappe.get_print(doc.doctype, doc.name)


def as_pdf(doc):
	return download_pdf(doc.doctype, doc.name)


def by_the_other_printer(doc):
	return weasyprint.get_html(doc.doctype, doc.name, "Standard")


def as_attachment(doc):
	return frappe.attach_print(doc.doctype, doc.name, print_format=None)


def by_mail(doc):
	return make(
		doctype=doc.doctype,
		name=doc.name,
		recipients="customer@example.com",
		subject="Your rebate",
		content="See below",
		send_email=False,
	)


def by_shared_link(doc):
	"""The link that a mail carries for people without a login."""
	key, before = doc.get_document_share_key(), frappe.session.user
	frappe.set_user("Guest")
	frappe.local.form_dict = frappe._dict(doctype=doc.doctype, name=doc.name, key=key)
	try:
		printview.get_context(frappe._dict())
	finally:
		frappe.set_user(before)


def by_preview(doc):
	return printview.get_html_and_style(doc.doctype, doc.name, print_format=own_format(doc))


def by_preview_of_forged(doc):
	"""The print view takes the document as the client has it."""
	values = doc.as_dict(convert_dates_to_str=True) | {"docstatus": 1, "status": "Approved"}
	return printview.get_html_and_style(json.dumps(values, default=str), print_format=own_format(doc))


def own_format(doc) -> str:
	return {"Rebate Agreement": "Rebate Agreement Letter", "Rebate Request": "Rebate Application"}[
		doc.doctype
	]


def by_own_format(doc):
	return frappe.get_print(doc.doctype, doc.name, own_format(doc))


WAYS = {
	way.__name__: way
	for way in (
		by_print,
		as_pdf,
		by_the_other_printer,
		as_attachment,
		by_mail,
		by_shared_link,
		by_preview,
		by_preview_of_forged,
		by_own_format,
	)
}
ways = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


def refused(way, doc, as_user) -> bool:
	with as_user(make_user("KAM Executive", "KAM Manager")):
		try:
			way(frappe.get_doc(doc.doctype, doc.name))
		except frappe.PermissionError:
			return True
		except Exception:
			# What makes the paper may be missing on the machine; the question is who was stopped before.
			return False
	return False


class TestAgreement:
	@ways
	def test_a_draft_stays_in_the_house(self, as_user, draft, way):
		assert refused(way, draft, as_user)

	@ways
	def test_an_approved_one_may_go(self, as_user, draft, way):
		draft.submit()
		assert not refused(way, draft, as_user)

	@ways
	def test_a_cancelled_one_stays(self, as_user, draft, way):
		draft.submit().cancel()
		assert refused(way, draft, as_user)

	def test_not_even_by_the_administrator(self, draft):
		for way in (by_print, by_mail):
			with pytest.raises(frappe.PermissionError, match="not approved"):
				way(draft)

	def test_the_paper_of_an_approved_one_has_its_name(self, draft):
		assert draft.submit().name in by_print(draft)

	def test_mail_about_other_documents_goes(self, draft):
		assert by_mail(frappe.get_doc("Key Account", draft.key_account))["name"]


class TestRequest:
	PAPERS = pytest.mark.parametrize(
		"way", [by_print, as_pdf, by_the_other_printer, as_attachment, by_own_format]
	)

	@PAPERS
	def test_the_application_is_printed_for_signatures(self, as_user, request_of_receipts, way):
		assert not refused(way, request_of_receipts, as_user)

	def test_but_not_mailed(self, as_user, request_of_receipts):
		assert refused(by_mail, request_of_receipts, as_user)

	@ways
	def test_approved_it_may_go(self, as_user, request_of_receipts, way):
		set_rebate_accounts()
		approve(request_of_receipts, make_people())
		assert not refused(way, request_of_receipts, as_user)

	@ways
	def test_without_an_agreement_it_stays(self, as_user, request_of_receipts, way):
		row = request_of_receipts.receipts[0]
		frappe.db.set_value("Rebate Agreement", row.rebate_agreement, "docstatus", 2)
		assert refused(way, request_of_receipts, as_user)

	@ways
	def test_without_receipts_it_stays(self, as_user, way):
		empty = make_rebate_account().request(fetch=False)
		assert refused(way, empty, as_user)


class TestOtherPapers:
	def test_the_rate_of_an_order_is_not_printed(self):
		account = make_rebate_account(special_rate=7.31, rate_source="Special")
		order = account.order()
		assert order.kam_rebate_rate == 7.31
		page = by_print(order)
		assert order.name in page and "7.31" not in page and "Rebate" not in page

	def test_customers_have_no_right_to_any(self, as_user, draft):
		user = make_user("Customer", user_type="Website User")
		customer = frappe.get_doc(
			"Customer", frappe.db.get_value("Key Account", draft.key_account, "customer")
		)
		customer.append("portal_users", {"user": user})
		customer.save()
		draft.submit()
		with as_user(user):
			for doctype in ("Rebate Agreement", "Rebate Request", "Key Account", "KAM Decision"):
				with pytest.raises(frappe.PermissionError):
					frappe.get_list(doctype)
			with pytest.raises(frappe.PermissionError):
				by_print(frappe.get_doc("Rebate Agreement", draft.name))


class TestForms:
	"""What the papers of this app show (S4 2.2–2.4)."""

	@pytest.fixture
	def approved(self, request_of_receipts):
		set_rebate_accounts()
		self.people = make_people()
		return approve(request_of_receipts, self.people)

	def test_the_application_shows_figures_and_who_approved_them(self, approved):
		page = by_own_format(approved)
		names = [frappe.utils.get_fullname(row.approved_by) for row in approved.approvals]
		for text in (*names, approved.receipts[0].payment_document, "includes tax", "1,000.00", "50.00"):
			assert text in page, text
		assert page.count("Signature and date") == 0

	def test_open_steps_are_boxes_to_sign(self, request_of_receipts):
		assert by_own_format(request_of_receipts).count("Signature and date") == 4

	def test_it_speaks_chinese(self, approved):
		frappe.local.lang = "zh"
		page = by_own_format(approved)
		for text in ("返点申请单", "伍拾元整", "返点包含相应税费"):
			assert text in page, text

	def test_differences_stand_apart(self):
		account = make_rebate_account()
		receive(account.order(), 400, posting_date=add_days(this_month(), -2))
		page = by_own_format(account.request())
		assert "Open Differences" in page and "Receipts of the Period" not in page

	def test_the_letter_shows_the_ladder(self, draft):
		make_policy()
		page = by_own_format(draft.submit())
		for text in ("5 %", "8 %", "10 %", "200,000.00", "includes tax"):
			assert text in page, text

	def test_the_letter_of_a_special_rate_shows_it_alone(self):
		special = make_rebate_agreement(
			make_key_account().name,
			submit=True,
			rate_source="Special",
			special_rate=7.25,
			terms="<p>By word</p>",
		)
		page = by_own_format(special)
		assert "7.25 %" in page and "By word" in page and "rate follows" not in page

	@pytest.mark.parametrize("word", ["cost", "markup", "kam_"])
	def test_nothing_of_cost(self, approved, word):
		agreement = frappe.get_doc("Rebate Agreement", approved.receipts[0].rebate_agreement)
		body = (by_own_format(doc).split("</style>")[-1].lower() for doc in (approved, agreement))
		assert not any(word in text for text in body)

	def test_names_are_text_not_markup(self, draft):
		frappe.db.set_value(draft.doctype, draft.name, "customer_name", "<b>Bad</b> & Co")
		page = by_own_format(frappe.get_doc(draft.doctype, draft.name).submit())
		assert "<b>Bad</b>" not in page
