"""A queue that remembers jobs instead of handing them to a worker."""

from dataclasses import dataclass, field

import frappe


@dataclass
class Job:
	method: object
	arguments: dict
	user: str
	job_id: str | None

	@property
	def name(self) -> str:
		"""Dotted path of the function that the job runs."""
		if callable(self.method):
			return f"{self.method.__module__}.{self.method.__qualname__}"
		return self.method


@dataclass
class JobList:
	"""Stands in for an RQ queue: `enqueue` reaches it through `frappe.utils.background_jobs.get_queue`."""

	jobs: list[Job] = field(default_factory=list)
	count: int = 0
	name: str = "recorded"

	def enqueue_call(self, function, kwargs=None, job_id=None, **options):
		self.jobs.append(Job(kwargs["method"], kwargs["kwargs"], kwargs["user"], job_id))

	def named(self, part: str) -> list[Job]:
		"""The jobs whose dotted path contains `part`."""
		return [job for job in self.jobs if part in job.name]

	def run(self, part: str = "") -> list:
		"""Run the recorded jobs, as the users who enqueued them, and return their results."""
		results = []
		for job in self.named(part):
			self.jobs.remove(job)
			before = frappe.session.user
			frappe.set_user(job.user)
			try:
				results.append(frappe.call(job.method, **job.arguments))
			finally:
				frappe.set_user(before)
		return results
