"""Compares what real releases do with a call to what `hf-lsp check` says about it.

    python tests/oracle/calls/calls.py [--again] [--only LIBRARY[-RELEASE]] [--binary PATH]

Reads `tables/*.toml`, installs what is missing, runs what has not been run yet (answers are kept), writes `results.txt`.
"""
import argparse
import collections
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib

import environments

HERE = pathlib.Path(__file__).parent
LEVELS = ["nothing", "hint", "information", "warning", "error"]
# What our libraries raise when they find nobody at the other end: the call came through.
NO_NETWORK = "OfflineMode|LocalEntryNotFound|ConnectionError|ConnectError|MaxRetryError|offline mode|Couldn't reach|Errno 111"
# Notices about the surroundings of the call, not about the call.
NOISE = "WANDB_DISABLED|PydanticDeprecated|Xformers|pkg_resources"
# Distributions whose releases hf-lsp is told, as a project's requirements file would.
PINNED = ("accelerate", "datasets", "diffusers", "evaluate", "huggingface_hub", "peft", "safetensors", "sentence_transformers",
          "smolagents", "tokenizers", "transformers", "trl", "optimum")  # fmt: skip


def cases():
    """All triples of the tables, as flat dictionaries."""
    for path in sorted((HERE / "tables").glob("*.toml")):
        table = tomllib.loads(path.read_text())
        for entry in table.get("call", []):
            for argument, value, releases, *rest in entry["arguments"]:
                for release in releases.split():
                    yield {
                        "library": table["library"], "release": release, "symbol": entry["symbol"], "argument": argument,
                        "setup": entry.get("setup", ""), "stop": (rest or [entry.get("stop", "")])[0],
                        "without": entry["call"].replace("{more}", ""),
                        "with": entry["call"].replace("({more}", f"({argument}={value}").replace("{more}", f", {argument}={value}"),
                    }  # fmt: skip
        for entry in table.get("use", []):
            for release in entry["releases"].split():
                yield {
                    "library": table["library"], "release": release, "symbol": entry["symbol"], "argument": "",
                    "setup": entry.get("setup", ""), "stop": entry.get("stop", ""), "without": "", "with": entry["code"],
                }  # fmt: skip


def name(case):
    """A short stable file name for a case."""
    digest = hashlib.sha1(json.dumps([case["setup"], case["without"], case["with"]]).encode()).hexdigest()[:10]
    return f"case_{digest}"


def answer_file(environment):
    """Where the answers of one environment are kept."""
    return environments.HOME / "answers" / f"{environment.name}.jsonl"


def read(store):
    """The answers in a file; a run that was stopped may leave half a line."""
    lines = store.read_text().splitlines(keepends=True)
    return [json.loads(line) for line in lines if line.startswith('{"id"') and line.endswith("\n")]


def run_real(environment, wanted, options):
    """Runs cases in one environment, or takes their earlier answers; returns {name: answer}."""
    store = answer_file(environment)
    store.parent.mkdir(parents=True, exist_ok=True)
    answers = {}
    if store.exists() and not options.again:
        answers = {line["id"]: line for line in read(store)}
    missing = [case | {"id": name(case)} for case in wanted if name(case) not in answers]
    if missing and not options.kept:
        with store.open("w" if options.again else "a") as out:
            probe = subprocess.run(
                [sys.executable, str(HERE / "probe.py")], stdout=out, stderr=subprocess.PIPE, text=True, env=surroundings(environment),
                input="\n".join(json.dumps(case) for case in missing), cwd=tempfile.mkdtemp(),
            )  # fmt: skip
        if probe.returncode:
            print(environment.name, "probe failed:", probe.stderr[-2000:], file=sys.stderr)
        answers |= {line["id"]: line for line in read(store)}
    return answers


def surroundings(environment):
    """The environment variables of a probe: nothing outside this machine can be reached, nothing runs in parallel."""
    path = [str(HERE), str(environment)]
    if not environment.name.startswith(("huggingface-hub", "datasets", "tokenizers")):
        path.insert(1, str(environments.HOME / "torch"))
    if environment.name.startswith("transformers"):
        path.append(str(environments.HOME / "bitsandbytes"))
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG", "PROBE_TRACE") if key in os.environ}
    return kept | {
        "PYTHONPATH": ":".join(path), "PYTHONDONTWRITEBYTECODE": "1", "HF_HUB_OFFLINE": "1", "HF_HOME": tempfile.mkdtemp(),
        "HF_ENDPOINT": "http://127.0.0.1:9", "TOKENIZERS_PARALLELISM": "false", "OMP_NUM_THREADS": "1", "WANDB_DISABLED": "true",
        "HF_HUB_DISABLE_TELEMETRY": "1", "HF_DATASETS_OFFLINE": "1", "CUDA_VISIBLE_DEVICES": "", "ACCELERATE_USE_CPU": "1",
        "TRL_EXPERIMENTAL_SILENCE": "", "TF_CPP_MIN_LOG_LEVEL": "3", "MPLBACKEND": "agg",
    }  # fmt: skip


def pins(environment):
    """`name==version` of our libraries in an environment, from the names of their metadata folders."""
    found = {}
    for info in environment.glob("*.dist-info"):
        package, version = info.name.removesuffix(".dist-info").rsplit("-", 1)
        if package.lower().replace("-", "_") in PINNED:
            found[package.lower().replace("_", "-")] = version
    return [f"{package}=={version}" for package, version in sorted(found.items())]


def run_ours(binary, environment, wanted):
    """What hf-lsp says about the scripts of one environment: {name: {"with": findings, "without": findings}}."""
    project = pathlib.Path(tempfile.mkdtemp(prefix="hf-lsp-calls-"))
    (project / "requirements.txt").write_text("\n".join(pins(environment)) + "\n")
    for case in wanted:
        for kind in ("with", "without"):
            (project / f"{name(case)}_{kind}.py").write_text(f"{case['setup']}\n{case[kind]}\n")
    ran = subprocess.run([binary, "check", "--output-format", "json", "."], cwd=project, capture_output=True, text=True)
    if ran.returncode == 2:
        raise SystemExit(ran.stderr)
    said = collections.defaultdict(lambda: {"with": [], "without": []})
    for finding in json.loads(ran.stdout):
        if match := re.fullmatch(r"(?:.*/)?(case_\w+)_(with|without)\.py", finding["filename"]):
            said[match[1]][match[2]].append(finding)
    return said


def outcome(case, answer):
    """What the real call did with the argument: (kind, detail); kind is raises, warns, silent or unclear."""
    if "setup" in answer:
        return "unclear", f"setup: {answer['setup']}"
    base, got, argument = answer["without"], answer["with"], case["argument"]
    news = [one for one in got["said"] if one not in base["said"] and not re.search(NOISE, " ".join(one))]
    raised = got["raised"]
    if raised and raised[0] == "Died":
        return "unclear", "no answer in time"
    if raised and not past_binding(case, base["raised"], raised):
        if not argument or re.search(rf"\b{argument}\b", raised[1]) or raised[0] == "TypeError":
            return "raises", f"{raised[0]}: {short(raised[1])}"
        return "unclear", f"{raised[0]}: {short(raised[1])}"
    about = [one for one in news if re.search(rf"\b{argument or case['symbol'].rsplit('.')[-1]}\b", one[1])]
    if not about:  # some notices name nothing, datasets 2.14 has two without a word
        about = [one for one in news if re.search("deprecat|removed|no longer|ignored", one[1]) or not one[1]]
    if about:
        return "warns", f"{about[0][0]}: {short(about[0][1])}"
    return "silent", f"also said {news[0][0]}: {short(news[0][1])}" if news else ""


def past_binding(case, base, raised):
    """True for an exception that says nothing about the argument: the same as without it, no network, or one that the table expects."""
    if re.search(NO_NETWORK, f"{raised[0]}: {raised[1]}"):
        return True
    bound = "unexpected keyword" not in raised[1]
    if case["stop"] and bound and re.search(case["stop"], f"{raised[0]}: {raised[1]}"):
        return True
    if not case["argument"]:  # a name is there or not; what else goes wrong comes from our stand-ins
        return raised[0] not in ("ImportError", "ModuleNotFoundError", "AttributeError")
    if base is None:
        return False
    named = case["argument"] and re.search(rf"\b{case['argument']}\b", raised[1])
    return raised == base or (raised[0] == base[0] and not named)


def short(text):
    text = re.sub(r"(https?:/)?/\S*/", "", " ".join(text.split()))
    return text if len(text) <= 110 else text[:107] + "..."


def severity(case, said, kind, answer):
    """Our most severe word on the argument: (level, code). Findings that the call has without it do not count, nor do those
    about values and combinations (HF2, HF3) where the call raises for another reason than the one asked for."""
    known = {(one["code"], one["message"]) for one in said["without"]}
    fails_otherwise = kind != "raises" and "setup" not in answer and answer["with"]["raised"]
    best = ("nothing", "")
    for one in said["with"]:
        if fails_otherwise and one["code"].startswith(("HF2", "HF3")):
            continue
        if (one["code"], one["message"]) not in known and LEVELS.index(one["severity"]) > LEVELS.index(best[0]):
            best = (one["severity"], one["code"])
    return best


def verdict(kind, level, code):
    """Whether the two agree.

    yes; ignored (silently dropped, and we say so as HF111); softer (it raises, we only warn); missed (we say less than a warning);
    false-warning (silent, we warn); false-error (it does not raise, we say so); unclear.
    """
    said = {"error": "raises", "warning": "warns"}.get(level, "silent")
    if kind in ("unclear", said):
        return "unclear" if kind == "unclear" else "yes"
    if kind == "silent" and code == "HF111":
        return "ignored"
    if said == "silent":
        return "missed"
    return "softer" if kind == "raises" else f"false-{level}"


def explain(row, reasons):
    """The reason that `explained.toml` gives for a difference, or none."""
    for entry in reasons:
        if entry["verdict"] == row[7] and re.fullmatch(entry["symbol"], row[2]) and re.fullmatch(entry.get("argument", ".*"), row[3]):
            return entry["why"]
    return ""


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--only", default="")
    options.add_argument("--again", action="store_true", help="run real calls again whose answers are kept")
    options.add_argument("--kept", action="store_true", help="run no real call, compare the answers that are kept")
    options.add_argument("--binary", default=os.environ.get("HF_LSP", "target/release/hf-lsp"))
    options = options.parse_args()
    groups = collections.defaultdict(list)
    for case in cases():
        groups[case["library"], case["release"]].append(case)
    known, rows, bad = environments.releases(), [], []
    if not options.kept:
        environments.install_shared()
    for (library, release), wanted in sorted(groups.items(), key=lambda item: (item[0][0], float_key(item[0][1]))):
        if not f"{library}-{release}".startswith(options.only):
            continue
        if options.kept and not answer_file(environments.folder(library, release)).exists():
            continue
        if error := environments.install(library, release, known):
            raise SystemExit(f"{library} {release} cannot be installed: {error}")
        environment = environments.folder(library, release)
        wanted.sort(key=lambda case: (case["setup"], case["without"]))
        answers = run_real(environment, wanted, options)
        ours = run_ours(os.path.abspath(options.binary), environment, wanted)
        for case in wanted:
            if options.kept and name(case) not in answers:
                continue
            answer = answers.get(name(case), {"setup": "no answer"})
            kind, detail = outcome(case, answer)
            level, code = severity(case, ours[name(case)], kind, answer)
            rows.append([library, release, case["symbol"], case["argument"], kind, level, code, verdict(kind, level, code), detail])
            bad += false_errors(case, answer, ours[name(case)]["without"])
        print(library, release, collections.Counter(row[7] for row in rows if row[:2] == [library, release]), file=sys.stderr, flush=True)
    write(rows, bad, options.only)


def false_errors(case, answer, findings):
    """Error findings about a call that works as it stands, without the argument in question."""
    works = "setup" not in answer and answer["without"]["raised"] is None
    return [(case["library"], case["release"], case["symbol"], one["code"], one["message"]) for one in findings
            if works and one["severity"] == "error"]  # fmt: skip


def float_key(release):
    return tuple(map(int, release.split(".")))


def write(rows, bad, only):
    """Stores the table of results and prints the sums."""
    reasons = tomllib.loads((HERE / "explained.toml").read_text())["difference"]
    rows.sort(key=lambda row: (row[0], row[2], row[3], float_key(row[1])))
    text = ["# library release symbol argument: what the real call did | what hf-lsp says | agree? (why not) | in its own words"]
    unexplained = 0
    for library, release, symbol, argument, kind, level, code, agree, detail in rows:
        why = explain([library, release, symbol, argument, kind, level, code, agree], reasons)
        unexplained += agree not in ("yes", "ignored") and not why
        text.append(f"{library} {release} {symbol} {argument or '-'}: {kind} | {level} {code}".rstrip()
                    + f" | {agree}{f' ({why})' if why else ''} | {detail}".rstrip(" |"))  # fmt: skip
    outcomes, sums = collections.Counter(row[4] for row in rows), collections.Counter(row[7] for row in rows)
    text += ["", f"# {len(rows)} triples: " + ", ".join(f"{count} {kind}" for kind, count in sorted(outcomes.items()))]
    text += [f"# {agree}: {count}" for agree, count in sums.most_common()] + [f"# not explained: {unexplained}"]
    text += [f"# error about a call that works: {one}" for one in sorted(set(bad))]
    target = HERE / ("results.txt" if not only else f"results-{only}.part")
    target.write_text("\n".join(text) + "\n")
    print("\n".join(text[len(rows) + 1 :]))


if __name__ == "__main__":
    main()
