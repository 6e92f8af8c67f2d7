"""Sites that had the app before get the scorecard templates of S4 (R59)."""

from kam_extension.setup.scorecards import seed_scorecard_templates


def execute() -> None:
	seed_scorecard_templates()
