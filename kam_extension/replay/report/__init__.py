"""Writes what a replay found: `report.html` (one file, nothing loaded from elsewhere) and tables as CSV and Parquet."""

import os
import shutil
import tempfile
from pathlib import Path

from kam_extension.replay.engine import Replay
from kam_extension.replay.report.page import page
from kam_extension.replay.report.tables import SKIPPED, write_tables
from kam_extension.replay.report.translate import translator

REPORT = "report.html"


def write_report(replay: Replay, out: Path, language: str = "en") -> list[Path]:
	"""Write all files into the directory `out`, whole or not at all; returns their paths. Raises OSError."""
	content = page(replay, translator(language), language)
	out.mkdir(parents=True, exist_ok=True)
	workspace = Path(tempfile.mkdtemp(prefix=".kam-replay-", dir=out))
	try:
		(workspace / REPORT).write_text(content, "utf-8", newline="")
		names = [REPORT, *write_tables(replay, workspace)]
		for name in names:
			os.replace(workspace / name, out / name)
		if SKIPPED not in names:
			(out / SKIPPED).unlink(missing_ok=True)  # of an earlier replay
	finally:
		shutil.rmtree(workspace, ignore_errors=True)
	return [out / name for name in names]
