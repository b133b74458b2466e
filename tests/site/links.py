"""Checks the built documentation site without a network: links.py FOLDER

Every link, picture, script and style of every page leads to a file that is there, every anchor to an element, every rule has its page
and is found by the search, and nothing is loaded from elsewhere.
"""

import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# What the browser fetches by itself; links that a reader follows may lead elsewhere.
LOADED = {("img", "src"), ("script", "src"), ("link", "href"), ("iframe", "src"), ("source", "src")}


class Page(HTMLParser):
    """The ids of a page, and where it leads."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: set[str] = {""}
        self.links: list[tuple[str, str, str]] = []
        self.base = ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("id", "name") and value:
                self.ids.add(value)
            elif tag == "base" and name == "href":
                self.base = value or ""
            elif name in ("href", "src"):
                self.links.append((tag, name, value or ""))


def problems_of(folder: Path, path: Path, pages: dict[Path, Page]) -> list[str]:
    """What is wrong with the links of a page."""
    page, found = pages[path], []
    start = folder if page.base == "/" else path.parent
    for tag, name, link in page.links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            if (tag, name) in LOADED:
                found.append(f"loads {link}")
            elif parts.scheme not in ("https", "http") or not parts.hostname:
                found.append(f"leads to {link}")
            continue
        target = (start / unquote(parts.path)).resolve() if parts.path else path
        target = target / "index.html" if target.is_dir() else target
        if not target.is_file() or not target.is_relative_to(folder):
            found.append(f"there is no {link}")
        elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids:
            found.append(f"there is no anchor {link}")
    return [f"{path.relative_to(folder)}: {problem}" for problem in found]


def search_index(folder: Path) -> list[str]:
    """The addresses that the search knows."""
    text = (folder / "searchindex.js").read_text(encoding="utf-8")
    found = re.search(r"JSON\.parse\('(.*)'\)", text, re.S)
    if not found:
        return []
    return json.loads(found[1].replace("\\\\", "\\").replace("\\'", "'"))["doc_urls"]


def main() -> int:
    """Prints what is wrong and ends with 1, or counts what was looked at."""
    folder = Path(sys.argv[1]).resolve()
    repository = Path(__file__).resolve().parents[2]
    pages = {path: Page(path) for path in sorted(folder.rglob("*.html"))}
    problems = [problem for path in pages for problem in problems_of(folder, path, pages)]
    addresses = {urlsplit(address).path for address in search_index(folder)}
    for rule in sorted((repository / "docs/rules").glob("*.md")):
        address = f"rules/{rule.stem}.html"
        if folder / address not in pages:
            problems.append(f"{address} is missing")
        if address not in addresses:
            problems.append(f"the search does not know {address}")
        if not any(urlsplit(link).path == address for _, _, link in pages[folder / "toc.html"].links):
            problems.append(f"the table of contents does not have {address}")
    links = sum(len(page.links) for page in pages.values())
    print("\n".join(problems) or f"{len(pages)} pages, {links} links, {len(addresses)} pages known to the search")
    return 1 if problems or not links else 0


if __name__ == "__main__":
    sys.exit(main())
