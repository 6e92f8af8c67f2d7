"""MariaDB as root: making, filling and dropping the databases of our sites."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from harness.bench import Bench
from harness.servers import LOCAL, mariadb_address
from harness.shell import Failure, quiet, succeeds

PASSWORD_VARIABLE = "DB_ROOT_PASSWORD"
FAST_LOAD = "set session foreign_key_checks = 0; set session unique_checks = 0; set autocommit = 0;\n"


def client(*names: str) -> str:
	"""The first of these commands that is installed."""
	for name in names:
		if shutil.which(name):
			return name
	raise Failure(f"none of the MariaDB client's commands {', '.join(names)} is installed")


@dataclass(frozen=True)
class Server:
	"""A MariaDB server and how to be root on it."""

	host: str
	port: int
	user: str
	password: str | None

	@property
	def environment(self) -> dict[str, str]:
		# The password goes by the environment, so that the process list doesn't show it.
		return os.environ | ({"MYSQL_PWD": self.password} if self.password is not None else {})

	def command(self, name: str) -> list[str]:
		words = [name, "--no-defaults", f"--user={self.user}"]
		if self.host in LOCAL and self.password is None:
			return [*words, "--protocol=socket"]
		return [*words, f"--host={self.host}", f"--port={self.port}"]

	def works(self) -> bool:
		return succeeds([*self.command(client("mariadb", "mysql")), "--execute=select 1"], self.environment)

	def execute(self, *statements: str) -> str:
		words = [*self.command(client("mariadb", "mysql")), "--batch", f"--execute={'; '.join(statements)}"]
		return quiet(words, env=self.environment)

	def create(self, name: str, password: str) -> None:
		"""An empty database and a user of the same name who owns it; an old one of that name is dropped."""
		statements = [
			f"drop database if exists `{name}`",
			f"create database `{name}` character set utf8mb4 collate utf8mb4_unicode_ci",
		]
		for host in self.user_hosts:
			statements += [
				f"create or replace user '{name}'@'{host}' identified by '{password}'",
				f"grant all privileges on `{name}`.* to '{name}'@'{host}'",
			]
		self.execute(*statements, "flush privileges")

	def drop(self, name: str) -> None:
		self.execute(
			f"drop database if exists `{name}`",
			*(f"drop user if exists '{name}'@'{host}'" for host in self.user_hosts),
		)

	@property
	def user_hosts(self) -> tuple[str, ...]:
		return ("localhost", "127.0.0.1") if self.host in LOCAL else ("%",)

	def load(self, name: str, dump: Path) -> None:
		"""Fill a database from a dump."""
		words = [*self.command(client("mariadb", "mysql")), "--max-allowed-packet=256M", name]
		loader = subprocess.Popen(
			words,
			stdin=subprocess.PIPE,
			stdout=subprocess.PIPE,
			stderr=subprocess.STDOUT,
			env=self.environment,
		)
		loader.stdin.write(FAST_LOAD.encode())
		with dump.open("rb") as source:
			shutil.copyfileobj(source, loader.stdin)
		output = loader.communicate(b"\ncommit;\n")[0]
		if loader.returncode:
			raise Failure(f"restoring {dump} failed: {output.decode(errors='replace')[-2000:]}")

	def dump(self, name: str, target: Path) -> None:
		"""Write a database to a file, whole or not at all."""
		words = [*self.command(client("mariadb-dump", "mysqldump")), "--single-transaction", "--quick"]
		partial = target.with_suffix(f".{os.getpid()}")
		with partial.open("wb") as output:
			done = subprocess.run([*words, name], stdout=output, stderr=subprocess.PIPE, env=self.environment)
		if done.returncode:
			partial.unlink()
			raise Failure(f"dumping {name} failed: {done.stderr.decode(errors='replace')[-2000:]}")
		partial.replace(target)


def connect(bench: Bench) -> Server:
	"""The bench's server as root, with the first password that works.

	Tried in order: DB_ROOT_PASSWORD, `root_password` of common_site_config.json, none by the local socket.
	"""
	host, port = mariadb_address(bench)
	user = bench.configuration.get("root_login") or "root"
	passwords = [os.environ.get(PASSWORD_VARIABLE), bench.configuration.get("root_password"), None]
	for password in dict.fromkeys(password for password in passwords if password is not None):
		if Server(host, port, user, password).works():
			return Server(host, port, user, password)
	if Server(host, port, user, None).works():
		return Server(host, port, user, None)
	raise Failure(
		f"MariaDB at {host}:{port} refuses {user}: set {PASSWORD_VARIABLE}, or root_password in the bench's "
		"common_site_config.json"
	)
