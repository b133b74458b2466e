"""Conversations with the protocol's own Python client, which validates every message; results are held to their schemas.

    conversation.py PROGRAM [CALLS]

An old project is brought up to date without any model: context, changes, fixes, a plan, its steps until it is done, a clean
check. Then so many calls (10,000 without a number) show that the server does not grow.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import jsonschema
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

SCRIPT = """from transformers import Trainer, TrainingArguments

args = TrainingArguments(output_dir="out", evaluation_strategy="steps", no_cuda=True)
trainer = Trainer(model=model, args=args, tokenizer=tokenizer, eval_dataset=data)
"""
# More growth than this is no cache that fills, but a leak.
GROWTH = 1.25


class Agent:
    def __init__(self, session, schemas):
        self.session, self.schemas, self.calls = session, schemas, 0

    async def call(self, name, **arguments):
        """What a tool gives, held to its schema."""
        result = await self.session.call_tool(name, arguments)
        self.calls += 1
        assert not result.is_error, f"{name}: {result.content[0].text}"
        jsonschema.validate(result.structured_content, self.schemas[name])
        assert json.loads(result.content[0].text) == result.structured_content
        return result.structured_content

    async def refused(self, name, **arguments):
        """Why a tool does nothing."""
        result = await self.session.call_tool(name, arguments)
        self.calls += 1
        assert result.is_error, f"{name} took {arguments}"
        return result.content[0].text


def follow(root, step):
    """What somebody who follows a plan leaves behind: the files that the step names, where the plan did not hold them."""
    for name in (file["path"] for file in step.get("files", [])):
        path = root / name
        if not path.exists() and "*" not in name:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("{}\n" if path.suffix == ".json" else "")


async def everything(agent):
    """All findings of the project, page by page."""
    found, cursor = [], {}
    while True:
        page = await agent.call("hf_check", limit=20, **cursor)
        found += page["findings"]
        if "next_cursor" not in page:
            assert len(found) == page["total"] and not page["failures"], page
            return found
        cursor = {"cursor": page["next_cursor"]}


async def old_project_made_new(agent, root, command):
    # What is there, and what is wrong with it.
    before = await agent.call("hf_context")
    assert before["problems"]["error"] >= 3 and "plan" not in before, before
    assert len(json.dumps(before)) < 2048
    gone = await agent.call("hf_changes", library="transformers", **{"from": "4.40.0"}, symbols=["transformers.TrainingArguments"])
    removed = {it.get("argument"): it for it in gone["changes"] if it["what"] == "removed"}
    assert removed["evaluation_strategy"]["instead"] == "eval_strategy", removed

    # The code is brought up to date.
    names = {it["code"] for it in await everything(agent)}
    assert {"HF103"} <= names, names
    fixed = await agent.call("hf_check", paths=["train.py"], fix=True)
    assert fixed["fixed"] >= 3 and fixed["total"] == 0, fixed
    assert "eval_strategy" in (root / "train.py").read_text()
    signature = await agent.call("hf_signature", symbol="transformers.TrainingArguments")
    assert "eval_strategy" in {it["name"] for it in signature["parameters"]}

    # It is planned, once.
    made = await agent.call("hf_plan_generate", use_cases=["text-classification"], gpu="24GB")
    assert made["written"] and (root / made["path"]).is_file()
    assert "is there already" in await agent.refused("hf_plan_generate", use_cases=["text-classification"])
    assert (await agent.call("hf_context"))["plan"]["next"].startswith("1.1")
    # The files that the plan holds, and the other documents of the journal.
    command("plan", "write")
    said = command("init")
    assert "made dev-journal/TECH-STACK.md" in said and "left dev-journal/OUR-PLAN.md" in said, said

    # The plan is followed, step by step, each with the revision that was read.
    steps = 0
    while (next_ := await agent.call("hf_plan_next"))["step"]:
        step, steps = next_["step"], steps + 1
        begun = await agent.call("hf_plan_update", id=step["id"], status="in-progress", revision=next_["revision"])
        why = await agent.refused("hf_plan_update", id=step["id"], status="done", revision=next_["revision"])
        assert "changed since revision" in why, why
        follow(root, step)
        await agent.call("hf_plan_update", id=step["id"], status="done", note=f"Did {step['id']}", revision=begun["revision"])
        assert steps < 500, "the plan has no end"
    status = await agent.call("hf_plan_status")
    assert status["progress"]["done"] == status["progress"]["total"] > 10, status["progress"]
    log = (root / "dev-journal/CHANGELOG.md").read_text()
    assert log.count("(step ") == steps, log

    # Nothing is left: neither in the code nor in the journal.
    assert await everything(agent) == []
    after = await agent.call("hf_context")
    assert after["problems"] == {} and after["plan"]["done"] == after["plan"]["total"] and "next" not in after["plan"], after
    command("plan", "check")
    return steps


def memory(process):
    """Resident bytes of a process."""
    fields = Path(f"/proc/{process}/statm").read_text().split()
    return int(fields[1]) * 4096


def child():
    """The server that this program started."""
    own = Path("/proc/self/task").resolve()
    for task in own.iterdir():
        children = (task / "children").read_text().split()
        if children:
            return int(children[0])
    raise SystemExit("the server is not to be found")


async def soak(agent, calls):
    calls_of = [
        ("hf_check", {"paths": ["train.py"]}),
        ("hf_signature", {"symbol": "trl.SFTConfig"}),
        ("hf_docs", {"symbol": "transformers.Trainer"}),
        ("hf_plan_status", {}),
        ("hf_model", {"id": "Qwen/Qwen3-8B"}),
    ]
    warm = 0
    for number in range(calls):
        name, arguments = calls_of[number % len(calls_of)]
        await agent.call(name, **arguments)
        if number == calls // 5:
            warm = memory(child())
    grown = memory(child()) / warm
    print(f"{calls} calls: memory {warm / 2**20:.0f} MiB after a fifth, {grown:.2f} times that in the end")
    assert grown < GROWTH


async def main(program, calls):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "train.py").write_text(SCRIPT)
        (root / "requirements.txt").write_text("transformers==5.23.0\ntrl==1.16.0\n")
        (root / "pyproject.toml").write_text('[project]\nname = "old"\nversion = "1"\n')
        environment = {"XDG_CACHE_HOME": str(root / ".cache"), "HOME": folder}
        server = StdioServerParameters(command=program, args=["mcp", "--root", folder, "--network", "off"], env=environment)
        async with stdio_client(server) as streams, ClientSession(*streams) as session:
            await session.initialize()
            tools = (await session.list_tools()).tools
            for tool in tools:
                jsonschema.Draft202012Validator.check_schema(tool.input_schema)
                jsonschema.Draft202012Validator.check_schema(tool.output_schema)
            agent = Agent(session, {tool.name: tool.output_schema for tool in tools})

            def command(*words):
                """What the program says where somebody runs it in the project."""
                done = subprocess.run([program, *words], cwd=root, env=environment, capture_output=True, text=True, check=False)
                assert done.returncode == 0, (words, done.stdout, done.stderr)
                return done.stderr

            steps = await old_project_made_new(agent, root, command)
            rule = await session.read_resource("rules://HF103")
            assert rule.contents[0].text.startswith("# HF103")
            assert (await session.get_prompt("plan", {"goal": "x"})).messages
            await soak(agent, calls)
        print(f"{len(tools)} tools, a plan of {steps} steps followed to its end, {agent.calls} calls")
        print("1 passed, 0 failed")


if __name__ == "__main__":
    asyncio.run(main(str(Path(sys.argv[1]).resolve()), int(sys.argv[2]) if len(sys.argv) > 2 else 10_000))
