"""Running commands."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
OUTPUT = CHECKOUT / "output"


class Failure(Exception):
	"""Something that should have worked did not; the message says what and, where known, what to do."""


class Unavailable(Exception):
	"""This machine lacks something, so a part can't run here."""


def say(text: str) -> None:
	print(text, flush=True)


def run(command: Sequence, cwd: Path = CHECKOUT, env: Mapping | None = None) -> int:
	"""Run a command with its output shown; returns its exit code."""
	say("$ " + " ".join(str(word) for word in command))
	return subprocess.run(
		[str(word) for word in command], cwd=cwd, env=env, stdin=subprocess.DEVNULL
	).returncode


def quiet(command: Sequence, cwd: Path = CHECKOUT, env: Mapping | None = None, timeout: float = 900) -> str:
	"""Run a command and return what it printed; shows it only when the command fails, as `Failure`."""
	done = subprocess.run(
		[str(word) for word in command],
		cwd=cwd,
		env=env,
		stdin=subprocess.DEVNULL,
		stdout=subprocess.PIPE,
		stderr=subprocess.STDOUT,
		text=True,
		errors="replace",
		timeout=timeout,
	)
	if done.returncode:
		words = " ".join(str(word) for word in command)
		raise Failure(f"'{words}' ended with {done.returncode}:\n{done.stdout[-6000:]}")
	return done.stdout


def succeeds(command: Sequence, env: Mapping | None = None, timeout: float = 60) -> bool:
	"""Whether a command exists and ends with 0."""
	try:
		done = subprocess.run(
			[str(word) for word in command],
			env=env,
			stdin=subprocess.DEVNULL,
			stdout=subprocess.DEVNULL,
			stderr=subprocess.DEVNULL,
			timeout=timeout,
		)
	except (OSError, subprocess.TimeoutExpired):
		return False
	return done.returncode == 0


def clean_environment(**more: str) -> dict[str, str]:
	"""This process's environment without what would point Python or Frappe elsewhere."""
	kept = {
		name: value
		for name, value in os.environ.items()
		if not name.startswith("FRAPPE_") and name not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
	}
	return kept | more
