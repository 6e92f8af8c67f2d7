"""The policy core and the replay need no Frappe, and every code is used (architecture.md)."""

import subprocess
import sys
from enum import EnumMeta
from pathlib import Path

import pytest

from kam_extension.policy import codes

PACKAGE = Path(codes.__file__).resolve().parents[1]
IMPORT_ALL = """
import importlib, pkgutil, sys
class Refuse:
	@staticmethod
	def find_spec(name, path=None, target=None):
		if name.partition(".")[0] in ("frappe", "erpnext"):
			raise ImportError("reached for " + name)
sys.meta_path.insert(0, Refuse)
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
	if not module.name.endswith("__main__"):
		importlib.import_module(module.name)
print(len([name for name in sys.modules if name.startswith(sys.argv[1])]))
"""


@pytest.mark.parametrize(("package", "least"), [("kam_extension.policy", 15), ("kam_extension.replay", 5)])
def test_imports_neither_frappe_nor_erpnext(package, least):
	done = subprocess.run(
		[sys.executable, "-c", IMPORT_ALL, package], capture_output=True, text=True, cwd=PACKAGE.parent
	)
	assert done.returncode == 0, done.stderr
	assert int(done.stdout) >= least


ENUMS = [
	value for value in vars(codes).values() if isinstance(value, EnumMeta) and value is not codes.StrEnum
]


@pytest.mark.parametrize("enum", ENUMS, ids=lambda enum: enum.__name__)
def test_every_code_is_used_outside_its_definition(enum):
	"""In Python by its name, or as the options of a Select field."""
	sources = [path.read_text("utf-8") for path in PACKAGE.rglob("*.py") if path != Path(codes.__file__)]
	fields = [path.read_text("utf-8") for path in PACKAGE.rglob("doctype/*/*.json")]
	for member in enum:
		named = f"{enum.__name__}.{member.name}"
		assert any(named in source for source in sources) or any(member.value in field for field in fields), (
			named
		)


def test_codes_read_as_their_text():
	assert f"{codes.Rule.DISCOUNT_CAP}" == str(codes.Rule.DISCOUNT_CAP) == "Discount Cap"
	assert codes.Rule("Discount Cap") is codes.Rule.DISCOUNT_CAP
