"""Issues become readable for the KAM roles, and satisfaction surveys get their first questions (R51, R52)."""

from kam_extension.setup.permissions import grant_permissions
from kam_extension.setup.surveys import seed_survey_template


def execute() -> None:
	grant_permissions()
	seed_survey_template()
