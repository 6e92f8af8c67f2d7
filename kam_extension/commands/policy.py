"""`bench --site X kam-policy`: draft a policy from a shipped preset."""

import click
import frappe
from frappe.commands import get_site, pass_context


@click.command("kam-policy")
@click.argument("preset", default="default")
@click.option("--company", help="Company that the policy is for; without it, all companies.")
@click.option("--valid-from", help="First day of the policy, as 2026-01-31; without it, today.")
@pass_context
def kam_policy(context, preset: str, company: str | None, valid_from: str | None):
	"""Draft a KAM Policy from the preset PRESET; it is in force when somebody submits it."""
	from kam_extension.setup.presets import draft_policy

	frappe.init(site=get_site(context))
	frappe.connect()
	try:
		name = draft_policy(preset, company, valid_from)
		frappe.db.commit()
	except frappe.ValidationError as error:
		raise click.ClickException(frappe.utils.strip_html(str(error))) from error
	finally:
		frappe.destroy()
	click.echo(f"{name} is drafted. Open it in the desk, adapt it and submit it.")
