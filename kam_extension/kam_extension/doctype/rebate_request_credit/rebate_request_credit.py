from kam_extension.integration.security.record_rows import RecordRow


class RebateRequestCredit(RecordRow):
	"""A credit given by hand that settles a part of the request (R74); amounts in company currency."""

	def get_invalid_links(self, is_submittable=False):
		"""A credit that was cancelled meanwhile is refused by the request, which says what to do."""
		return super().get_invalid_links(is_submittable=False)
