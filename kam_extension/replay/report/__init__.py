"""Writes what a replay found: `report.html` (one file, nothing loaded from elsewhere) and `decisions.csv`."""

import os
import shutil
import tempfile
from pathlib import Path

from kam_extension.replay.engine import Replay
from kam_extension.replay.report.decisions_csv import decisions_csv
from kam_extension.replay.report.page import page
from kam_extension.replay.report.translate import translator

REPORT, DECISIONS = "report.html", "decisions.csv"


def write_report(replay: Replay, out: Path, language: str = "en") -> list[Path]:
	"""Write both files into the directory `out`, whole or not at all; returns their paths. Raises OSError."""
	contents = {
		REPORT: page(replay, translator(language), language),
		DECISIONS: decisions_csv(replay.decisions),
	}
	out.mkdir(parents=True, exist_ok=True)
	workspace = Path(tempfile.mkdtemp(prefix=".kam-replay-", dir=out))
	try:
		for name, content in contents.items():
			(workspace / name).write_text(content, "utf-8", newline="")
		for name in contents:
			os.replace(workspace / name, out / name)
	finally:
		shutil.rmtree(workspace, ignore_errors=True)
	return [out / name for name in contents]
