"""A rebate without an approved agreement is not printed, mailed or shown to the customer (R44)."""

import frappe
import pytest
from frappe.core.doctype.communication.email import make
from frappe.utils import weasyprint
from frappe.utils.print_format import download_pdf

from tests.site.factories import make_key_account, make_rebate_agreement, make_user
from tests.site.rebate_setup import make_people, make_rebate_account, receive, set_rebate_accounts, verify


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


WAYS = {way.__name__: way for way in (by_print, as_pdf, by_the_other_printer, as_attachment, by_mail)}
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
	PAPERS = pytest.mark.parametrize("way", [by_print, as_pdf, by_the_other_printer, as_attachment])

	@PAPERS
	def test_the_application_is_printed_for_signatures(self, as_user, request_of_receipts, way):
		assert not refused(way, request_of_receipts, as_user)

	def test_but_not_mailed(self, as_user, request_of_receipts):
		assert refused(by_mail, request_of_receipts, as_user)

	@ways
	def test_approved_it_may_go(self, as_user, request_of_receipts, way):
		set_rebate_accounts()
		people = make_people()
		verify(request_of_receipts, people)
		with as_user(people.executive):
			frappe.get_doc("Rebate Request", request_of_receipts.name).submit()
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
