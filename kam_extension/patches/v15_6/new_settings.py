"""Settings of visits, risk, service, health and plans begin with their defaults on a site that has none."""

from kam_extension.setup.settings import complete_settings


def execute() -> None:
	complete_settings()
