"""The converter between messages and types, for all who read messages."""

from typing import Optional, Union

from lsprotocol import types
from pygls.protocol import default_converter

FILTERS = [
    types.NotebookDocumentFilterNotebookType,
    types.NotebookDocumentFilterScheme,
    types.NotebookDocumentFilterPattern,
]
FILTER_MEMBERS = ["notebookType", "scheme", "pattern"]


def converter():
    """pygls' converter, with what lsprotocol 2025.0.0 cannot read.

    That is the notebook of a selector that has cells, and a code action that has a command.
    """
    made = default_converter()

    def notebook(value, _):
        if value is None or isinstance(value, str):
            return value
        kind = next(kind for kind, member in zip(FILTERS, FILTER_MEMBERS, strict=True) if member in value)
        return made.structure(value, kind)

    def action(value, _):
        kind = types.Command if isinstance(value.get("command"), str) else types.CodeAction
        return made.structure(value, kind)

    made.register_structure_hook(Optional[Union[str, *FILTERS]], notebook)
    made.register_structure_hook(Union[types.Command, types.CodeAction], action)
    return made


CONVERTER = converter()
