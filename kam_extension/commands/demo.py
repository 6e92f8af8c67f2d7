"""`bench --site X kam-demo`: load or remove the demo data."""

import click
import frappe
from frappe.commands import get_site, pass_context


@click.command("kam-demo")
@click.option("--clear", is_flag=True, help="Remove the demo data and everything made in its company.")
@click.option("--password", help="Password of the demo's users; made up when not given.")
@pass_context
def kam_demo(context, clear: bool, password: str | None):
	"""Load an invented company with two years of business with key accounts."""
	from kam_extension import demo

	frappe.init(site=get_site(context))
	frappe.connect()
	try:
		if clear:
			_clear(demo)
		else:
			_load(demo, password)
	except frappe.ValidationError as error:
		raise click.ClickException(frappe.utils.strip_html(str(error))) from error
	finally:
		frappe.destroy()


def _load(demo, password: str | None) -> None:
	with click.progressbar(length=100, label="Loading demo data") as bar:
		logins = demo.load(
			password=password, progress=lambda done, total, what: _advance(bar, done, total, what)
		)
	click.echo("Users of the demo:")
	for email, secret in logins.items():
		click.echo(f"  {email}  {secret}")


def _advance(bar, done: int, total: int, what: str) -> None:
	bar.label = what
	bar.update(done * 100 // total - bar.pos)


def _clear(demo) -> None:
	kept = demo.clear()
	click.echo("The demo data is removed.")
	if kept:
		click.echo("These stay, because other documents use them: " + ", ".join(kept))
