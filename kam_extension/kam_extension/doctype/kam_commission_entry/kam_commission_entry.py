from kam_extension.integration.security.append_only import AppendOnlyRecord


class KAMCommissionEntry(AppendOnlyRecord):
	"""What one receipt gave its account manager in one month, or took back (R60)."""
