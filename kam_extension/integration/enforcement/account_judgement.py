"""Judge an account where goods move or an order comes back and no price is set (R32)."""

from frappe.utils import getdate

from kam_extension.integration.accounts.account_file import load_account
from kam_extension.integration.credit import credit_facts
from kam_extension.integration.enforcement.judgement import Judgement, terms_without_policy
from kam_extension.integration.exceptions.price_exceptions import approved_exceptions
from kam_extension.integration.money import company_currency, site_rounding
from kam_extension.integration.policies.policies import policy_in_force
from kam_extension.policy.codes import Action
from kam_extension.policy.credit import judge_account
from kam_extension.policy.exceptions import apply_exceptions
from kam_extension.policy.facts import DocumentFacts
from kam_extension.policy.money import decimal


def judge_standing(doc, occasion: str, with_credit: bool = True) -> Judgement | None:
	"""Status and, `with_credit`, credit of the account named by `doc.kam_key_account`.

	None without a policy, but for a suspended account, which is always blocked.

	`doc` is a selling document or a `drop_shipments.DropShipment`. Approved exceptions of its chain count.
	"""
	account = load_account(doc.kam_key_account)
	terms = policy_in_force(doc.company) or terms_without_policy(account)
	if terms is None:
		return None
	is_credit_judged = with_credit and terms.credit_action != Action.OFF
	facts = DocumentFacts(
		account=account.facts(),
		lines=(),
		net=decimal(doc.get("kam_effective_net") or doc.get("base_net_total")),
		gross=decimal(doc.get("base_grand_total")),
		commits=True,
		credit=credit_facts(doc, terms, account) if is_credit_judged else None,
		rounding=site_rounding(company_currency(doc.company)),
	)
	verdict = judge_account(facts, terms)
	if verdict.violations:
		verdict = apply_exceptions(verdict, facts, approved_exceptions(doc), getdate())
	return Judgement(doc.company, account, terms, facts, verdict, occasion)
