"""The DuckDB database that a replay works in: in memory for small books, in a temporary file for large ones."""

import shutil
import sys
import tempfile
from pathlib import Path

from kam_extension.replay.errors import BadInput

INSTALL_DUCKDB = 'The replay reads books with DuckDB. Install it with: pip install "duckdb>=1.1,<3"'
IN_MEMORY = ":memory:"
SMALL = 8 << 20
"""Bytes of files up to which a book is replayed in memory and by one process."""
WAY_OUT = "Free some space, or name other directories by --out and, for temporary files, by TMPDIR."
MEMORY, WORKERS_MEMORY = "900MB", "150MB"


def connect(path: str = IN_MEMORY, read_only: bool = False, **settings: str | int):
	"""A DuckDB connection that fetches nothing from elsewhere. Raises `BadInput` where DuckDB is not installed."""
	try:
		import duckdb
	except ImportError as error:
		raise BadInput("duckdb", f"not installed. {INSTALL_DUCKDB}") from error
	return duckdb.connect(path, read_only, {"autoinstall_known_extensions": "false", **settings})


class Store:
	"""A database with a directory for temporary files beside it; to be closed, which removes both."""

	def __init__(self, size: int):
		self.directory = Path(tempfile.mkdtemp(prefix="kam-replay-"))
		self.path = IN_MEMORY if size <= SMALL else str(self.directory / "book.duckdb")
		try:
			self.resume()
		except BaseException:
			shutil.rmtree(self.directory, ignore_errors=True)
			raise

	@property
	def is_small(self) -> bool:
		return self.path == IN_MEMORY

	def release(self) -> None:
		"""Let other processes read a database in a file; `resume` before it is used here again."""
		self.database.close()

	def resume(self) -> None:
		settings = {"memory_limit": MEMORY, "temp_directory": str(self.directory)}
		if not self.is_small:
			self.database = connect(self.path, **settings)
			return
		self.database = connect(self.path, threads=1, **settings)
		# Statements over a few rows take longer to plan than to run.
		self.database.execute("PRAGMA disable_optimizer")

	def close(self) -> None:
		self.database.close()
		shutil.rmtree(self.directory, ignore_errors=True)


def disk_trouble(error: Exception) -> str | None:
	"""One line about a file that the system or DuckDB can't write or read; None for every other error."""
	if isinstance(error, OSError):
		said = f"{error.filename or tempfile.gettempdir()}: {error.strerror or error}"
	elif _is_of_disk(error):
		said = " ".join(str(error).split())
	else:
		return None
	return f"A file can't be written or read: {said.rstrip('.')}. {WAY_OUT}"


def _is_of_disk(error: Exception) -> bool:
	"""DuckDB tells a full disk as an I/O error, a commit that failed, or memory that it can't move to the disk."""
	duckdb = sys.modules.get("duckdb")
	if duckdb is None:
		return False
	if isinstance(error, duckdb.TransactionException | duckdb.FatalException):
		return "write file" in str(error)
	return isinstance(error, duckdb.IOException | duckdb.OutOfMemoryException)


def connect_worker(path: str):
	"""A worker's own connection, for reading only."""
	return connect(path, read_only=True, memory_limit=WORKERS_MEMORY, threads=1)
