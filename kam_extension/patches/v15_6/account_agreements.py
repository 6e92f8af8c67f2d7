"""What came with agreements, on a site that was there before: their reminders, the board of accounts, global search."""

from kam_extension.setup.agreement_notifications import seed_agreement_notifications
from kam_extension.setup.boards import seed_boards
from kam_extension.setup.global_search import seed_global_search


def execute() -> None:
	seed_agreement_notifications()
	seed_boards()
	seed_global_search()
