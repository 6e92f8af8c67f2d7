"""Two documents of one account at the same moment: each is within the limit, both together are not (R25, R27, R32).

A transaction goes on reading what was committed when it began, so it does not know of a document that was submitted
meanwhile; a quotation's price or an approved exception could be used twice in the same way. So submits of one account
take turns on a counter. Whoever finds that it moved since the account was read is judged again on what is committed by
then.
"""

from collections.abc import Callable

from kam_extension.integration.accounts.account_file import Account
from kam_extension.integration.enforcement.judgement import Judgement
from kam_extension.integration.second_connection import fresh_reads
from kam_extension.integration.turns import take_turn
from kam_extension.policy.codes import VerdictCode

_MILD_TO_SEVERE = (
	VerdictCode.NOT_APPLICABLE,
	VerdictCode.PASS,
	VerdictCode.EXCEPTED,
	VerdictCode.WARNED,
	VerdictCode.BLOCKED,
)


def judge_in_turn(doc, judge: Callable[[], Judgement | None]) -> Judgement | None:
	"""The judgement that `judge` makes of `doc` by itself and, where others came first, with them.

	Other submits of the account wait from here to the end of the transaction. One query where something can be used up.
	"""
	judgement = judge()
	if judgement is None or not _uses_up(judgement) or not _others_came_first(judgement.account):
		return judgement
	with fresh_reads():
		latest = judge()
	# Its own earlier work is not in the fresh view, so the worse of the two stands.
	return max((judgement, latest or judgement), key=_severity)


def _severity(judgement: Judgement) -> int:
	return _MILD_TO_SEVERE.index(judgement.verdict.code)


def _uses_up(judgement: Judgement) -> bool:
	"""Whether a passing document takes of something that another one could take as well."""
	facts = judgement.facts
	if facts is None or judgement.verdict.is_blocked:
		return False
	is_linked = any(line.is_exempt for line in facts.lines)
	return facts.credit is not None or is_linked or judgement.verdict.code == VerdictCode.EXCEPTED


def _others_came_first(account: Account) -> bool:
	return take_turn(account.name) != account.turn + 1
