"""Python packages: the project's own .venv, and what the bench's Python lacks to run tests."""

import hashlib
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from harness.bench import Bench
from harness.shell import CHECKOUT, Failure, clean_environment, quiet, say, succeeds

VENV = CHECKOUT / ".venv"
UNIT_MODULES = ("pytest", "xdist", "hypothesis", "ruff", "duckdb", "python_calamine", "openpyxl")
SITE_PACKAGES = {
	"pytest": "pytest>=8.3",
	"xdist": "pytest-xdist>=3.6",
	"hypothesis": "hypothesis>=6.112",
	"aiosmtpd": "aiosmtpd>=1.4.6",
	"duckdb": "duckdb>=1.1,<3",
}
UI_PACKAGES = {"playwright": "playwright>=1.50"}


def has_modules(python: Path | str, modules: Sequence[str]) -> bool:
	return succeeds([python, "-c", f"import {', '.join(modules)}"], clean_environment())


def project_python() -> str:
	"""A Python that has the test packages which pyproject.toml names.

	The project's .venv, made or renewed when pyproject.toml changed. Without a package index: this Python, if
	it happens to have them.
	"""
	python = VENV / "bin" / "python"
	stamp = VENV / "made-for"
	wanted = hashlib.sha1((CHECKOUT / "pyproject.toml").read_bytes()).hexdigest() + sys.version
	if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted and python.exists():
		return str(python)
	try:
		make_venv(python)
	except Failure as failure:
		if not has_modules(sys.executable, UNIT_MODULES):
			raise
		say(f"no .venv could be made, using the packages of {sys.executable}: {str(failure)[-500:]}")
		return sys.executable
	stamp.write_text(wanted, encoding="utf-8")
	return str(python)


def make_venv(python: Path) -> None:
	say("making .venv with the packages of pyproject.toml")
	shutil.rmtree(VENV, ignore_errors=True)
	quiet([sys.executable, "-m", "venv", VENV], env=clean_environment())
	install(python, ["-e", f"{CHECKOUT}[test]"])


def install(python: Path, packages: Sequence[str]) -> None:
	"""Install packages with pip, or with uv where an environment was made without pip."""
	environment = clean_environment(PIP_DISABLE_PIP_VERSION_CHECK="1")
	if succeeds([python, "-m", "pip", "--version"], environment):
		quiet([python, "-m", "pip", "install", "--quiet", *packages], env=environment)
	elif shutil.which("uv"):
		quiet(["uv", "pip", "install", "--quiet", "--python", python, *packages], env=environment)
	else:
		raise Failure(f"{python} has neither pip nor uv to install {', '.join(packages)}")


def complete_bench(bench: Bench, packages: dict[str, str]) -> None:
	"""Install the test packages that the bench's Python lacks; leaves those alone that it has."""
	missing = [name for module, name in packages.items() if not has_modules(bench.python, [module])]
	if missing:
		say(f"installing {', '.join(missing)} into the bench's Python")
		install(bench.python, missing)
