"""The tools of the agent: they read, and change nothing."""

import ast
import operator
from pathlib import Path

from smolagents import tool

DOCUMENTS = Path("data/documents")
LONGEST = 2000
OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
}


@tool
def look_up(words: str) -> str:
    """Finds the passages of our documents that have the most of the given words.

    Args:
        words: A few words that the passage has to contain, separated by blanks.
    """
    wanted = set(words.lower().split())
    passages = [
        (len(wanted & set(passage.lower().split())), path.name, passage)
        for path in sorted(DOCUMENTS.glob("*.txt"))
        for passage in path.read_text().split("\n\n")
    ]
    best = sorted((found for found in passages if found[0]), key=lambda found: -found[0])[:3]
    return "\n\n".join(f"{name}: {passage}" for _, name, passage in best)[:LONGEST] or "Nothing was found."


@tool
def calculate(expression: str) -> float:
    """Calculates an expression of numbers with +, -, *, / and brackets.

    Args:
        expression: For example (12 + 30) / 7.
    """

    def value(node: ast.expr) -> float:
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            return node.value
        if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
            return OPERATORS[type(node.op)](value(node.left), value(node.right))
        if isinstance(node, ast.UnaryOp) and type(node.op) in OPERATORS:
            return OPERATORS[type(node.op)](value(node.operand))
        raise ValueError(f"{ast.unparse(node)} is not a number")

    return value(ast.parse(expression, mode="eval").body)
