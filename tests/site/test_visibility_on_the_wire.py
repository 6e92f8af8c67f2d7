"""Members of sales see own and team accounts only, asked by HTTP through every door (R68)."""

import json

import frappe
import pytest
from frappe.utils import global_search

from tests.site.factories import insert, make_key_account, make_user, make_visit_log
from tests.site.visibility_setup import make_foreign_account
from tests.site.web import ask_site, give_keys

pytestmark = pytest.mark.committing

READERS = {
	"in team": (("KAM User", "Sales User"), True),
	"not in team": (("KAM User", "Sales User", "Accounts User"), False),
	"manager": (("KAM Manager",), True),
	"finance": (("KAM Finance",), True),
	"nobody": (("Sales User",), False),
}
SECRET = "Zirkonium"


class Market:
	"""An account with a visit, a file, a comment and a tag, every text with the word that nobody else may read."""

	def __init__(self, team: str):
		self.account = make_foreign_account(
			background=f"{SECRET} plant", team=[{"user": team, "function": "Sales"}]
		)
		self.visit = make_visit_log(self.account.name, purpose=f"{SECRET} talks")
		self.file = insert(
			"File",
			file_name=f"{frappe.generate_hash(length=8)}.txt",
			content=f"{SECRET} file",
			is_private=1,
			attached_to_doctype="Key Account",
			attached_to_name=self.account.name,
		)
		self.account.add_comment("Comment", f"{SECRET} comment")
		self.account.add_tag(f"{SECRET}Tag")
		self.search_word = self.account.customer_name.split()[-1]
		for document in (self.account, self.visit):
			global_search.sync_value(
				{
					"doctype": document.doctype,
					"name": document.name,
					"content": f"Customer Name : {self.account.customer_name}",
					"published": 0,
					"title": self.account.customer_name,
					"route": None,
				}
			)
		settings = frappe.get_single("Global Search Settings")
		known = {row.document_type for row in settings.allowed_in_global_search}
		for doctype in {"Key Account", "Visit Log"} - known:
			settings.append("allowed_in_global_search", {"document_type": doctype})
		settings.save()


def call(method: str, **arguments) -> tuple:
	return "POST", f"/api/method/{method}", {"json": arguments}


def doors(market: Market) -> dict[str, tuple]:
	"""{door: (method, path, options)} of requests whose answer names the account or tells something of it."""
	account, visit = market.account.name, market.visit.name
	of_account = {"doctype": "Key Account", "name": account}
	return {
		"list": ("GET", "/api/resource/Key Account?limit_page_length=0", {}),
		"list v2": ("GET", "/api/v2/document/Key Account?limit=10000", {}),
		"get": ("GET", f"/api/resource/Key Account/{account}", {}),
		"visit": ("GET", f"/api/resource/Visit Log/{visit}", {}),
		"visits": ("GET", '/api/resource/Visit Log?limit_page_length=0&fields=["*"]', {}),
		"client get": call("frappe.client.get", **of_account),
		"client get_value": call(
			"frappe.client.get_value",
			doctype="Key Account",
			filters=account,
			fieldname='["name","background"]',
		),
		"client get_list": call(
			"frappe.client.get_list", doctype="Key Account", filters={"name": account}, fields=["*"]
		),
		"rows": call(
			"frappe.client.get_list",
			doctype="Key Account Team Member",
			parent="Key Account",
			fields=["parent"],
			limit_page_length=0,
		),
		"one row": call(
			"frappe.client.get",
			doctype="Key Account Team Member",
			parent="Key Account",
			filters={"parent": account},
		),
		"form": call("frappe.desk.form.load.getdoc", **of_account),
		"timeline": call("frappe.desk.form.load.get_docinfo", **of_account),
		"report view": call(
			"frappe.desk.reportview.get",
			doctype="Key Account",
			fields='["`tabKey Account`.`name`"]',
			filters="[]",
			page_length=10000,
			start=0,
		),
		"export": call(
			"frappe.desk.reportview.export_query",
			doctype="Key Account",
			fields='["`tabKey Account`.`name`"]',
			filters="[]",
			file_format_type="CSV",
			title="Accounts",
		),
		"link search": call(
			"frappe.desk.search.search_link", doctype="Key Account", txt=account, page_length=50
		),
		"link search past user permissions": call(
			"frappe.desk.search.search_link",
			doctype="Key Account",
			txt=account,
			page_length=50,
			reference_doctype="Visit Log",
			ignore_user_permissions=1,
		),
		"title of a link": call("frappe.desk.search.get_link_title", doctype="Key Account", docname=account),
		"preview of a link": call(
			"frappe.desk.link_preview.get_preview_data", doctype="Key Account", docname=account
		),
		"join": call(
			"frappe.client.get_list",
			doctype="Customer",
			filters={"name": market.account.customer},
			fields=["name", "kam_key_account.background as told"],
		),
		"global search": call("frappe.utils.global_search.search", text=market.search_word),
		"global search of one": call(
			"frappe.utils.global_search.search", text=market.search_word, doctype="Visit Log"
		),
		"tagged": call(
			"frappe.desk.doctype.tag.tag.get_tagged_docs", doctype="Key Account", tag=f"%{SECRET}Tag%"
		),
		"documents of a tag": call("frappe.desk.doctype.tag.tag.get_documents_for_tag", tag=f"#{SECRET}Tag"),
		"linked with": call("frappe.desk.form.linked_with.get", doctype="Key Account", docname=account),
		"print": ("GET", f"/printview?doctype=Key Account&name={account}", {}),
		"attached": (
			"GET",
			f'/api/resource/File?filters=[["attached_to_name","=","{account}"]]&fields=["*"]',
			{},
		),
		"download": ("GET", market.file.file_url, {}),
		"comment": call(
			"frappe.desk.form.utils.add_comment",
			reference_doctype="Key Account",
			reference_name=account,
			content="Hello",
			comment_email="a@example.com",
			comment_by="A",
		),
		"share": call("frappe.share.add", doctype="Key Account", name=account, user="Administrator", read=1),
		"assign": call(
			"frappe.desk.form.assign_to.add",
			doctype="Key Account",
			name=account,
			assign_to=json.dumps(["Administrator"]),
		),
		"directory": call("frappe.desk.query_report.run", report_name="Key Account Directory", filters="{}"),
	}


ACTIONS = {"assign", "comment", "share"}
NOT_SHOWN = {"preview of a link", "title of a link"}
"""What the DocType does not offer to anybody, today."""
ONLY_BY_ROLE = {"export", "join", "share"}
"""Doors that some of those who see the account lack the right for."""


def tells(door: str, answer, market: Market) -> bool:
	"""Whether an answer tells anything of the account, or does something with it."""
	if door in ACTIONS:
		return answer.status_code == 200
	if door == "title of a link":
		# It answers with the name that was asked for when there is nothing to tell.
		return market.account.customer_name in answer.text
	words = (market.account.name, market.visit.name, SECRET, market.file.file_url)
	return answer.status_code == 200 and (
		any(word in answer.text for word in words) or market.account.customer_name in answer.text
	)


@pytest.mark.parametrize("reader", READERS)
def test_every_door(reader):
	roles, sees = READERS[reader]
	user = make_user(*roles)
	market = Market(user if reader == "in team" else "Administrator")
	own = make_key_account(account_manager=user)
	headers = give_keys(user)
	frappe.db.commit()
	open_doors, shut_doors = set(), set()
	for door, (method, path, options) in doors(market).items():
		answer = ask_site(method, path, headers, **options)
		(open_doors if tells(door, answer, market) else shut_doors).add(door)
		assert answer.status_code < 500, (door, answer.text[:2000])
	if sees:
		assert shut_doors <= ONLY_BY_ROLE | NOT_SHOWN, shut_doors
	else:
		assert not open_doors
	if reader == "not in team":
		answer = ask_site("GET", f"/api/resource/Key Account/{own.name}", headers)
		assert answer.status_code == 200, "the reader's own account is gone too"


def test_the_doors_tell_administrators_everything():
	"""A door that tells nobody anything would prove nothing above."""
	user = make_user("System Manager", "KAM Manager", "Sales User", "Accounts User")
	market = Market("Administrator")
	headers = give_keys(user)
	frappe.db.commit()
	silent = {
		door
		for door, (method, path, options) in doors(market).items()
		if not tells(door, ask_site(method, path, headers, **options), market)
	}
	assert silent <= NOT_SHOWN, silent


def ways_round(market: Market) -> dict[str, tuple]:
	"""Ways to a document's text without the right to read it, each shut by ours and open in Frappe."""
	customer = market.account.customer
	return {
		"escaped join": call(
			"frappe.client.get_list",
			doctype="Customer",
			filters={"name": customer},
			fields='["name", "\\u006bam_key_account.background as told"]',
		),
		"join by a map": call(
			"frappe.desk.calendar.get_events",
			doctype="Customer",
			start="2000-01-01",
			end="2100-01-01",
			field_map='{"start": "creation", "end": "creation", "title": "kam_key_account.background as told"}',
		),
		"expanded links": ("GET", f"/api/resource/Customer/{customer}?expand_links=1", {}),
	}


@pytest.mark.parametrize("roles", [("KAM User", "Sales User"), ("Sales User",)])
def test_no_way_round_the_right_to_read(roles):
	user = make_user(*roles)
	market = Market("Administrator")
	frappe.get_doc(
		{
			"doctype": "ToDo",
			"description": "Ask",
			"reference_type": "Key Account",
			"reference_name": market.account.name,
			"allocated_to": user,
		}
	).insert()
	headers = give_keys(user)
	frappe.db.commit()
	told = {
		way
		for way, (method, path, options) in ways_round(market).items()
		if SECRET in ask_site(method, path, headers, **options).text
	}
	assert not told
	method, path, options = call(
		"frappe.desk.listview.get_group_by_count",
		doctype="Key Account",
		current_filters='[["Key Account", "background", "like", "%"]]',
		field="assigned_to",
	)
	answer = ask_site(method, path, headers, **options)
	assert answer.status_code == 403 or answer.json["message"] == []
