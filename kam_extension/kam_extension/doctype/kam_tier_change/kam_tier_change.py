from kam_extension.integration.append_only import AppendOnlyRecord


class KAMTierChange(AppendOnlyRecord):
	pass
