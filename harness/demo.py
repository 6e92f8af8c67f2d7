"""`make run`: the app on a site of its own with demo data, until Ctrl-C."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from harness import assets, python_tools, servers, sites, stage
from harness.bench import Bench, find_bench
from harness.shell import CHECKOUT, OUTPUT, Failure, Unavailable, run, say, succeeds
from harness.stage import APP, Stage

SITE = "kam-demo.localhost"
UPSTREAM = "https://github.com/frappe/frappe"
BRANCH = "version-15"
WEB_PORT, LIVE_PORT = 8000, 9000


def run_demo() -> int:
	try:
		bench = find_bench()
	except Unavailable as missing:
		bench = make_bench(str(missing))
	if not bench:
		return replay()
	return serve(bench)


def make_bench(why: str) -> Bench | None:
	"""A bench in ~/frappe-bench by the official command line, or None where that or upstream is not to be had."""
	if not shutil.which("bench"):
		say(f"{why}, and the bench command line is not installed (pip install frappe-bench)")
		return None
	if not succeeds(["git", "ls-remote", "--exit-code", UPSTREAM, BRANCH], timeout=30):
		say(f"{why}, and {UPSTREAM} can't be reached to make one")
		return None
	root = Path.home() / "frappe-bench"
	say(f"{why}: making one in {root} (this takes a while)")
	run_or_fail(["bench", "init", "--frappe-branch", BRANCH, root], CHECKOUT)
	run_or_fail(["bench", "get-app", "--branch", BRANCH, "erpnext"], root)
	return Bench(root)


def run_or_fail(command: Sequence, folder: Path) -> None:
	if code := run(command, cwd=folder):
		raise Failure(f"'{' '.join(str(word) for word in command)}' ended with {code}")


def replay() -> int:
	"""What can be shown without ERPNext: the policy replayed over the demo book."""
	say("running the standalone replay on the demo book instead")
	target = OUTPUT / "replay"
	target.parent.mkdir(exist_ok=True)
	command = [python_tools.project_python(), "-m", "kam_extension.replay", "--demo", "--out", str(target)]
	return run(command)


def serve(bench: Bench) -> int:
	try:
		assets.require_desk(bench)
	except Unavailable as missing:
		raise Failure(str(missing)) from missing
	with stage.opened(bench, "demo") as place:
		logins = prepare_site(place)
		return run_processes(place, logins)


def prepare_site(place: Stage) -> str:
	"""The demo site, made and filled on the first run, migrated on later ones. Returns what to tell about logins."""
	note = place.sites / SITE / "demo-logins.txt"
	if note.exists() and has_database(place):
		say(f"migrating {SITE}")
		place.frappe(SITE, "migrate", "--skip-search-index")
		return note.read_text(encoding="utf-8")
	say(f"making {SITE}")
	sites.restore(place, SITE, sites.base_dump(place.bench))
	place.frappe(SITE, "install-app", APP)
	# The development server listens on all interfaces, so no password that everybody knows.
	password = secrets.token_hex(5)
	place.frappe(SITE, "set-admin-password", password)
	say("loading the demo data (a few minutes)")
	run_or_fail_inside(place, "kam-demo", "--password", password)
	logins = f"Password of all: {password}\n  Administrator\n{place.inside('logins', SITE)}"
	note.write_text(logins, encoding="utf-8")
	return logins


def run_or_fail_inside(place: Stage, *words: str) -> None:
	"""Run a bench command on the demo site with its progress shown."""
	done = subprocess.run(place.frappe_command(SITE, *words), cwd=place.sites, env=place.environment())
	if done.returncode:
		sites.drop(place, SITE)
		raise Failure(f"{words[0]} ended with {done.returncode}; the site was dropped")


def has_database(place: Stage) -> bool:
	return bool(place.server.execute(f"show databases like '{sites.database_name(place, SITE)}'").strip())


def pick_port(wanted: int) -> int:
	return wanted if not servers.answers("127.0.0.1", wanted) else servers.free_port()


def run_processes(place: Stage, logins: str) -> int:
	"""Start web, worker, scheduler and, with node, live updates; returns when one ends or on Ctrl-C."""
	web, live = pick_port(WEB_PORT), pick_port(LIVE_PORT)
	switch_scheduler_on(place)
	place.configure(socketio_port=live, webserver_port=web)
	environment = place.environment(DEV_SERVER="1", FRAPPE_SITE=SITE, FRAPPE_SOCKETIO_PORT=str(live))
	# A bench meant for CI would silence the development server.
	environment.pop("CI", None)
	commands = {
		"web": place.frappe_command(SITE, "serve", "--port", str(web), "--noreload"),
		"worker": place.frappe_command(SITE, "worker", "--queue", "short,default,long", "--quiet"),
		"scheduler": place.frappe_command(SITE, "schedule"),
	}
	if live_updates := node_command(place.bench):
		commands["live updates"] = live_updates
	log = OUTPUT / "run.log"
	OUTPUT.mkdir(exist_ok=True)
	with log.open("w") as output:
		processes = {
			name: subprocess.Popen(
				words,
				cwd=place.sites,
				env=environment,
				stdin=subprocess.DEVNULL,
				stdout=output,
				stderr=output,
			)
			for name, words in commands.items()
		}
		try:
			return watch(processes, f"http://127.0.0.1:{web}", logins, log)
		finally:
			stop(processes)


def switch_scheduler_on(place: Stage) -> None:
	path = place.sites / SITE / "site_config.json"
	configuration = json.loads(path.read_text(encoding="utf-8"))
	path.write_text(json.dumps(configuration | {"pause_scheduler": 0}, indent=1), encoding="utf-8")
	place.frappe(SITE, "enable-scheduler")


def node_command(bench: Bench) -> list[str] | None:
	frappe = bench.root / "apps" / "frappe"
	if not shutil.which("node") or not (frappe / "node_modules" / "socket.io").is_dir():
		say("node or the bench's node packages are missing: the desk works, but without live progress")
		return None
	return ["node", str(frappe / "socketio.js")]


def watch(processes: dict, url: str, logins: str, log: Path) -> int:
	port = int(url.rpartition(":")[2])
	if not servers.wait_until(lambda: servers.answers("127.0.0.1", port), 60):
		raise Failure(f"the web server did not start, see {log}")
	say(
		f"\nKey Account Management runs at {url}/app/key-accounts\n{logins.strip()}\nLog: {log}\nCtrl-C stops it."
	)
	signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
	try:
		while True:
			for name, process in processes.items():
				if process.poll() is not None:
					raise Failure(f"{name} ended with {process.returncode}, see {log}")
			time.sleep(1)
	except KeyboardInterrupt:
		say("stopped")
		return 0


def stop(processes: dict) -> None:
	for process in processes.values():
		if process.poll() is None:
			process.terminate()
	for process in processes.values():
		try:
			process.wait(timeout=15)
		except subprocess.TimeoutExpired:
			os.kill(process.pid, signal.SIGKILL)
