"""The isolation that every other test of this folder relies on."""

import frappe
import pytest

from tests.site import isolation

TITLE = "kam isolation probe"


def new_note() -> str:
	return frappe.get_doc(doctype="Note", title=TITLE).insert().name


def notes_left() -> int:
	return frappe.db.count("Note", {"title": ("like", f"{TITLE}%")})


class TestHeldConnection:
	"""Both tests make the same record: whichever comes second fails if the first left it behind."""

	@pytest.mark.parametrize("turn", [1, 2])
	def test_commit_is_not_permanent(self, turn):
		assert notes_left() == 0
		new_note()
		frappe.db.commit()
		assert notes_left() == 1

	def test_rollback_goes_back_to_the_last_commit(self):
		new_note()
		frappe.db.commit()
		frappe.get_doc(doctype="Note", title=f"{TITLE} 2").insert()
		frappe.db.rollback()
		assert notes_left() == 1

	def test_commit_callbacks_run(self):
		called = []
		frappe.db.after_commit.add(lambda: called.append(1))
		frappe.db.commit()
		assert called == [1]


class TestOtherConnections:
	@pytest.mark.parametrize("turn", [1, 2])
	def test_a_second_connection_is_put_back(self, turn):
		assert notes_left() == 0
		other = isolation.new_connection()
		other.sql("insert into `tabNote` (name, title) values ('kam-probe', %s)", TITLE)
		other.sql("commit")
		other.close()

	@pytest.mark.committing
	@pytest.mark.parametrize("turn", [1, 2])
	def test_a_committing_test_is_put_back(self, turn, in_parallel):
		assert notes_left() == 0
		new_note()
		first, second = in_parallel(notes_left, lambda: 1 / 0)
		assert first == 1
		assert isinstance(second, ZeroDivisionError)

	@pytest.mark.committing
	def test_changed_rows_get_their_values_back(self):
		assert frappe.db.get_value("Company", {}, "phone_no") is None
		frappe.db.set_value("Company", {"name": ("is", "set")}, "phone_no", "1")
		frappe.db.commit()


class TestProcessState:
	"""Caches are filled after a commit: Frappe drops what it cached since the last one by itself on rollback."""

	@pytest.mark.parametrize("turn", [1, 2])
	def test_cached_documents_are_forgotten(self, turn):
		company = frappe.get_all("Company", pluck="name")[0]
		assert not frappe.get_cached_doc("Company", company).website
		frappe.db.set_value("Company", company, "website", "http://kam.example")
		frappe.db.commit()
		assert frappe.get_cached_doc("Company", company).website == "http://kam.example"

	@pytest.mark.parametrize("turn", [1, 2])
	def test_defaults_are_forgotten(self, turn):
		assert not frappe.defaults.get_global_default("kam_probe")
		frappe.defaults.set_global_default("kam_probe", "1")
		assert frappe.defaults.get_global_default("kam_probe") == "1"

	@pytest.mark.parametrize("turn", [1, 2])
	def test_changed_permissions_are_forgotten(self, turn):
		from frappe.permissions import add_permission

		assert not any(rule.role == "Blogger" for rule in frappe.get_meta("Note").permissions)
		add_permission("Note", "Blogger")
		frappe.db.commit()
		assert any(rule.role == "Blogger" for rule in frappe.get_meta("Note").permissions)

	def test_jobs_wait(self, jobs):
		frappe.enqueue("frappe.ping")
		assert jobs.named("frappe.ping")
		assert jobs.run("frappe.ping") == ["pong"]
		assert not jobs.named("frappe.ping")

	def test_user_is_switched_and_back(self, as_user):
		with as_user("Guest"):
			assert frappe.session.user == "Guest"
		assert frappe.session.user == "Administrator"


def test_mail_arrives(mail):
	frappe.sendmail(recipients=["someone@example.com"], subject="Probe", message="Hello", now=False)
	messages = mail.deliver()
	assert [message["Subject"] for message in messages] == ["Probe"]
	assert messages[0]["X-Envelope-To"] == "someone@example.com"
