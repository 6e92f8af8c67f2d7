"""`kam replay`: judges a book of past orders under a policy and writes a report (R63)."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from kam_extension.policy.codes import VerdictCode
from kam_extension.replay.book import open_book
from kam_extension.replay.engine import Replay, replay
from kam_extension.replay.errors import BadInput
from kam_extension.replay.policy_file import open_policy
from kam_extension.replay.report import write_report
from kam_extension.replay.report.translate import languages

DEMO_BOOK = Path(__file__).resolve().parents[2] / "fixtures" / "demo_book"
DEMO_OUT = Path("output") / "replay"
BAD_INPUT = 2


def main(arguments: Sequence[str] | None = None) -> int:
	"""Exit code 0 with a report written, 2 with one line on standard error and nothing written."""
	options = _options(arguments)
	try:
		found = _replay(options)
		written = write_report(found, options.out, options.language)
	except BadInput as error:
		print(error, file=sys.stderr)
		return BAD_INPUT
	except OSError as error:
		print(f"{options.out}: the report can't be written ({error.strerror}).", file=sys.stderr)
		return BAD_INPUT
	counts = found.counts()
	print(f"{len(found.decisions)} orders judged, {counts[VerdictCode.BLOCKED]} blocked.")
	for path in written:
		print(path)
	return 0


def _replay(options: argparse.Namespace) -> Replay:
	book = open_book(options.book)
	if options.policy:
		return replay(book, open_policy(options.policy))
	policy = book.settings.get("policy")
	if not policy:
		raise BadInput("book.json", "the book names no policy: give one with --policy.", column="policy")
	return replay(book, open_policy(options.book / policy, book.settings.get("policy_changes")))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
	parser = argparse.ArgumentParser(prog="kam", description="Key Account Management without ERPNext.")
	commands = parser.add_subparsers(required=True)
	command = commands.add_parser(
		"replay", help="judge a book of past orders under a policy", description=__doc__
	)
	command.add_argument("--demo", action="store_true", help="replay the shipped demo book")
	command.add_argument(
		"--policy", type=Path, help="policy as JSON; without it, the one that the book names"
	)
	command.add_argument("--book", type=Path, help="directory of the book's CSV files")
	command.add_argument("--out", type=Path, help=f"directory for the report (with --demo: {DEMO_OUT})")
	command.add_argument("--language", choices=languages(), default="en", help="language of the report")
	options = parser.parse_args(arguments)
	if options.demo == bool(options.book):
		command.error("give either --demo or --book DIR")
	if options.book and not options.out:
		command.error("--book needs --out DIR")
	options.book = options.book or DEMO_BOOK
	options.out = options.out or DEMO_OUT
	return options
