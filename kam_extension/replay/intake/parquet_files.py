"""Parquet files, by DuckDB."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from kam_extension.replay.errors import BadInput
from kam_extension.replay.store import connect

BATCH = 20_000


def rows(path: Path) -> Iterator[tuple[int, Sequence[str]]]:
	"""The names of the columns as row 1, then the rows as text. Raises `BadInput`."""
	import duckdb

	database = connect()
	try:
		on_one_line = "replace(replace(COLUMNS(*)::VARCHAR, chr(13), ' '), chr(10), ' ')"
		found = database.execute(f"SELECT {on_one_line} FROM read_parquet($path)", {"path": str(path)})
		yield 1, [column[0] for column in found.description]
		number = 1
		while batch := found.fetchmany(BATCH):
			for row in batch:
				number += 1
				yield number, [cell or "" for cell in row]
	except duckdb.Error as error:
		raise BadInput(
			path.name, f"this is no Parquet file ({' '.join(str(error).split())[:200]})."
		) from error
	finally:
		database.close()
