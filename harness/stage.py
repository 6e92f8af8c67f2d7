"""A stage: a sites folder of our own on somebody's bench.

It borrows the bench's Python, apps and built assets by links and has its own apps.txt, configuration, Redis and
sites. So nothing that we do can reach the bench's own sites, and none of its commands ever meets ours.
"""

import fcntl
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness import servers
from harness.bench import BENCH_VARIABLE, Bench
from harness.database import Server, connect
from harness.shell import CHECKOUT, clean_environment, quiet, say

APP = "kam_extension"
STAGES = CHECKOUT / ".bench"


@dataclass(frozen=True)
class Stage:
	root: Path
	bench: Bench
	server: Server

	@property
	def sites(self) -> Path:
		return self.root / "sites"

	def environment(self, **more: str) -> dict[str, str]:
		"""For processes that run in the bench's Python and have to take the app from this checkout."""
		return clean_environment(
			PYTHONPATH=str(CHECKOUT),
			KAM_BENCH=str(self.bench.root),
			**{BENCH_VARIABLE: str(self.root)},
			**more,
		)

	def frappe_command(self, site: str, *arguments: str) -> list[str]:
		return [
			str(self.bench.python),
			"-m",
			"frappe.utils.bench_helper",
			"frappe",
			"--site",
			site,
			*arguments,
		]

	def frappe(self, site: str, *arguments: str) -> str:
		"""Run a bench command on one of the stage's sites."""
		return quiet(self.frappe_command(site, *arguments), cwd=self.sites, env=self.environment())

	def inside(self, *arguments: str) -> str:
		"""Run harness/inside.py in the bench's Python."""
		return quiet(
			[self.bench.python, CHECKOUT / "harness" / "inside.py", *arguments],
			cwd=self.sites,
			env=self.environment(),
		)

	def configure(self, **values) -> None:
		"""Change the configuration that the stage's sites share."""
		path = self.sites / "common_site_config.json"
		present = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
		path.write_text(json.dumps(present | values, indent=1), encoding="utf-8")


def prepare(stage: Stage, apps: Sequence[str]) -> None:
	"""Lay out the stage's folders, links and apps.txt."""
	for folder in ("sites", "config", "logs"):
		(stage.root / folder).mkdir(parents=True, exist_ok=True)
	for name in ("apps", "env"):
		link(stage.root / name, stage.bench.root / name)
	link_assets(stage, apps)
	(stage.sites / "apps.txt").write_text("\n".join(apps) + "\n", encoding="utf-8")


def link_assets(stage: Stage, apps: Sequence[str]) -> None:
	"""Show each app's public files and what the bench built of them; this checkout's own for our app."""
	assets = stage.sites / "assets"
	remove(assets)
	assets.mkdir()
	built = stage.bench.sites / "assets"
	for app in apps:
		if app == APP:
			link(assets / APP, CHECKOUT / APP / "public")
			continue
		(assets / app).mkdir()
		for source in (stage.bench.root / "apps" / app / app / "public", built / app):
			for entry in source.iterdir() if source.is_dir() else ():
				link(assets / app / entry.name, entry.resolve())
	for index in built.glob("*.json"):
		link(assets / index.name, index.resolve())


def link(path: Path, target: Path) -> None:
	if path.is_symlink():
		path.unlink()
	path.symlink_to(target)


def remove(folder: Path) -> None:
	"""Delete a folder of ours; links in it are deleted, not followed."""
	if folder.is_symlink():
		folder.unlink()
	shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def opened(bench: Bench, name: str, apps: Sequence[str] = ("frappe", "erpnext", APP)) -> Iterator[Stage]:
	"""The stage of that name with its servers running. One process at a time: others wait for their turn."""
	root = STAGES / name
	root.mkdir(parents=True, exist_ok=True)
	with locked(root / "lock"):
		servers.start_mariadb(bench)
		stage = Stage(root, bench, connect(bench))
		prepare(stage, apps)
		with servers.redis(bench) as url:
			host, port = servers.mariadb_address(bench)
			stage.configure(
				db_host=host,
				db_port=port,
				redis_cache=url,
				redis_queue=url,
				redis_socketio=url,
				developer_mode=0,
			)
			yield stage


@contextmanager
def locked(path: Path) -> Iterator[None]:
	"""Hold a lock that ends with this process, whatever happens to it."""
	with path.open("w") as handle:
		try:
			fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
		except BlockingIOError:
			say(f"another run holds {path}, waiting for it")
			fcntl.flock(handle, fcntl.LOCK_EX)
		yield
