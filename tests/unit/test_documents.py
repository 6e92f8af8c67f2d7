"""What README and docs/ point to is there: files, pictures, headings."""

import re
from pathlib import Path

import pytest

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def anchors(document: Path) -> set[str]:
	"""Headings as GitHub names them in links."""
	titles = HEADING.findall(document.read_text(encoding="utf-8"))
	return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def local_links(document: Path) -> list[str]:
	links = LINK.findall(document.read_text(encoding="utf-8"))
	return [link for link in links if not link.startswith(("http:", "https:", "mailto:"))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document):
	for link in local_links(document):
		path, _, anchor = link.partition("#")
		target = (document.parent / path).resolve() if path else document
		assert target.exists(), link
		assert not anchor or anchor in anchors(target), link


def test_every_page_is_in_the_index():
	index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
	for document in DOCUMENTS[1:]:
		assert document.name == "README.md" or f"({document.name})" in index, document.name


def test_every_picture_is_shown():
	shown = {link for document in DOCUMENTS for link in local_links(document)}
	for picture in (ROOT / "docs" / "images").glob("*"):
		assert any(link.endswith(picture.name) for link in shown), picture.name
