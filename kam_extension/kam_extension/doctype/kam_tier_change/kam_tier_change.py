from kam_extension.integration.security.append_only import AppendOnlyRecord


class KAMTierChange(AppendOnlyRecord):
	pass
