from kam_extension.integration.security.record_rows import RecordRow


class RebateRequestReceipt(RecordRow):
	"""One receipt of a Rebate Request. A payment taken back after its claim is named although it is cancelled (R41)."""

	def get_invalid_links(self, is_submittable=False):
		return super().get_invalid_links(is_submittable=False)
