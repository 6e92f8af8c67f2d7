"""The app's own translations, read without Frappe."""

import csv
from collections.abc import Callable
from pathlib import Path

TRANSLATIONS = Path(__file__).resolve().parents[2] / "translations"


def translator(language: str) -> Callable[[str], str]:
	"""English text → the text in `language`; what has no translation stays English."""
	texts = _read(TRANSLATIONS / f"{language}.csv")
	return lambda text: texts.get(text, text)


def languages() -> list[str]:
	"""English and every language that the app brings translations for."""
	return ["en", *sorted(path.stem for path in TRANSLATIONS.glob("*.csv") if path.stem != "en")]


def _read(path: Path) -> dict[str, str]:
	if not path.is_file():
		return {}
	with path.open(encoding="utf-8", newline="") as lines:
		return {row[0]: row[1] for row in csv.reader(lines) if len(row) > 1 and row[1]}
