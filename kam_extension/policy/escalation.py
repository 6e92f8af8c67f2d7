"""How far something overdue has gone up (R47, R48). Days in, a level out."""

from datetime import date

NOBODY, RESPONSIBLE, ACCOUNT_MANAGER, KAM_MANAGERS = range(4)


def escalation_level(due: date | None, today: date, to_manager: int, to_kam_managers: int) -> int:
	"""Who has to know on `today`: from the first day the responsible, then the account manager, then KAM Managers.

	`to_manager` and `to_kam_managers` are days overdue; the higher level wins where both are reached.
	"""
	days = (today - due).days if due else 0
	if days <= 0:
		return NOBODY
	if days >= to_kam_managers:
		return KAM_MANAGERS
	return ACCOUNT_MANAGER if days >= to_manager else RESPONSIBLE
