#!/usr/bin/env python3
"""Tries the checks on code that is known to work.

    ecosystem.py report           check every corpus at its own releases and at the newest; rewrite report.txt
    ecosystem.py errors [PART]    the errors at own releases that faults.txt does not explain
    ecosystem.py sample SEED      draw 100 findings at the newest releases
    ecosystem.py fix [--unsafe]   fix copies of all corpora; parse and check them again

HF_LSP names the program (target/release/hf-lsp by default). Corpora are fetched once into
${XDG_CACHE_HOME:-~/.cache}/hf-lsp/ecosystem; nothing of them is run.
"""

import argparse
import ast
import fnmatch
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import warnings
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

try:
    import yaml
except ImportError:  # Then YAML is not parsed again.
    yaml = None

from corpora import CACHE, HERE, Corpora, Corpus

PROGRAM = os.environ.get("HF_LSP") or HERE.parents[1] / "target/release/hf-lsp"
FAULTS = HERE / "faults.txt"


def command(tree: Path, targets: dict[str, str], *more: str) -> list:
    """The command that checks a tree."""
    pins = [part for name, version in sorted(targets.items()) for part in ("--target", f"{name}=={version}")]
    return [PROGRAM, "check", "--output-format", "json", "--exit-zero", *pins, *more, tree]


def check(tree: Path, targets: dict[str, str], *more: str) -> list[dict]:
    """The findings in a tree, file names relative to it, in the order of their places."""
    done = subprocess.run(command(tree, targets, *more), capture_output=True, cwd=tree)
    if done.returncode:
        sys.exit(f"{tree}: {done.stderr.decode()}")
    findings = json.loads(done.stdout)
    for finding in findings:
        finding["filename"] = os.path.relpath(os.path.join(tree, finding["filename"]), tree)
    order = lambda f: (f["filename"], f["cell"] or 0, f["location"]["row"], f["location"]["column"], f["code"])
    return sorted(findings, key=order)


def checked(kind: str, wanted: str = ""):
    """Every corpus with its findings, at its `own` or at the `newest` releases.

    Findings are kept for each build of the program, so that what was interrupted goes on. Examples in
    docstrings are checked at their own releases alone.
    """
    corpora = Corpora()
    newest = {library: corpora.releases.newest(library) for library in corpora.releases.wheels}
    chosen = [c for c in corpora.all() if wanted in c.name and (kind == "own" or "docstrings" not in c.name)]
    build = hashlib.sha256(Path(PROGRAM).read_bytes()).hexdigest()[:12]
    kept = CACHE / "findings" / build / kind

    def run(corpus: Corpus) -> list[dict]:
        file = kept / f"{corpus.name}.json"
        if not file.exists():
            findings = check(corpus.tree, corpus.targets if kind == "own" else newest)
            file.parent.mkdir(parents=True, exist_ok=True)
            part = file.with_suffix(f".{os.getpid()}")
            part.write_text(json.dumps(findings))
            part.rename(file)
        return json.loads(file.read_text())

    with ThreadPoolExecutor(2) as pool:
        yield from zip(chosen, pool.map(run, chosen))


def place(corpus: Corpus, finding: dict) -> str:
    """Where a finding is, in words that do not change with the machine."""
    cell = f":cell {finding['cell']}" if finding["cell"] is not None else ""
    return f"{corpus.name}:{finding['filename']}{cell}:{finding['location']['row']}"


def faults() -> list[tuple[str, str, str]]:
    """Code, pattern of the place, and pattern of the message of the errors that are true."""
    rows = []
    for line in FAULTS.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            code, where, message, _reason = (part.strip() for part in line.split("|", 3))
            rows.append((code, where, message))
    return rows


def unexplained(corpus: Corpus, findings: list[dict], known) -> list[dict]:
    """The errors that no row of faults.txt speaks of."""
    def explained(finding):
        where, message = place(corpus, finding).rsplit(":", 1)[0], finding["message"]
        return any(
            fnmatch.fnmatchcase(finding["code"], code) and fnmatch.fnmatchcase(where, at) and fnmatch.fnmatchcase(message, said)
            for code, at, said in known
        )
    return [f for f in findings if f["severity"] == "error" and not explained(f)]


def errors(wanted: str) -> int:
    """Prints what is neither mended nor explained; how many there are."""
    count, known = 0, faults()
    for corpus, findings in checked("own", wanted):
        for finding in unexplained(corpus, findings, known):
            count += 1
            print(f"{finding['code']} {place(corpus, finding)}: {finding['message']} ({finding['version']})")
    return count


def report() -> int:
    """Rewrites report.txt; how many errors are unexplained."""
    lines, count, known = [], 0, faults()
    for kind in ("own", "newest"):
        totals = Counter()
        for corpus, findings in checked(kind):
            by_rule = Counter((f["code"], f["severity"]) for f in findings)
            totals += by_rule
            lines += [f"{kind:7}{corpus.name:44}{c} {s:12}{n:6}" for (c, s), n in sorted(by_rule.items())]
            if kind == "own":
                count += len(unexplained(corpus, findings, known))
        lines += [f"{kind:7}{'all':44}{c} {s:12}{n:6}" for (c, s), n in sorted(totals.items())]
    lines += files()
    (HERE / "report.txt").write_text("\n".join(lines) + "\n")
    return count


def files() -> list[str]:
    """How large the corpora are."""
    sizes = defaultdict(lambda: [0, 0])
    for corpus in Corpora().all():
        size = sizes[corpus.name.split("/")[0]]
        size[0] += 1
        size[1] += sum(1 for _ in corpus.tree.rglob("*.py"))
    return [f"size   {kind:20}{c:5} corpora {n:8} files" for kind, (c, n) in sorted(sizes.items())]


def sample(seed: int) -> int:
    """Prints 100 findings at the newest releases, drawn evenly over the rules."""
    by_rule = defaultdict(list)
    for corpus, findings in checked("newest"):
        for finding in findings:
            by_rule[finding["code"]].append((corpus, finding))
    drawn, chance = [], random.Random(seed)
    for code in sorted(by_rule):
        chance.shuffle(by_rule[code])
    while len(drawn) < 100 and any(by_rule.values()):
        for code in sorted(by_rule):
            if by_rule[code] and len(drawn) < 100:
                drawn.append(by_rule[code].pop())
    for corpus, finding in sorted(drawn, key=lambda d: (d[1]["code"], place(*d))):
        print(f"{finding['code']} | {finding['severity']} | {place(corpus, finding)} | {finding['message']}")
    return 0


def parses(path: Path) -> bool:
    """Whether Python's own parser takes a file, or that of its format; any other text does."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            match path.suffix:
                case ".py":
                    ast.parse(path.read_bytes())
                case ".json" | ".ipynb":
                    json.loads(path.read_bytes())
                case ".yaml" | ".yml" if yaml:
                    list(yaml.compose_all(path.read_bytes(), yaml.SafeLoader))
        return True
    except (SyntaxError, ValueError, *([yaml.YAMLError] if yaml else [])):
        return False


def fix(unsafe: bool, wanted: str) -> int:
    """Fixes copies at the newest releases; how much went wrong."""
    corpora, wrong, kinds, fixed = Corpora(), 0, Counter(), 0
    newest = {library: corpora.releases.newest(library) for library in corpora.releases.wheels}
    more = ["--fix", *(["--unsafe-fixes"] if unsafe else [])]
    applicable = {"safe", "unsafe"} if unsafe else {"safe"}
    for corpus in corpora.all():
        if wanted not in corpus.name:
            continue
        copy = CACHE / ("fixed-unsafe" if unsafe else "fixed") / corpus.name
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(corpus.tree, copy)
        before = len(check(copy, newest))
        after = check(copy, newest, *more)
        fixed += before - len(after)
        files = (path for path in sorted(copy.rglob("*")) if path.is_file())
        changed = [p for p in files if differs(p, corpus.tree / p.relative_to(copy))]
        kinds += Counter(path.suffix or path.name for path in changed)
        texts = {path: path.read_bytes() for path in changed}
        left = [f for f in check(copy, newest, *more) if (f["fix"] or {}).get("applicability") in applicable]
        broken = [p for p in changed if not parses(p) and parses(corpus.tree / p.relative_to(copy))]
        moved = [p for p in changed if p.read_bytes() != texts[p]]
        for what, places in (("does not parse", broken), ("changes again", moved)):
            for path in places:
                print(f"{what}: {path}")
        for finding in left:
            print(f"left: {finding['code']} {place(corpus, finding)}: {finding['message']}")
        wrong += len(broken) + len(moved) + len(left)
    count = ", ".join(f"{number} {kind}" for kind, number in kinds.most_common())
    print(f"{'unsafe' if unsafe else 'safe'}: {fixed} findings fixed in {kinds.total()} files ({count}), {wrong} faults")
    return wrong


def differs(one: Path, other: Path) -> bool:
    """Whether two files hold different bytes."""
    return one.read_bytes() != other.read_bytes()


def main() -> int:
    """One function per word."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["report", "errors", "sample", "fix"])
    parser.add_argument("argument", nargs="?", default="")
    parser.add_argument("--unsafe", action="store_true")
    given = parser.parse_args()
    match given.what:
        case "report":
            return min(report(), 1)
        case "errors":
            return min(errors(given.argument), 1)
        case "sample":
            return sample(int(given.argument or 1))
        case _:
            return min(fix(given.unsafe, given.argument), 1)


if __name__ == "__main__":
    sys.exit(main())
