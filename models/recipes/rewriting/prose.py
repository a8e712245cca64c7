"""Good prose from the documentation in Debian packages, read when training and not kept here.

    python -m rewriting.prose       (in models/recipes, on Debian or with apt; 40 MB of downloads)

Writes .cache/recipes/prose/paragraphs.txt, one paragraph of one to five sentences a line.
"""

import hashlib
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

from smollm2 import SCRATCH

FOLDER = SCRATCH / "prose"
PARAGRAPHS = FOLDER / "paragraphs.txt"
# Licences: README.md. All allow use in any way, with the notice kept by who passes the text on.
PACKAGES = [
    "python3.11-doc",
    "postgresql-doc-15",
    "sqlite3-doc",
    "python-django-doc",
    "cmake-doc",
    "apache2-doc",
    "golang-1.19-doc",
    "python-flask-doc",
    "python-click-doc",
    "python-sqlalchemy-doc",
]


class Paragraphs(HTMLParser):
    """The text of <p> elements, with code as it is."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.open: list[str] | None = None

    def handle_starttag(self, tag: str, attrs) -> None:
        if tag == "p":
            self.close_paragraph()
            self.open = []
        elif tag in ("pre", "table", "ul", "ol", "dl", "h1", "h2", "h3", "div"):
            self.close_paragraph()

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self.close_paragraph()

    def handle_data(self, data: str) -> None:
        if self.open is not None:
            self.open.append(data)

    def close_paragraph(self) -> None:
        if self.open:
            self.found.append(" ".join("".join(self.open).split()))
        self.open = None


def paragraphs_of(path: Path) -> list[str]:
    text = path.read_text("utf-8", errors="replace")
    if path.suffix == ".html":
        parser = Paragraphs()
        parser.feed(text)
        return parser.found
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text)]


def is_prose(text: str) -> bool:
    """Plain English sentences: no lists, tables, headings, or more code than words."""
    count = len(text.split())
    letters = sum(c.isalpha() or c in " ,.'-" for c in text)
    return (
        9 <= count <= 85
        and re.fullmatch(r"[A-Z\"].*[.!?]", text) is not None
        and letters / len(text) > 0.95
        and re.search(
            r"https?:|[<>|{}=\[\]`*#\\^_~§¶�]|\.\.|:$|\b(?:See|see) (?:Also|also)\b", text
        )
        is None
        and re.search(r"copyright|licen[cs]e|warrant", text, re.IGNORECASE) is None
        and len(re.findall(r"(?<=[.!?])\s+[A-Z]", text)) <= 4
        and text.isascii()
    )


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept: dict[str, None] = {}
    for package in PACKAGES:
        if not list(FOLDER.glob(f"{package}_*.deb")):
            subprocess.run(["apt-get", "download", "-qq", package], cwd=FOLDER, check=True)
        [archive] = FOLDER.glob(f"{package}_*.deb")
        unpacked = FOLDER / "unpacked" / package
        if not unpacked.exists():
            unpacked.parent.mkdir(exist_ok=True)
            subprocess.run(["dpkg-deb", "-x", archive, unpacked], check=True)
        files = sorted(
            path
            for suffix in ("*.html", "*.txt", "*.txt.gz")
            for path in unpacked.rglob(suffix)
            if path.is_file() and path.suffix != ".gz"
        )
        before = len(kept)
        for path in files:
            if re.search(r"\.(?:de|fr|ja|ko|es|tr|da|pt-br|zh-cn)\b", path.name):
                continue
            kept |= dict.fromkeys(filter(is_prose, paragraphs_of(path)))
        print(f"{package}: {len(kept) - before} paragraphs", flush=True)
    # In the order of a hash, so that packages are mixed and the order is the same everywhere.
    ordered = sorted(kept, key=lambda text: hashlib.sha256(text.encode()).digest())
    PARAGRAPHS.write_text("\n".join(ordered) + "\n", "utf-8")
    print(f"{len(ordered)} paragraphs, {sum(len(p.split()) for p in ordered)} words")


if __name__ == "__main__":
    main()
