"""prettier and eslint, in the project's node_modules."""

import hashlib
import shutil

from harness.shell import CHECKOUT, Failure, Unavailable, quiet, say

NODE_MODULES = CHECKOUT / "node_modules"


def install_node_tools() -> None:
	"""Install what package.json names. `Unavailable` where node or the registry is missing."""
	if not shutil.which("node") or not shutil.which("npm"):
		raise Unavailable("node and npm are not installed")
	stamp = NODE_MODULES / ".made-for"
	wanted = hashlib.sha1((CHECKOUT / "package.json").read_bytes()).hexdigest()
	if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
		return
	say("installing prettier and eslint into node_modules")
	try:
		quiet(["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"])
	except Failure as failure:
		raise Unavailable(f"npm install failed: {str(failure)[-300:]}") from failure
	stamp.write_text(wanted, encoding="utf-8")
