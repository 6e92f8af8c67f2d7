"""Errors that callers may catch by name (contract)."""

import frappe


class PolicyViolation(frappe.ValidationError):
	"""A document breaks a rule that the policy in force blocks (R26)."""


class ReceiptAlreadyClaimed(frappe.ValidationError):
	"""A Rebate Request claims more of a receipt than is left unclaimed (R39)."""
