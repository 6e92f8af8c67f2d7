from kam_extension.integration.security.append_only import AppendOnlyRecord


class KAMManagerChange(AppendOnlyRecord):
	"""From which day on which manager has an account (R60)."""
