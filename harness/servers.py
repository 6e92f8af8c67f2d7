"""Starting MariaDB when it is down, and a Redis of our own."""

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlparse

from harness.bench import Bench
from harness.shell import Failure, say, succeeds

LOCAL = ("", "localhost", "127.0.0.1", "::1")
WAYS_TO_START_MARIADB = (
	("service", "mariadb", "start"),
	("service", "mysql", "start"),
	("systemctl", "start", "mariadb"),
	("mariadbd-safe", "--user=mysql"),
	("mysqld_safe", "--user=mysql"),
)


def free_port() -> int:
	with socket.socket() as probe:
		probe.bind(("127.0.0.1", 0))
		return probe.getsockname()[1]


def answers(host: str, port: int) -> bool:
	try:
		with socket.create_connection((host, port), timeout=2):
			return True
	except OSError:
		return False


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
	end = time.monotonic() + seconds
	while time.monotonic() < end:
		if condition():
			return True
		time.sleep(0.2)
	return condition()


def mariadb_address(bench: Bench) -> tuple[str, int]:
	return bench.configuration.get("db_host") or "127.0.0.1", int(bench.configuration.get("db_port") or 3306)


def start_mariadb(bench: Bench) -> None:
	"""Make sure that the bench's MariaDB answers. A local one is started in whatever way this machine has."""
	host, port = mariadb_address(bench)
	if answers(host, port):
		return
	if host not in LOCAL:
		raise Failure(f"MariaDB at {host}:{port} does not answer, and it is not on this machine")
	for command in WAYS_TO_START_MARIADB:
		if not shutil.which(command[0]):
			continue
		say("MariaDB is down, starting it: " + " ".join(command))
		# A daemon: it must outlive this process, so its output goes nowhere and it leads its own session.
		subprocess.Popen(
			command,
			stdin=subprocess.DEVNULL,
			stdout=subprocess.DEVNULL,
			stderr=subprocess.DEVNULL,
			start_new_session=True,
		)
		if wait_until(lambda: answers(host, port), 30):
			return
	raise Failure(f"MariaDB at {host}:{port} does not answer and could not be started")


@contextmanager
def redis(bench: Bench) -> Iterator[str]:
	"""URL of a Redis that nobody else uses, stopped at the end.

	Where no `redis-server` is installed: the bench's own, which has to answer. Keys carry the database's name,
	so sharing it is safe, only slower to clean.
	"""
	if not shutil.which("redis-server"):
		yield bench_redis(bench)
		return
	port = free_port()
	command = ("redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
	process = subprocess.Popen(
		command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/"
	)
	try:
		if not wait_until(lambda: answers("127.0.0.1", port), 15):
			raise Failure("redis-server was started but does not answer")
		yield f"redis://127.0.0.1:{port}"
	finally:
		process.terminate()
		process.wait(timeout=15)


def bench_redis(bench: Bench) -> str:
	url = bench.configuration.get("redis_cache") or "redis://127.0.0.1:13000"
	address = urlparse(url)
	if not answers(address.hostname or "127.0.0.1", address.port or 6379):
		raise Failure(f"redis-server is not installed here and the bench's Redis at {url} does not answer")
	return url


def has_service(name: str) -> bool:
	"""Whether a command is there and works."""
	return bool(shutil.which(name)) and succeeds((name, "--version"))
