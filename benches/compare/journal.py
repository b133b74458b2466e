"""How long findings and ghost text take in a plan of 2,000 lines that 50 Python files are bound to, in the real server.

    python3 benches/compare/journal.py --hf-lsp target/release/hf-lsp

Every edit is one character: in titles, fields and commands of the plan, at seeded places, and in the scripts. With `--lines` the
plan has another length.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from pathlib import Path

from lsp import Server
from programs import hf_lsp

PLAN = "dev-journal/OUR-PLAN.md"
EDITS = 300
SECTIONS = (
    "Environment Setup",
    "Model Selection",
    "Data Pipeline",
    "Training Configuration",
    "Hub Integration",
    "Evaluation Strategy",
    "Deployment Plan",
    "Security Measures",
    "Monitoring Setup",
)


def script(number: int) -> str:
    """A script that trains, with values of its own."""
    return f"""import argparse

from datasets import load_dataset
from peft import LoraConfig
from trl import SFTConfig, SFTTrainer


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--out", default="outputs/run{number}")
    options = parser.parse_args()
    config = SFTConfig(
        output_dir="outputs/run{number}",
        max_length={1024 + number},
        learning_rate=2e-4,
        num_train_epochs=2,
        max_steps=20 if options.smoke else -1,
        eval_strategy="steps",
    )
    data = load_dataset("acme-labs/questions-{number}")
    adapter = LoraConfig(r=16, lora_alpha=32, task_type="CAUSAL_LM")
    trainer = SFTTrainer("acme-labs/base", args=config, train_dataset=data["train"], peft_config=adapter)
    trainer.train()


if __name__ == "__main__":
    main()
"""


def step(section: int, number: int, at: int) -> str:
    """A step that is bound to a script."""
    done = "x" if at % 3 == 0 else " "
    depends = f"  - Depends: {section}.{number - 1}\n" if number > 1 else ""
    return f"""- [{done}] {section}.{number} Train variant {at}
{depends}  - Files: `src/train_{at % 50}.py`
  - Packages: `trl==1.16.0`, `peft==0.21.2`
  - Params: `SFTConfig(max_length={1024 + at % 50}, learning_rate=2e-4)`, `LoraConfig(r=16)`
  - Run: `uv run python src/train_{at % 50}.py --smoke --out outputs/run{at}`
  - Verify: `uv run pytest -q tests` → passed
  - Why: variant {at} differs in its length alone
"""


def plan(lines: int) -> str:
    """A plan of about so many lines."""
    text = "# OUR-PLAN: Fifty variants\n\n<!-- hf-plan: 1; use-case: llm-sft -->\n\n"
    text += "## Target\n\n| Key | Value |\n| --- | --- |\n| Model | `acme-labs/base` |\n\n## Architecture Overview\n\nMany.\n"
    each = max(1, (lines - 40) // (len(SECTIONS) * 8))
    at = 0
    for section, name in enumerate(SECTIONS, 1):
        text += f"\n## {section}. {name}\n\n"
        for number in range(1, each + 1):
            text += step(section, number, at)
            at += 1
    return text


def workspace(root: Path, text: str) -> None:
    """Writes the plan and its scripts."""
    for folder in ("dev-journal", "src", "tests"):
        (root / folder).mkdir()
    (root / PLAN).write_text(text, encoding="utf-8")
    for number in range(50):
        (root / f"src/train_{number}.py").write_text(script(number), encoding="utf-8")
    pins = '"trl==1.16.0", "peft==0.21.2", "transformers==5.23.0", "datasets==5.2.0"'
    (root / "pyproject.toml").write_text(f'[project]\nname = "variants"\nversion = "1"\ndependencies = [{pins}]\n')


def show(what: str, times: list[float]) -> None:
    ordered = sorted(times)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    print(f"{what:34} p50 {statistics.median(ordered) * 1e3:6.1f} ms   p99 {p99 * 1e3:6.1f} ms   n {len(ordered)}")


def edits_of_plan(server: Server, text: str, seed: int) -> list[float]:
    """A character typed and taken back at seeded places."""
    lines = text.split("\n")
    places = [at for at, line in enumerate(lines) if len(line) > 10]
    times = []
    for line in random.Random(seed).choices(places, k=EDITS // 2):
        column = len(lines[line]) - 1
        times.append(server.edit(PLAN, line, column, 0, "7"))
        times.append(server.edit(PLAN, line, column, 1, ""))
    return times


def edits_of_code(server: Server, seed: int) -> list[float]:
    """A value that the plan names, changed in open scripts; seconds until the findings of the plan follow."""
    times = []
    uri = (server.root / PLAN).as_uri()
    choose = random.Random(seed)
    for _ in range(EDITS // 4):
        name = f"src/train_{choose.randrange(4)}.py"
        lines = (server.root / name).read_text(encoding="utf-8").split("\n")
        line = next(at for at, it in enumerate(lines) if "max_length" in it)
        column = lines[line].index(",")
        times.append(server.edit(name, line, column, 0, "0", also=uri))
        times.append(server.edit(name, line, column, 1, "", also=uri))
    return times


def ghosts(server: Server, text: str, seed: int) -> list[float]:
    """Ghost text asked for at the ends of lines where a field or a step begins."""
    lines = text.split("\n")
    places = [at for at, line in enumerate(lines) if line.startswith(("- [", "  - Run", "  - Params"))]
    times = []
    for line in random.Random(seed).choices(places, k=EDITS):
        position = {"line": line, "character": lines[line].index(":") + 2 if ":" in lines[line] else 6}
        asked = {"textDocument": {"uri": (server.root / PLAN).as_uri()}, "position": position}
        begin = time.perf_counter()
        server.request("textDocument/inlineCompletion", {**asked, "context": {"triggerKind": 2}})
        times.append(time.perf_counter() - begin)
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hf-lsp", type=Path, required=True)
    parser.add_argument("--lines", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    text = plan(arguments.lines)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name).resolve()
        workspace(root, text)
        with Server(hf_lsp(arguments.hf_lsp.resolve()), root, root / "cache") as server:
            opened = server.open(PLAN, text, "markdown")
            for number in range(4):
                server.open(f"src/train_{number}.py", script(number))
            found = server.found[(root / PLAN).as_uri()]
            print(f"{text.count(chr(10))} lines, {found} findings, opened in {opened * 1e3:.0f} ms")
            show("edit of the plan to findings", edits_of_plan(server, text, arguments.seed))
            show("edit of a script to the plan's", edits_of_code(server, arguments.seed))
            show("ghost text", ghosts(server, text, arguments.seed))
            print(f"memory {server.memory()[0] / 2**20:.0f} MiB, at most {server.memory()[1] / 2**20:.0f}")


if __name__ == "__main__":
    main()
