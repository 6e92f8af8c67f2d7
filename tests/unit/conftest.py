"""Unit tests run on a machine that has no Frappe: importing it here fails even where it is installed."""

import sys

FORBIDDEN = ("frappe", "erpnext")


class NoFrappe:
	"""Import finder that refuses the packages which the pure parts must not need."""

	@staticmethod
	def find_spec(name, path=None, target=None):
		if name.partition(".")[0] in FORBIDDEN:
			raise ImportError(f"{name} is imported by code that has to run without Frappe")


sys.meta_path.insert(0, NoFrappe)
