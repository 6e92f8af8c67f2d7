"""Files and tags of our documents in lists of people outside the app (R68)."""

import frappe
import pytest

from kam_extension.integration.security.visible_references import condition_of_files, condition_of_tags
from tests.site.factories import make_key_account, make_user
from tests.site.query_count import count_queries


@pytest.fixture
def outsider():
	return make_user("Stock User")


@pytest.fixture
def tagged(site):
	"""A key account with a tag; the list of tags asks for no right at all."""
	account = make_key_account()
	account.add_tag("Harbour")
	return account


def tags_seen() -> list[str]:
	return frappe.get_list("Tag Link", {"tag": "Harbour"}, pluck="document_name")


def test_whoever_may_not_read_the_documents_sees_no_tags_of_theirs(as_user, outsider, tagged):
	with as_user(outsider):
		assert tags_seen() == []
	with as_user(make_user("KAM Manager")):
		assert tags_seen() == [tagged.name]


def test_a_shared_document_counts(as_user, outsider, tagged):
	frappe.share.add_docshare("Key Account", tagged.name, outsider, flags={"ignore_share_permission": True})
	with as_user(outsider):
		assert tags_seen() == [tagged.name]


@pytest.mark.parametrize("condition", [condition_of_files, condition_of_tags])
def test_lists_of_people_outside_the_app_cost_one_query_more(as_user, outsider, condition):
	with as_user(outsider):
		condition()
		assert count_queries(condition) <= 1
