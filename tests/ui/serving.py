"""The tested site on a port of its own, with a worker for its background jobs."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.servers import free_port

START_SECONDS = 60


def command(site: str, *words: str) -> list[str]:
	return [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "--site", site, *words]


@contextmanager
def served(site: str, log: Path) -> Iterator[str]:
	"""URL of the site's web server, running from the current sites folder until the block ends."""
	port = free_port()
	# CI makes the development server answer errors as a production server does, without a debugger page.
	environment = os.environ | {"CI": "true"}
	log.parent.mkdir(exist_ok=True)
	with log.open("w") as output:
		processes = [
			subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment)
			for words in (
				command(site, "serve", "--port", str(port), "--noreload"),
				command(site, "worker", "--queue", "short,default,long", "--quiet"),
			)
		]
		try:
			url = f"http://127.0.0.1:{port}"
			wait_for(url, processes[0], log)
			yield url
		finally:
			for process in processes:
				process.terminate()
			for process in processes:
				process.wait(timeout=20)


def wait_for(url: str, process: subprocess.Popen, log: Path) -> None:
	end = time.monotonic() + START_SECONDS
	while time.monotonic() < end:
		if process.poll() is not None:
			break
		try:
			urllib.request.urlopen(f"{url}/api/method/ping", timeout=10)
			return
		except (urllib.error.URLError, OSError):
			time.sleep(0.3)
	raise RuntimeError(f"the site's web server did not start:\n{log.read_text()[-3000:]}")
