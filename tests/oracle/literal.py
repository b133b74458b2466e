"""One form for default values, whether they come from a running program or from source text."""

from __future__ import annotations

import ast
import json
import operator
import sys

PLAIN = (type(None), bool, int, float, complex, str, bytes, type(...))
OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.LShift: operator.lshift,
    ast.Pow: operator.pow,
}


def of_value(value: object, depth: int = 4) -> str | None:
    """The normal form of a value made of plain ones; `None` for any other object."""
    kind = type(value)
    if kind in PLAIN:
        return repr(value)
    if kind not in (tuple, list, set, frozenset, dict) or depth == 0 or len(value) > 64:
        return None
    if kind is dict:
        items = [(of_value(k, depth - 1), of_value(v, depth - 1)) for k, v in value.items()]
        if any(part is None for item in items for part in item):
            return None
        return "{" + ", ".join(f"{k}: {v}" for k, v in items) + "}"
    parts = [of_value(part, depth - 1) for part in value]
    if None in parts:
        return None
    if kind in (set, frozenset):
        return f"{kind.__name__}({', '.join(sorted(parts))})"
    return f"{kind.__name__}({', '.join(parts)})"


def of_source(text: str) -> str | None:
    """The normal form of an expression; `None` where it names anything that only a program knows."""
    try:
        return of_value(fold(ast.parse(text, mode="eval").body))
    except Exception:  # noqa: BLE001 - whatever goes wrong, it is no literal
        return None


def fold(node: ast.expr) -> object:
    """The value of a literal, of arithmetic with numbers, and of `list()` and its like."""
    if isinstance(node, ast.BinOp):
        left, right = fold(node.left), fold(node.right)
        if type(right) is int and right > 64 and not isinstance(node.op, (ast.Add, ast.Sub, ast.Mult)):
            raise ValueError("too large")
        return OPERATORS[type(node.op)](left, right)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -fold(node.operand)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        makers = {"list": list, "dict": dict, "set": set, "tuple": tuple, "frozenset": frozenset}
        inner = [fold(argument) for argument in node.args]
        makers |= {"str": str, "int": int, "float": float, "bool": bool}
        return makers[node.func.id](*inner)
    if isinstance(node, (ast.Tuple, ast.List)):
        parts = [fold(part) for part in node.elts]
        return tuple(parts) if isinstance(node, ast.Tuple) else parts
    if isinstance(node, ast.Dict):
        return {fold(k): fold(v) for k, v in zip(node.keys, node.values, strict=True)}
    return ast.literal_eval(node)


if __name__ == "__main__":
    json.dump([of_source(text) for text in json.load(sys.stdin)], sys.stdout)
