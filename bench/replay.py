"""The standalone replay over generated books of 10,000, 100,000 and 1,000,000 order rows: `python bench/replay.py [ROWS …]`.

One JSON object a line. `ratio` is the value in parts of what is allowed, for the cost of a row its ratio to that of the smallest
book; null where nothing is promised. Memory is the most that all processes together held, sampled (each shared page counted
once). Needs no Frappe.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from replay_book import write_book

CHECKOUT = Path(__file__).resolve().parents[1]
POLICY = CHECKOUT / "fixtures" / "policies" / "default.json"
SIZES = (10_000, 100_000, 1_000_000)
PROMISED, ALLOWED_SECONDS, ALLOWED_MIB = 1_000_000, 60, 1536
SECONDS_BETWEEN_SAMPLES = 0.1


@dataclass(frozen=True)
class Run:
	seconds: float
	processor_seconds: float
	peak_bytes: int


def main(sizes: list[int]) -> None:
	per_row: list[float] = []
	for rows in sizes:
		with tempfile.TemporaryDirectory(prefix="kam-bench-replay-") as folder:
			write_book(Path(folder) / "book", rows)
			run = replay(Path(folder))
		per_row.append(run.processor_seconds / rows)
		name = f"replay of {rows} order rows"
		promised = rows == PROMISED
		say(name, run.seconds, "s", run.seconds / ALLOWED_SECONDS if promised else None)
		say(f"{name}: processor time", run.processor_seconds, "s")
		mebibytes = run.peak_bytes / 2**20
		say(f"{name}: peak memory", mebibytes, "MiB", mebibytes / ALLOWED_MIB if promised else None)
		say(f"{name}: processor time a row", per_row[-1] * 1e6, "us", per_row[-1] / per_row[0])


def replay(folder: Path) -> Run:
	"""Run the command line as a user does, in processes of its own."""
	words = [sys.executable, "-m", "kam_extension.replay", "--quiet", "--policy", str(POLICY)]
	words += ["--book", str(folder / "book"), "--out", str(folder / "out")]
	before, started = processor_seconds(), time.perf_counter()
	process = subprocess.Popen(words, env={**os.environ, "PYTHONPATH": str(CHECKOUT)})
	peak = 0
	while process.poll() is None:
		peak = max(peak, memory_of_family(process.pid))
		time.sleep(SECONDS_BETWEEN_SAMPLES)
	seconds = time.perf_counter() - started
	if process.returncode:
		raise SystemExit(f"the replay ended with {process.returncode}")
	return Run(seconds, processor_seconds() - before, peak)


def processor_seconds() -> float:
	used = resource.getrusage(resource.RUSAGE_CHILDREN)
	return used.ru_utime + used.ru_stime


def memory_of_family(process: int) -> int:
	"""Bytes that a process and its descendants hold."""
	return memory_of(process) + sum(memory_of_family(child) for child in children_of(process))


def children_of(process: int) -> list[int]:
	try:
		threads = Path(f"/proc/{process}/task").iterdir()
		return [int(word) for thread in threads for word in (thread / "children").read_text().split()]
	except OSError:
		return []  # it has ended


def memory_of(process: int) -> int:
	try:
		lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
	except OSError:
		return 0  # it has ended
	return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def say(name: str, value: float, unit: str, ratio: float | None = None) -> None:
	print(
		json.dumps(
			{"name": name, "value": round(value, 3), "unit": unit, "ratio": ratio and round(ratio, 3)}
		),
		flush=True,
	)


if __name__ == "__main__":
	main([int(word) for word in sys.argv[1:]] or list(SIZES))
