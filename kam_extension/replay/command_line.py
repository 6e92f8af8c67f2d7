"""`kam replay`: judges a book of past orders under a policy and writes a report (R63)."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from kam_extension.policy.codes import VerdictCode
from kam_extension.replay.book import SETTINGS, Book, open_book
from kam_extension.replay.engine import Replay, replay
from kam_extension.replay.errors import BadInput
from kam_extension.replay.gaps import NOT_REPLAYED
from kam_extension.replay.intake.problems import SKIP, STOP
from kam_extension.replay.policy_file import Policy, open_policy
from kam_extension.replay.progress import Progress
from kam_extension.replay.report import write_report
from kam_extension.replay.report.translate import languages
from kam_extension.replay.store import disk_trouble

DEMO_BOOK = Path(__file__).resolve().parents[2] / "fixtures" / "demo_book"
DEMO_OUT = Path("output") / "replay"
FINE, BLOCKED, BAD_INPUT, SKIPPED = 0, 1, 2, 3
EXIT_CODES = """exit codes: 0 the report is written; 1 with --fail-on-blocked: written, and at least one order is blocked;
2 bad input or options, or a full disk, nothing written; 3 written, and broken rows were skipped."""


def main(arguments: Sequence[str] | None = None) -> int:
	"""One of the exit codes above; 2 comes with one line on standard error and nothing written."""
	options = _options(arguments)
	progress = Progress(is_quiet=options.quiet)
	try:
		return _run(options, progress)
	except Exception as error:
		said = error if isinstance(error, BadInput) else disk_trouble(error)
		if said is None:
			raise
		progress.clear()
		print(said, file=sys.stderr)
	return BAD_INPUT


def _run(options: argparse.Namespace, progress: Progress) -> int:
	against = open_policy(options.against) if options.against else None
	policy = open_policy(options.policy) if options.policy else None
	book = open_book(options.book, options.on_error, progress.reading)
	try:
		found = replay(book, policy or _policy_of(book), against, progress.judging)
		progress.writing()
		written = write_report(found, options.out, options.language)
		progress.clear()
		blocked = found.side.counts()[VerdictCode.BLOCKED]
		if not options.quiet:
			with suppress(BrokenPipeError):  # whoever reads the summary may stop early
				_tell(found, blocked, written)
	finally:
		book.close()
	if book.skipped:
		print(f"{book.skipped} broken rows skipped, see {options.out / 'skipped.csv'}.", file=sys.stderr)
		return SKIPPED
	return BLOCKED if blocked and options.fail_on_blocked else FINE


def _tell(found: Replay, blocked: int, written: Sequence[Path]) -> None:
	counts = found.side.counts()
	unjudged = counts[NOT_REPLAYED]
	print(f"{counts.total() - unjudged} orders judged, {blocked} blocked.")
	if unjudged:
		print(f"Without a verdict: {unjudged}, see the column not_replayed of decisions.csv.")
	if found.against:
		before = found.against.counts()[VerdictCode.BLOCKED]
		print(f"{before} blocked under {found.against.title}.")
	for path in written:
		print(path)


def _policy_of(book: Book) -> Policy:
	policy = book.settings.get("policy")
	if not policy:
		raise BadInput(SETTINGS, "the book names no policy: give one with --policy.", column="policy")
	return open_policy(book.directory / policy, book.settings.get("policy_changes"))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
	parser = argparse.ArgumentParser(prog="kam", description="Key Account Management without ERPNext.")
	commands = parser.add_subparsers(required=True)
	command = commands.add_parser(
		"replay", help="judge a book of past orders under a policy", description=__doc__, epilog=EXIT_CODES
	)
	_add_options(command)
	options = parser.parse_args(arguments)
	if options.demo == bool(options.book):
		command.error("give either --demo or --book DIR")
	if options.book and not options.out:
		command.error("--book needs --out DIR")
	options.book = options.book or DEMO_BOOK
	options.out = options.out or DEMO_OUT
	return options


def _add_options(command: argparse.ArgumentParser) -> None:
	add = command.add_argument
	add("--demo", action="store_true", help="replay the shipped demo book")
	add("--policy", type=Path, help="policy as JSON; without it, the one that the book names")
	add("--against", type=Path, metavar="POLICY", help="a second policy, to compare with: the one in force")
	add("--book", type=Path, help="directory of the book's files: CSV, XLSX or Parquet (docs/export.md)")
	add("--out", type=Path, help=f"directory for the report (with --demo: {DEMO_OUT})")
	add("--language", choices=languages(), default="en", help="language of the report")
	add(
		"--on-error",
		choices=(STOP, SKIP),
		default=STOP,
		help="a broken row ends the replay, or is skipped and listed in skipped.csv",
	)
	add("--fail-on-blocked", action="store_true", help="exit with 1 if the policy blocks an order")
	add("--quiet", action="store_true", help="no progress and no summary, only errors")
