"""Lays out the pages of the documentation as mdBook wants them: stage.py REPOSITORY FOLDER

docs/SUMMARY.md names the pages, some of which lie elsewhere in the repository (the editors' own, the changelog). Each gets an address
of its own below one folder, and every relative link is followed: to a page it leads to that page's address, to another file of the
repository it becomes plain text, since the site does not have it. A link to nothing ends the build.
"""

import posixpath
import re
import shutil
import sys
from pathlib import Path

ENTRY = re.compile(r"^(?P<indent> *)(?P<bullet>- )?\[(?P<title>[^\]]+)\]\((?P<path>[^)]+)\)$")
LINK = re.compile(r"(?P<start>!?\[(?P<text>(?:[^\[\]]|\[[^\]]*\]|`[^`]*`)*)\]\()(?P<target>[^)\s]+)(?P<end>\))")
FENCE = re.compile(r"^ *(?:> *)*(`{3,}|~{3,})")
# Of the folders below editors/, those for programs that write code.
AGENTS = re.compile(r"/(claude|codex|copilot|agents?)\b")
CODE = re.compile(r"(`+)(?:(?!`).|(?<!`)(?!\1(?!`))`+)+?\1(?!`)")


def address(path: str) -> str:
    """Where a page of the repository lies on the site."""
    if path == "docs/README.md":
        return "index.md"
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    folder, name = posixpath.split(path)
    return f"{folder}.md" if name == "README.md" and folder else name.lower()


class Site:
    """The pages, and what may be linked to."""

    def __init__(self, repository: Path) -> None:
        self.repository = repository
        self.problems: list[str] = []
        self.summary = self._with_what_is_not_listed((repository / "docs/SUMMARY.md").read_text(encoding="utf-8"))
        entries = (ENTRY.match(line) for line in self.summary.splitlines())
        self.pages = {posixpath.normpath("docs/" + entry["path"]) for entry in entries if entry}
        self.assets: set[str] = set()

    def _with_what_is_not_listed(self, summary: str) -> str:
        """The table of contents, with the editors that bring a page and are not listed, and with other such pages at its end."""
        listed = {posixpath.normpath("docs/" + match["path"]) for match in map(ENTRY.match, summary.splitlines()) if match}
        found: dict[str, str] = {"Editors": "", "Coding agents": ""}
        others = ""
        for page in sorted(self.repository.glob("editors/*/README.md")):
            path = page.relative_to(self.repository).as_posix()
            if path not in listed:
                place = "Coding agents" if AGENTS.search(path) else "Editors"
                found[place] += f"  - [{heading(page)}](../{path})\n"
        for page in sorted((self.repository / "docs").rglob("*.md")):
            path = page.relative_to(self.repository).as_posix()
            if path not in listed and path != "docs/SUMMARY.md":
                others += f"- [{heading(page)}]({path.removeprefix('docs/')})\n"
        added = "".join(found.values()) + others
        if added:
            print(f"not in docs/SUMMARY.md, and put where they may belong:\n{added}", end="")
        for place, entries in found.items():
            entry = rf"(?m)^- \[{place}\]\(.*\n(?:  .*\n)*"
            summary = re.sub(entry, lambda match, entries=entries: match[0] + entries, summary, count=1)
        return summary.rstrip("\n") + "\n" + others

    def contents(self) -> str:
        """The table of contents with the addresses of the site."""
        lines = []
        for line in self.summary.splitlines():
            if entry := ENTRY.match(line):
                page = posixpath.normpath("docs/" + entry["path"])
                if not (self.repository / page).is_file():
                    self.problems.append(f"docs/SUMMARY.md: there is no {page}")
                line = f"{entry['indent']}{entry['bullet'] or ''}[{entry['title']}]({address(page)})"
            lines.append(line)
        return "\n".join(lines) + "\n"

    def page(self, path: str) -> str:
        """A page with its links turned; code is left alone."""
        text, fence = [], ""
        for line in (self.repository / path).read_text(encoding="utf-8").splitlines(keepends=True):
            mark = FENCE.match(line)
            if fence:
                fence = "" if mark and mark[1].startswith(fence) and line.strip(" >\n") == mark[1] else fence
            elif mark:
                fence = mark[1]
            else:
                line = self._line(path, line)
            text.append(line)
        return "".join(text)

    def _line(self, path: str, line: str) -> str:
        spans: list[str] = []

        def hide(code: re.Match[str]) -> str:
            spans.append(code[0])
            return f"\0{len(spans) - 1}\0"

        turned = LINK.sub(lambda link: self._link(path, link), CODE.sub(hide, line))
        return re.sub("\0(\\d+)\0", lambda span: spans[int(span[1])], turned)

    def _link(self, path: str, link: re.Match[str]) -> str:
        target, _, anchor = link["target"].partition("#")
        if not target or re.match(r"[a-z]+:", target):
            return link[0]
        found = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        anchor = f"#{anchor}" if anchor else ""
        if found in self.pages:
            return link["start"] + self._from(path, address(found)) + anchor + link["end"]
        if not (self.repository / found).exists():
            self.problems.append(f"{path}: there is no {target}")
        if link["start"].startswith("!"):
            self.assets.add(found)
            return link["start"] + self._from(path, address(found)) + link["end"]
        return link["text"]

    def _from(self, path: str, target: str) -> str:
        return posixpath.relpath(target, posixpath.dirname(address(path)) or ".")


def heading(page: Path) -> str:
    """What a page calls itself."""
    found = re.search(r"(?m)^# (.+)$", page.read_text(encoding="utf-8"))
    return found[1] if found else page.parent.name


def main() -> int:
    """Writes the layout; ends with 1 where a link leads nowhere."""
    repository, folder = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    site = Site(repository)
    shutil.rmtree(folder, ignore_errors=True)
    pages = {"SUMMARY.md": site.contents()} | {address(path): site.page(path) for path in site.pages if (repository / path).is_file()}
    for name, text in pages.items():
        (folder / "src" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "src" / name).write_text(text, encoding="utf-8")
    for asset in site.assets:
        if (repository / asset).is_file():
            (folder / "src" / address(asset)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(repository / asset, folder / "src" / address(asset))
    shutil.copytree(repository / "docs/site/theme", folder / "theme")
    shutil.copy(repository / "docs/site/book.toml", folder / "book.toml")
    for kind in ("svg", "png"):
        shutil.copy(repository / f"editors/vscode/icon.{kind}", folder / f"theme/favicon.{kind}")
    print("\n".join(site.problems) or f"{len(pages) - 1} pages")
    return 1 if site.problems else 0


if __name__ == "__main__":
    sys.exit(main())
