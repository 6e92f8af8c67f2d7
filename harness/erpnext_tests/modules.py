"""The test modules of ERPNext that touch what the app guards, and the settings in which each one runs."""

from dataclasses import dataclass

from harness.shell import Failure

MODULES = {
	"sales_order": "erpnext.selling.doctype.sales_order.test_sales_order",
	"quotation": "erpnext.selling.doctype.quotation.test_quotation",
	"delivery_note": "erpnext.stock.doctype.delivery_note.test_delivery_note",
	"sales_invoice": "erpnext.accounts.doctype.sales_invoice.test_sales_invoice",
	"pricing_rule": "erpnext.accounts.doctype.pricing_rule.test_pricing_rule",
	"customer": "erpnext.selling.doctype.customer.test_customer",
	"payment_entry": "erpnext.accounts.doctype.payment_entry.test_payment_entry",
}


@dataclass(frozen=True)
class Setting:
	"""What a run's site has besides ERPNext. `action` is what every rule of the policy in force does."""

	name: str
	title: str
	action: str | None = None
	has_key_accounts: bool = False

	@property
	def has_app(self) -> bool:
		return self.action is not None


PLAIN = Setting("plain", "without the app")
IN_FORCE = Setting("policy", "app and a policy that blocks, customers are no key accounts", "Block")
KEY_ACCOUNTS = Setting("key-accounts", "every customer a key account, a policy that warns", "Warn", True)
WITH_APP = (IN_FORCE, KEY_ACCOUNTS)
SETTINGS = {setting.name: setting for setting in (PLAIN, *WITH_APP)}


def chosen(names: str | None) -> dict[str, str]:
	"""The modules named in MODULES (short names, by commas or spaces), or all; `Failure` for an unknown one."""
	wanted = (names or "").replace(",", " ").split()
	unknown = [name for name in wanted if name not in MODULES]
	if unknown:
		raise Failure(f"MODULES names {', '.join(unknown)}; there are {', '.join(MODULES)}")
	return {name: MODULES[name] for name in wanted} if wanted else dict(MODULES)
