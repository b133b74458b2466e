"""What the parts of answers need of the client, method by method."""

from .look import at

# What a client knows that does not say which kinds it knows: those of the first version of the protocol.
OLD_COMPLETION_KINDS = range(1, 19)
OLD_SYMBOL_KINDS = range(1, 19)
# What may be added to a proposal later without being told that it may.
LATE = {"documentation", "detail"}


def nothing(_announced, _request, _result):
    """The answer needs nothing."""
    return ()


def needs(announced, wanted, capability, where, what):
    """A problem if something is there that the client has not announced."""
    if wanted and not announced.can(capability):
        yield f"{where}: {what}, but the client has not announced {capability}"


def markup(announced, content, capability, where):
    """Problems of documentation: bare strings are for everybody, marked text in the formats that are known."""
    if isinstance(content, dict) and "kind" in content:
        known = announced.can(capability) or ["plaintext"]
        if content["kind"] not in known:
            yield f"{where}: {content['kind']}, but the client has announced {known} in {capability}"


def diagnostic(shown, one, where):
    """Problems of a diagnostic, by what the client says (in one of two places) that it shows."""

    def can(name):
        return any(at(place, name) for place in shown)

    for member, name in {
        "relatedInformation": "relatedInformation",
        "codeDescription": "codeDescriptionSupport",
        "data": "dataSupport",
    }.items():
        if member in one and not can(name):
            yield f"{where}: {member}, but the client has not announced {name}"
    if isinstance(one["message"], dict) and not can("markupMessageSupport"):
        yield f"{where}: a marked message, but the client has not announced markupMessageSupport"
    known = [tag for place in shown for tag in at(place, "tagSupport.valueSet") or []]
    for tag in one.get("tags") or []:
        if tag not in known:
            yield f"{where}: tag {tag}, but the client has announced {known}"


def pulled(announced, request, result):
    shown = [announced.can("textDocument.diagnostic"), announced.can("textDocument.publishDiagnostics")]
    for report in result.get("items", [result]) if request["method"] == "workspace/diagnostic" else [result]:
        if report["kind"] == "unchanged" and not previous(request, report):
            yield f"{request['method']}: unchanged, but the client has no such result"
        for one in report.get("items") or []:
            yield from diagnostic(shown, one, request["method"])
    if "relatedDocuments" in result:
        related = "textDocument.diagnostic.relatedDocumentSupport"
        yield from needs(announced, True, related, request["method"], "related documents")


def previous(request, report):
    """Whether the client has the result that a report speaks of."""
    params = request["params"]
    known = [params.get("previousResultId")] + [it["value"] for it in params.get("previousResultIds") or []]
    return report["resultId"] in known


def hover(announced, _request, result):
    yield from markup(announced, result["contents"], "textDocument.hover.contentFormat", "hover")


def completion(announced, _request, result):
    base = "textDocument.completion"
    if isinstance(result, dict):
        known = announced.can(f"{base}.completionList.itemDefaults") or []
        for name in (result.get("itemDefaults") or {}).keys() - set(known):
            yield f"completion: the default {name}, but the client has announced {known}"
    for item in result["items"] if isinstance(result, dict) else result:
        yield from proposal(announced, item)
        announced.listed[item["label"]] = item


def proposal(announced, item):
    base, where = "textDocument.completion.completionItem", f"completion of {item['label']}"
    edit = item.get("textEdit") or {}
    for wanted, name, what in [
        (item.get("insertTextFormat") == 2, "snippetSupport", "a snippet"),
        ("commitCharacters" in item, "commitCharactersSupport", "commit characters"),
        ("deprecated" in item, "deprecatedSupport", "deprecated"),
        ("preselect" in item, "preselectSupport", "preselected"),
        ("labelDetails" in item, "labelDetailsSupport", "details of the label"),
        ("insert" in edit, "insertReplaceSupport", "an edit to choose"),
    ]:
        yield from needs(announced, wanted, f"{base}.{name}", where, what)
    for member, name in {"insertTextMode": "insertTextModeSupport", "tags": "tagSupport"}.items():
        known = announced.can(f"{base}.{name}.valueSet") or []
        values = item.get(member) or []
        for value in values if isinstance(values, list) else [values]:
            if value not in known:
                yield f"{where}: {member} {value}, but the client has announced {known}"
    kinds = announced.can("textDocument.completion.completionItemKind.valueSet") or OLD_COMPLETION_KINDS
    if item.get("kind", 1) not in kinds:
        yield f"{where}: kind {item['kind']}, which the client does not know"
    yield from markup(announced, item.get("documentation"), f"{base}.documentationFormat", where)
    if "command" in item:
        yield from announced.command(item["command"], where)


def resolved_proposal(announced, request, result):
    yield from proposal(announced, result)
    may = LATE | set(announced.can("textDocument.completion.completionItem.resolveSupport.properties") or [])
    before = request["params"]
    for name in before.keys() | result.keys():
        if before.get(name) != result.get(name) and name not in may:
            yield f"completionItem/resolve: changes {name}, which the client does not take late"


def signature(announced, _request, result):
    base = "textDocument.signatureHelp.signatureInformation"
    if result.get("activeParameter", 0) is None:
        yield from needs(announced, True, f"{base}.noActiveParameterSupport", "signature help", "no parameter")
    for one in result["signatures"]:
        where = "signature help"
        yield from markup(announced, one.get("documentation"), f"{base}.documentationFormat", where)
        active = "activeParameter" in one
        yield from needs(announced, active, f"{base}.activeParameterSupport", where, "a parameter of its own")
        for parameter in one.get("parameters") or []:
            offsets = isinstance(parameter["label"], list)
            yield from needs(announced, offsets, f"{base}.parameterInformation.labelOffsetSupport", where, "offsets")
            yield from markup(announced, parameter.get("documentation"), f"{base}.documentationFormat", where)


def actions(announced, request, result):
    base = "textDocument.codeAction"
    wanted = request["params"]["context"].get("only")
    for one in result:
        if isinstance(one["command"] if "command" in one else None, str):
            yield from announced.command(one, f"the action {one['title']}")
            continue
        yield from needs(announced, True, f"{base}.codeActionLiteralSupport", one["title"], "an action as a literal")
        kind = one.get("kind", "")
        if wanted is not None and not any(it == "" or kind == it or kind.startswith(it + ".") for it in wanted):
            yield f"the action {one['title']}: of kind {kind}, asked for were {wanted}"
        yield from action(announced, one)
        if "edit" not in one and "command" not in one and "disabled" not in one:
            late = announced.can(f"{base}.resolveSupport.properties") or []
            if "edit" not in late:
                yield f"the action {one['title']}: without an edit, but the client has announced {late}"
            if not at(announced.server, "codeActionProvider.resolveProvider"):
                yield f"the action {one['title']}: without an edit, but the server resolves none"


def action(announced, one):
    base, where = "textDocument.codeAction", f"the action {one['title']}"
    yield from needs(announced, "isPreferred" in one, f"{base}.isPreferredSupport", where, "preferred")
    yield from needs(announced, "disabled" in one, f"{base}.disabledSupport", where, "disabled")
    yield from needs(announced, "data" in one, f"{base}.dataSupport", where, "data")
    yield from needs(announced, "tags" in one, f"{base}.tagSupport", where, "tags")
    if "edit" in one:
        yield from workspace_edit(announced, one["edit"], where, f"{base}.honorsChangeAnnotations")
    if "command" in one:
        yield from announced.command(one["command"], where)
    shown = [announced.can("textDocument.diagnostic"), announced.can("textDocument.publishDiagnostics")]
    for finding in one.get("diagnostics") or []:
        yield from diagnostic(shown, finding, where)


def resolved_action(announced, request, result):
    yield from action(announced, result)
    may = set(announced.can("textDocument.codeAction.resolveSupport.properties") or [])
    before = request["params"]
    for name in before.keys() | result.keys():
        if before.get(name) != result.get(name) and name not in may:
            yield f"codeAction/resolve: changes {name}, which the client does not take late"


def workspace_edit(announced, edit, where, honours=None):
    """Problems of an edit; `honours` is where the client says that it shows annotations in this place."""
    base = "workspace.workspaceEdit"
    operations = announced.can(f"{base}.resourceOperations") or []
    if "documentChanges" in edit:
        # Neovim names operations, which stand nowhere else, and not the member that they stand in.
        if not announced.can(f"{base}.documentChanges") and not any("kind" in it for it in edit["documentChanges"]):
            yield f"{where}: documentChanges, but the client has not announced {base}.documentChanges"
        for change in edit["documentChanges"]:
            if "kind" in change and change["kind"] not in operations:
                yield f"{where}: {change['kind']} a file, but the client has announced {operations}"
            snippets = any("snippet" in it for it in change.get("edits") or [])
            yield from needs(announced, snippets, f"{base}.snippetEditSupport", where, "a snippet")
    if "documentChanges" in edit and "changes" in edit:
        yield f"{where}: both changes and documentChanges"
    annotated = "changeAnnotations" in edit
    if annotated and announced.can(f"{base}.changeAnnotationSupport") is None:
        yield f"{where}: annotations, but the client has not announced {base}.changeAnnotationSupport"
    if honours:
        yield from needs(announced, annotated, honours, where, "annotations")
    named = {
        part["annotationId"]
        for change in edit.get("documentChanges") or []
        for part in [change, *(change.get("edits") or [])]
        if "annotationId" in part
    }
    if named != (edit.get("changeAnnotations") or {}).keys():
        yield f"{where}: annotations are named that are not there, or the other way round: {named}"


def renamed(announced, _request, result):
    yield from workspace_edit(announced, result, "rename", "textDocument.rename.honorsChangeAnnotations")


def files_renamed(announced, _request, result):
    yield from workspace_edit(announced, result, "willRenameFiles")


def lenses(announced, _request, result):
    for one in result:
        if "command" in one:
            yield from announced.command(one["command"], "a lens")
        elif not at(announced.server, "codeLensProvider.resolveProvider"):
            yield "a lens without a command, but the server resolves none"


def links(announced, _request, result):
    for one in result:
        yield from needs(announced, "tooltip" in one, "textDocument.documentLink.tooltipSupport", "a link", "a tooltip")
        if "target" not in one and not at(announced.server, "documentLinkProvider.resolveProvider"):
            yield "a link without a target, but the server resolves none"


def symbols(announced, request, result):
    in_document = request["method"] == "textDocument/documentSymbol"
    base = "textDocument.documentSymbol" if in_document else "workspace.symbol"
    known = announced.can(f"{base}.symbolKind.valueSet") or OLD_SYMBOL_KINDS
    for one in result:
        where = f"the symbol {one['name']}"
        if in_document:
            nested = "selectionRange" in one
            yield from needs(announced, nested, f"{base}.hierarchicalDocumentSymbolSupport", where, "nested")
        if one["kind"] not in known:
            yield f"{where}: kind {one['kind']}, which the client does not know"
        yield from needs(announced, "tags" in one, f"{base}.tagSupport", where, "tags")
        yield from symbols(announced, request, one.get("children") or [])


def definitions(announced, _request, result):
    for one in result if isinstance(result, list) else [result]:
        yield from needs(announced, "targetUri" in one, "textDocument.definition.linkSupport", "definition", "a link")


def folds(announced, _request, result):
    base = "textDocument.foldingRange"
    for one in result:
        characters = "startCharacter" in one or "endCharacter" in one
        if characters and announced.can(f"{base}.lineFoldingOnly"):
            yield "folding: within lines, but the client folds whole lines"
        collapsed = "collapsedText" in one
        yield from needs(announced, collapsed, f"{base}.foldingRange.collapsedText", "folding", "a text")


ANSWERS = {
    "textDocument/diagnostic": pulled,
    "workspace/diagnostic": pulled,
    "textDocument/hover": hover,
    "textDocument/completion": completion,
    "completionItem/resolve": resolved_proposal,
    "textDocument/signatureHelp": signature,
    "textDocument/codeAction": actions,
    "codeAction/resolve": resolved_action,
    "textDocument/rename": renamed,
    "workspace/willRenameFiles": files_renamed,
    "textDocument/codeLens": lenses,
    "textDocument/documentLink": links,
    "textDocument/documentSymbol": symbols,
    "workspace/symbol": symbols,
    "textDocument/definition": definitions,
    "textDocument/foldingRange": folds,
}
