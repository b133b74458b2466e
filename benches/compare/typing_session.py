"""Somebody types: character by character, at seeded places, in both servers in turns."""

from __future__ import annotations

import ast
import random
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from lsp import Server
from programs import Program

TYPED = (
    "model = AutoModelForCausalLM.from_pretrained(name, torch_dtype='auto')",
    "args = TrainingArguments(output_dir='out', eval_strategy='steps')",
    "trainer = Trainer(model=model, args=args, processing_class=tokenizer)",
    "rows = load_dataset('imdb', split='train').map(encode, batched=True)",
)
PHASES = ("clean", "with a stray quote", "quote removed")


@dataclass
class Session:
    """What a server did in one session: latencies in seconds by phase, and more."""

    opened: list[float] = field(default_factory=list)
    edits: dict[str, list[float]] = field(default_factory=lambda: {phase: [] for phase in PHASES})
    quote: list[float] = field(default_factory=list)
    """Edits that bring the stray quote or take it away."""
    cpu: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PHASES, 0.0))
    """Seconds of processor in a phase."""
    first: tuple[int, int] = (0, 0)
    """Memory after opening: now, at most."""
    memory: tuple[int, int] = (0, 0)
    """Memory at the end: now, at most."""
    diagnostics: int = 0
    """What was shown for the file when it was opened."""


@dataclass(frozen=True)
class Place:
    """A line before which a new one is typed, and its indentation."""

    line: int
    """From 0, of the text as it was opened."""
    indent: int


def places(text: str, count: int, seed: int) -> list[Place]:
    """Seeded lines after statements of functions and of the module; no two the same."""
    bodies = (node.body for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.FunctionDef, ast.Module)))
    after = {statement.end_lineno: statement.col_offset for body in bodies for statement in body}
    lines = text.splitlines()
    fit = [
        Place(line, indent)
        for line, indent in sorted(after.items())
        if line is not None and line < len(lines) and not lines[line - 1].endswith("\\")
    ]
    return random.Random(seed).sample(fit, count)


class Typist:
    """Types the same into one server as another one types into the other."""

    def __init__(self, server: Server, name: str, result: Session) -> None:
        self.server = server
        self.name = name
        self.result = result
        self.added: list[int] = []

    def burst(self, place: Place, typed: str, phase: str) -> None:
        """Types one new line."""
        line = self.begin_line(place)
        before = self.server.cpu()
        edits = self.result.edits[phase]
        edits.append(self.server.edit(self.name, line, 0, 0, " " * place.indent + "\n"))
        for at, character in enumerate(typed, place.indent):
            edits.append(self.server.edit(self.name, line, at, 0, character))
        self.result.cpu[phase] += self.server.cpu() - before

    def begin_line(self, place: Place) -> int:
        """Where a place lies now; from here on there is one line more."""
        line = place.line + sum(other < place.line for other in self.added)
        self.added.append(place.line)
        return line

    def type_quote(self, place: Place) -> None:
        """Types a stray triple quote on a line of its own."""
        line = self.begin_line(place)
        self.server.edit(self.name, line, 0, 0, "\n")
        self.result.quote += [self.server.edit(self.name, line, at, 0, '"') for at in range(3)]

    def remove_quote(self, place: Place) -> None:
        """Takes it away again, from its end."""
        line = place.line + sum(other < place.line for other in self.added)
        self.result.quote += [self.server.edit(self.name, line, at, 1, "") for at in (2, 1, 0)]


def session(programs: list[Program], text: str, root: Path, cache: Path, count: int, seed: int) -> dict[str, Session]:
    """The same edits in both servers: a line in one, then the line in the other."""
    results = {program.name: Session() for program in programs}
    name = "train.py"
    (root / name).write_text(text, encoding="utf-8")
    with ExitStack() as stack:
        typists = []
        for program in programs:
            server = stack.enter_context(Server(program, root, cache))
            result = results[program.name]
            result.opened.append(server.open(name, text))
            result.diagnostics = server.found[(root / name).as_uri()]
            result.first = server.memory()
            typists.append(Typist(server, name, result))
        type_all(typists, text, count, seed)
        for typist in typists:
            typist.result.memory = typist.server.memory()
    return results


def type_all(typists: list[Typist], text: str, count: int, seed: int) -> None:
    """All phases; about `count` edits in each."""
    lines = max(1, round(count / (sum(map(len, TYPED)) / len(TYPED) + 1)))
    spots = places(text, lines * len(PHASES) + 1, seed)
    middle = min(spots, key=lambda place: abs(place.line - text.count("\n") // 2))
    spots.remove(middle)
    for number, phase in enumerate(PHASES):
        for typist in typists:
            if number == 1:
                typist.type_quote(middle)
            elif number == 2:
                typist.remove_quote(middle)
        for turn, place in enumerate(spots[number * lines : (number + 1) * lines]):
            for typist in typists if turn % 2 == 0 else typists[::-1]:
                typist.burst(place, TYPED[turn % len(TYPED)], phase)


def first_diagnostics(program: Program, text: str, root: Path, cache: Path) -> tuple[float, float]:
    """Seconds from the start of a server to the first diagnostics, and its processor time until then."""
    with Server(program, root, cache) as server:
        server.open("train.py", text)
        return time.perf_counter() - server.begun, server.cpu()
