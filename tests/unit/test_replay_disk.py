"""A disk that takes no more, and directories that can't be written: one line, exit code 2, nothing left behind."""

import json
import subprocess
import sys
from pathlib import Path

from kam_extension.replay.command_line import main
from tests.unit.builders import PRESET
from tests.unit.replay_book import write_book

CHECKOUT = Path(__file__).resolve().parents[2]
IN_FILE, IN_MEMORY = 0, 1 << 30
LIMITS = {
	"a copy of the book's rows": (100, IN_MEMORY),
	"a new database": (1_000, IN_FILE),
	"a database that grows": (20_000, IN_FILE),
	"the report": (15_000, IN_MEMORY),
}
# The process may write files of so many bytes and no more: for it, that is a full disk.
SCRIPT = """
import contextlib, io, json, resource, sys
from kam_extension.replay import store
from kam_extension.replay.command_line import main
said = {}
for name, (limit, store.SMALL) in json.loads(sys.argv[1]).items():
	resource.setrlimit(resource.RLIMIT_FSIZE, (limit, -1))
	with contextlib.redirect_stderr(io.StringIO()) as errors:
		code = main(sys.argv[2:])
	resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))
	said[name] = [code, errors.getvalue()]
print(json.dumps(said))
"""


def test_a_full_disk_is_said_in_one_line(tmp_path):
	book, out, temporary = write_book(tmp_path / "book"), tmp_path / "out", tmp_path / "temporary"
	temporary.mkdir()
	words = ["replay", "--quiet", "--policy", str(PRESET), "--book", str(book), "--out", str(out)]
	said = subprocess.run(
		[sys.executable, "-c", SCRIPT, json.dumps(LIMITS), *words],
		env={"PYTHONPATH": str(CHECKOUT), "TMPDIR": str(temporary)},
		stdout=subprocess.PIPE,
		check=True,
	).stdout
	for what_fails, (code, error) in json.loads(said).items():
		assert (code, error.count("\n")) == (2, 1), f"{what_fails}: {error}"
		assert error.startswith("A file can't be written or read: "), what_fails
		assert "File too large. Free some space" in error, what_fails
	assert list(temporary.iterdir()) == []
	assert not out.exists() or list(out.iterdir()) == []


def test_without_a_directory_for_temporary_files_nothing_is_written(tmp_path, capsys, monkeypatch):
	monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
	book, out = write_book(tmp_path / "book"), tmp_path / "out"
	assert main(["replay", "--policy", str(PRESET), "--book", str(book), "--out", str(out)]) == 2
	error = capsys.readouterr().err
	assert error.startswith(f"A file can't be written or read: {tmp_path / 'missing'}")
	assert "No such file or directory. Free some space, or name other directories by --out" in error
	assert not out.exists()
