"""Conversations with the command line of the protocol's inspector, a client of its own for each call.

    inspector.py PROGRAM INSPECTOR

Every tool is called with good, bad and hostile input; the schemas of results are held to by the inspector and again here.
"""

import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jsonschema

SCRIPT = """from transformers import TrainingArguments

args = TrainingArguments(output_dir="out", evaluation_strategy="steps")
"""
PLAN = """# OUR-PLAN: a classifier

## 1. Environment Setup

- [ ] 1.1 Install the packages
  - Run: `pip install transformers==5.23.0`
  - Verify: `python -c "import transformers"`
"""
# One argument of a command line holds no more.
HUGE = "a" * 100_000

# What tools take, and a word of what they give.
GOOD = [
    ("hf_context", {}, "versions"),
    ("hf_check", {"paths": ["train.py"]}, "HF103"),
    ("hf_check", {"paths": ["train.py"], "targets": ["transformers==4.40.0"]}, "findings"),
    ("hf_env_check", {}, "5.23.0"),
    ("hf_signature", {"symbol": "trl.SFTConfig"}, "max_length"),
    ("hf_docs", {"symbol": "transformers.TrainingArguments.eval_strategy"}, "eval_strategy"),
    ("hf_changes", {"library": "trl", "from": "1.0.0", "limit": 5}, "changes"),
    ("hf_model", {"id": "Qwen/Qwen3-8B"}, "nowhere"),
    ("hf_dataset", {"id": "trl-lib/Capybara"}, "nowhere"),
    ("hf_estimate", {"model": "Qwen/Qwen3-8B", "gpu": "24GB", "set": {"method": "qlora"}}, "peak_bytes"),
    ("hf_plan_use_cases", {}, "llm-sft"),
    ("hf_plan_generate", {"use_cases": ["llm-sft"], "gpu": "24GB", "preview": True}, "OUR-PLAN"),
    ("hf_plan_status", {}, "progress"),
    ("hf_plan_next", {}, "Install the packages"),
    ("hf_plan_update", {"id": "1.1", "status": "in-progress"}, "revision"),
]

# Unknown arguments, wrong types, values that are none.
BAD = [
    ("hf_context", {"x": 1}, "unknown field `x`"),
    ("hf_check", {"paths": "train.py"}, "expected a sequence"),
    # The inspector makes numbers and booleans of words where the schema wants such; of nothing else.
    ("hf_check", {"fix": {"a": 1}}, "expected a boolean"),
    ("hf_check", {"cursor": "nonsense"}, "without a cursor"),
    ("hf_env_check", {"x": 1}, "unknown field `x`"),
    ("hf_signature", {}, "missing field `symbol`"),
    ("hf_docs", {"symbol": {"a": 7}}, "expected a string"),
    ("hf_changes", {"library": "numpy"}, "nothing is known"),
    ("hf_model", {"id": "a b"}, "no id"),
    ("hf_dataset", {"id": []}, "expected a string"),
    ("hf_estimate", {"gpu": "toaster"}, "toaster"),
    ("hf_plan_use_cases", {"x": 1}, "unknown field `x`"),
    ("hf_plan_generate", {"use_cases": ["nope"], "preview": True}, "nope"),
    ("hf_plan_generate", {"use_cases": ["llm-sft"]}, "is there already"),
    ("hf_plan_status", {"x": 1}, "unknown field `x`"),
    ("hf_plan_next", {"id": "9.9"}, "9.9"),
    ("hf_plan_update", {"id": "1.1", "status": "finished"}, "unknown variant"),
]

OUT = "leads out of the folders"
HOSTILE = [
    ("hf_check", {"paths": ["../secret.py"], "fix": True}, OUT),
    ("hf_check", {"paths": ["/etc/passwd"]}, OUT),
    ("hf_check", {"paths": ["link/train.py"], "fix": True}, OUT),
    ("hf_check", {"paths": ["dangling.py"], "fix": True}, OUT),
    ("hf_check", {"select": [HUGE]}, "is not a rule"),
    ("hf_signature", {"symbol": HUGE}, "nothing is known"),
    ("hf_docs", {"symbol": "trl." + HUGE}, "trl"),
    ("hf_changes", {"library": HUGE}, "nothing is known"),
    ("hf_model", {"id": "../../etc/passwd"}, "no id"),
    ("hf_dataset", {"id": HUGE}, "no id"),
    ("hf_estimate", {"script": "link/train.py"}, OUT),
    ("hf_plan_generate", {"project": "link", "use_cases": ["llm-sft"]}, OUT),
    ("hf_plan_generate", {"script": "../secret.py", "preview": True}, OUT),
    ("hf_plan_status", {"project": "/"}, OUT),
    ("hf_plan_next", {"project": "link"}, OUT),
    ("hf_plan_update", {"id": "1.1", "status": "done", "project": "link"}, OUT),
    ("hf_plan_update", {"id": "1.1", "status": "done", "note": HUGE}, "a line of the changelog"),
]


class Inspector:
    def __init__(self, program, inspector, root, home):
        self.start = [inspector, "--cli", "--cwd", str(root), "--format", "json", "-q", program, "mcp", "--network", "off"]
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}

    def ask(self, method, *options):
        """The exit status, what was written as data, and what was said beside it."""
        words = [*self.start, "--method", method, *options]
        done = subprocess.run(words, env=self.environment, capture_output=True, text=True, timeout=120, check=False)
        return done.returncode, json.loads(done.stdout) if done.stdout.strip() else None, done.stderr

    def call(self, name, arguments):
        return self.ask("tools/call", "--tool-name", name, "--tool-args-json", json.dumps(arguments))


def good(inspector, schemas, case):
    name, arguments, word = case
    status, answer, said = inspector.call(name, arguments)
    assert status == 0, (name, arguments, status, said, answer)
    result = answer["result"]
    assert not result.get("isError"), (name, result)
    jsonschema.validate(result["structuredContent"], schemas[name])
    assert word in json.dumps(result["structuredContent"]), (name, word, result)


def refused(inspector, case):
    name, arguments, word = case
    status, answer, said = inspector.call(name, arguments)
    # 5: the tool says that it did nothing. Anything else is a failure of the server or of the conversation.
    assert status == 5, (name, str(arguments)[:200], status, said, answer)
    told = answer["result"]["content"][0]["text"]
    assert answer["result"]["isError"] and word in told and len(told) < 4096, (name, word, told[:500])


def main(program, command):
    with tempfile.TemporaryDirectory() as folder:
        root, home, outside = (Path(folder) / name for name in ("project", "home", "outside"))
        for path in (root / "dev-journal", home, outside / "dev-journal"):
            path.mkdir(parents=True)
        (root / "train.py").write_text(SCRIPT)
        (root / "requirements.txt").write_text("transformers==5.23.0\ntrl==1.16.0\n")
        (root / "pyproject.toml").write_text('[project]\nname = "p"\nversion = "1"\n')
        (root / "dev-journal/OUR-PLAN.md").write_text(PLAN)
        (outside / "train.py").write_text(SCRIPT)
        (outside / "dev-journal/OUR-PLAN.md").write_text(PLAN)
        (root / "link").symlink_to(outside)
        (root / "dangling.py").symlink_to(outside / "new.py")
        (Path(folder) / "secret.py").write_text(SCRIPT)

        inspector = Inspector(str(Path(program).resolve()), command, root, home)
        status, answer, said = inspector.ask("tools/list", "--strict")
        assert status == 0, (status, said)
        tools = answer["result"]["tools"]
        names = {tool["name"] for tool in tools}
        for cases in (GOOD, BAD, HOSTILE):
            left = names - {name for name, _, _ in cases} - ({"hf_context", "hf_env_check", "hf_plan_use_cases"} if cases is HOSTILE else set())
            assert not left, f"nobody calls {left}"
        for tool in tools:
            jsonschema.Draft202012Validator.check_schema(tool["inputSchema"])
            jsonschema.Draft202012Validator.check_schema(tool["outputSchema"])
            # Types that only some clients understand are none of the arguments'.
            assert '"null"' not in json.dumps(tool["inputSchema"]), tool["name"]
        schemas = {tool["name"]: tool["outputSchema"] for tool in tools}

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda case: refused(inspector, case), BAD + HOSTILE))
            plan = (root / "dev-journal/OUR-PLAN.md").read_text()
            assert plan == PLAN and (root / "train.py").read_text() == SCRIPT, "a refused call changed something"
            list(pool.map(lambda case: good(inspector, schemas, case), GOOD))
        assert (outside / "train.py").read_text() == SCRIPT and (outside / "dev-journal/OUR-PLAN.md").read_text() == PLAN
        assert not (outside / "new.py").exists() and (Path(folder) / "secret.py").read_text() == SCRIPT

        status, _, said = inspector.call("rm", {})
        assert status == 5 and "not found" in said, said
        status, answer, said = inspector.ask("resources/read", "--uri", "plan://current")
        assert status == 0 and answer["result"]["contents"][0]["text"].startswith("# OUR-PLAN"), said
        status, _, said = inspector.ask("resources/read", "--uri", "journal://../train.py")
        assert status != 0 and "the journal has no" in said, said
        status, answer, said = inspector.ask("prompts/get", "--prompt-name", "plan", "--prompt-args", "goal=a chat model")
        assert status == 0 and "a chat model" in json.dumps(answer), said

        load = ["--load", "--load-requests", "300", "--load-concurrency", "8"]
        symbol = ["--tool-name", "hf_signature", "--tool-args-json", '{"symbol": "trl.SFTConfig"}']
        status, answer, said = inspector.ask("tools/call", *load, *symbol)
        load = answer["result"]
        assert status == 0 and load["ok"] == 300, (answer, said)
        calls = len(GOOD) + len(BAD) + len(HOSTILE) + 5
        print(f"inspector: {len(tools)} tools, {calls} calls, 300 at once with {load['latencyMs']['p50']:.0f} ms in the middle")
        print("1 passed, 0 failed")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
