"""Timing in alternation, and what may be said about it."""

import gc
import random
import statistics
import time
from collections.abc import Callable, Sequence
from itertools import chain

RESAMPLES = 4000


def alternate(
	arms: dict[str, Callable[[], None]], rounds: int, after: Callable[[str], None]
) -> dict[str, list]:
	"""Seconds of each arm in each round. Every round runs all arms once, in an order by chance, the same in every run.

	Whoever comes after an arm on the same data finds the caches warm, so nobody always follows the same one.
	`after(arm)` undoes an arm's work and is not timed. The garbage collector runs between, never within.
	"""
	seconds: dict[str, list] = {name: [] for name in arms}
	chance = random.Random(1)
	gc.collect()
	gc.freeze()
	for _ in range(rounds):
		for name in chance.sample(list(arms), len(arms)):
			gc.collect()
			gc.disable()
			started = time.perf_counter()
			arms[name]()
			seconds[name].append(time.perf_counter() - started)
			gc.enable()
			after(name)
	return seconds


def median_ratio(tested: Sequence[float], baseline: Sequence[float]) -> tuple[float, tuple[float, float]]:
	"""Median of the ratios of pairs, and its bootstrap 95 % interval."""
	return median_ratio_of_blocks([([one], [other]) for one, other in zip(tested, baseline, strict=True)])


def median_ratio_of_blocks(
	blocks: Sequence[tuple[Sequence[float], Sequence[float]]],
) -> tuple[float, tuple[float, float]]:
	"""Median of the ratios of all pairs, and its 95 % interval by drawing whole blocks (tested, baseline)."""
	ratios = [[one / other for one, other in zip(*block, strict=True)] for block in blocks]
	chance = random.Random(1)
	medians = sorted(
		statistics.median(chain.from_iterable(chance.choices(ratios, k=len(ratios))))
		for _ in range(RESAMPLES)
	)
	low, high = medians[int(RESAMPLES * 0.025)], medians[int(RESAMPLES * 0.975)]
	return statistics.median(chain.from_iterable(ratios)), (low, high)
