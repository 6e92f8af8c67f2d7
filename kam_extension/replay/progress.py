"""A progress line on a terminal; nothing where the output goes into a file or another program."""

import sys
import time
from typing import TextIO

WIDTH = 30
SECONDS_BETWEEN = 0.1


class Progress:
	"""Writes over one line of `stream` and removes it in the end. Silent unless the stream is a terminal."""

	def __init__(self, stream: TextIO | None = None, is_quiet: bool = False):
		self._stream = sys.stderr if stream is None else stream
		self._is_shown = not is_quiet and self._stream.isatty()
		self._shown_at = 0.0

	def reading(self, file: str) -> None:
		self._show(f"reading {file}", at_once=True)

	def judging(self, done: int, total: int) -> None:
		filled = WIDTH * done // max(total, 1)
		bar = "#" * filled + "-" * (WIDTH - filled)
		self._show(f"[{bar}] {100 * done // max(total, 1):3} %  {done:,} of {total:,} orders and receipts")

	def writing(self) -> None:
		self._show("writing the report", at_once=True)

	def clear(self) -> None:
		if self._is_shown:
			self._stream.write("\r\x1b[K")
			self._stream.flush()

	def _show(self, text: str, at_once: bool = False) -> None:
		now = time.monotonic()
		if self._is_shown and (at_once or now - self._shown_at >= SECONDS_BETWEEN):
			self._shown_at = now
			self._stream.write(f"\r\x1b[K{text}")
			self._stream.flush()
