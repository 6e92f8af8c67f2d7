"""Rights that became necessary since the app was installed; what the site has set stays."""

from kam_extension.setup.permissions import grant_permissions


def execute() -> None:
	grant_permissions()
