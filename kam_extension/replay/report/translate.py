"""The app's own translations, read without Frappe."""

import csv
from collections.abc import Callable
from pathlib import Path

CONTEXT = "Replay"
TRANSLATIONS = Path(__file__).resolve().parents[2] / "translations"


def translator(language: str) -> Callable[[str], str]:
	"""English text → the text in `language`; what has no translation stays English.

	A translation for the context Replay wins, those for other contexts belong to forms. What ERPNext translates itself is in
	the app's file with a context only, so that the app never changes ERPNext's own wording.
	"""
	texts = _read(TRANSLATIONS / f"{language}.csv")
	return lambda text: texts.get(text, text)


def languages() -> list[str]:
	"""English and every language that the app brings translations for."""
	return ["en", *sorted(path.stem for path in TRANSLATIONS.glob("*.csv") if path.stem != "en")]


def _read(path: Path) -> dict[str, str]:
	if not path.is_file():
		return {}
	with path.open(encoding="utf-8", newline="") as lines:
		rows = [(row[0], row[1], *row[2:3]) for row in csv.reader(lines) if len(row) > 1 and row[1]]
	general = {source: text for source, text, *context in rows if not any(context)}
	return general | {source: text for source, text, *context in rows if context == [CONTEXT]}
