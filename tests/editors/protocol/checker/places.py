"""Whether every place that the server names is there, in the text that it answered for."""

from .mirror import path_of
from .text import OutOfText


class Places:
    """Checks positions, ranges and edits against the texts."""

    def received(self, message, mirror):
        """Problems of a request or notification."""
        method, params = message["method"], message.get("params")
        if method == "textDocument/publishDiagnostics":
            text = mirror.versions.get(params["uri"], {}).get(params.get("version")) or mirror.text(params["uri"])
            for one in params["diagnostics"]:
                yield from in_text(text, one["range"], method)
                yield from related(mirror, one, method)
        elif method == "workspace/applyEdit":
            yield from workspace_edit(mirror, params["edit"], method)

    def answered(self, request, result, mirror):
        """Problems of a result, given the documents as they were when it was asked for."""
        check = ANSWERS.get(request["method"])
        if check is not None and result is not None:
            yield from check(Asked(request, mirror), result)


class Asked:
    """A question: about which text, where."""

    def __init__(self, request, mirror):
        params = request.get("params") or {}
        self.where, self.mirror = request["method"], mirror
        self.uri = (params.get("textDocument") or {}).get("uri")
        self.text = mirror.text(self.uri) if self.uri else None
        self.position, self.range = params.get("position"), params.get("range")
        self.params = params


def in_text(text, range_, where):
    """A problem if a range is not in a text; nothing is known of texts that nobody has."""
    if text is not None:
        try:
            text.span(range_)
        except OutOfText as error:
            yield f"{where}: {error}"


def key(position):
    return position["line"], position["character"]


def holds(outer, inner):
    """Whether a range holds another, or a position."""
    inner = inner if "start" in inner else {"start": inner, "end": inner}
    return key(outer["start"]) <= key(inner["start"]) and key(inner["end"]) <= key(outer["end"])


def related(mirror, one, where):
    for other in one.get("relatedInformation") or []:
        place = other["location"]
        yield from in_text(mirror.text(place["uri"]), place["range"], f"{where}: related")


def workspace_edit(mirror, edit, where):
    """Problems of an edit: ranges, overlaps, versions, files that are there already."""
    made = set()
    for uri, edits in (edit.get("changes") or {}).items():
        yield from edits_of(mirror, uri, edits, where)
    for change in edit.get("documentChanges") or []:
        if change.get("kind") == "create":
            made.add(change["uri"])
            path, options = path_of(change["uri"]), change.get("options") or {}
            if path and path.exists() and not (options.get("overwrite") or options.get("ignoreIfExists")):
                yield f"{where}: {path.name} is to be made, and is there"
        elif "textDocument" in change:
            document = change["textDocument"]
            uri, version = document["uri"], document.get("version")
            if uri in made:
                continue
            now = mirror.open.get(uri, (None, None))[0]
            if version != now:
                yield f"{where}: an edit of version {version} of {uri}, which is at {now}"
            yield from edits_of(mirror, uri, change["edits"], where)


def edits_of(mirror, uri, edits, where):
    text = mirror.text(uri)
    if text is None:
        yield f"{where}: an edit of {uri}, which is not there"
        return
    try:
        text.edited(edits)
    except OutOfText as error:
        yield f"{where}: {error}"


def hover(asked, result):
    if "range" in result:
        yield from in_text(asked.text, result["range"], asked.where)
        if not holds(result["range"], asked.position):
            yield "hover: about another place than was asked for"


def completion(asked, result):
    for item in result["items"] if isinstance(result, dict) else result:
        where, edit = f"completion of {item['label']}", item.get("textEdit")
        if edit is None:
            continue
        ranges = [edit["range"]] if "range" in edit else [edit["insert"], edit["replace"]]
        for range_ in ranges:
            yield from in_text(asked.text, range_, where)
            if range_["start"]["line"] != range_["end"]["line"] or not holds(range_, asked.position):
                yield f"{where}: the edit is not of the line and place that was asked for"
        if ranges[0]["start"] != ranges[-1]["start"] or not holds(ranges[-1], ranges[0]):
            yield f"{where}: what is inserted is no start of what is replaced"
        more = [*(item.get("additionalTextEdits") or []), {"range": ranges[-1], "newText": edit["newText"]}]
        try:
            asked.text.edited(more)
        except OutOfText as error:
            yield f"{where}: {error}"


def signature(asked, result):
    count = len(result["signatures"])
    if count and not 0 <= result.get("activeSignature", 0) < count:
        yield "signature help: the active signature is not there"
    for one in result["signatures"]:
        size = len(one["label"].encode("utf-16-le")) // 2
        for parameter in one.get("parameters") or []:
            label = parameter["label"]
            if isinstance(label, str):
                if label not in one["label"]:
                    yield f"signature help: {label!r} is not in {one['label']!r}"
            elif not 0 <= label[0] <= label[1] <= size:
                yield f"signature help: {label} is not in {one['label']!r}"


def actions(asked, result):
    for one in result:
        where = f"the action {one['title']}"
        if "edit" in one:
            yield from workspace_edit(asked.mirror, one["edit"], where)
        for finding in one.get("diagnostics") or []:
            yield from in_text(asked.text, finding["range"], where)


def action(asked, result):
    if "edit" in result:
        yield from workspace_edit(asked.mirror, result["edit"], f"the action {result['title']}")


def edit(asked, result):
    yield from workspace_edit(asked.mirror, result, asked.where)


def one_line(asked, result):
    for one in result:
        yield from in_text(asked.text, one["range"], asked.where)
        if one["range"]["start"]["line"] != one["range"]["end"]["line"]:
            yield f"{asked.where}: more than one line: {one['range']}"


def links(asked, result):
    yield from one_line(asked, result)
    ordered = sorted((key(one["range"]["start"]), key(one["range"]["end"])) for one in result)
    for (_, end), (start, _) in zip(ordered, ordered[1:], strict=False):
        if start < end:
            yield f"{asked.where}: links overlap at {start}"
    for one in result:
        if "://" not in one.get("target", "://"):
            yield f"{asked.where}: {one['target']} is no address"


def hints(asked, result):
    for one in result:
        yield from in_text(asked.text, {"start": one["position"], "end": one["position"]}, asked.where)
        if not holds(asked.range, one["position"]):
            yield f"{asked.where}: a hint at {one['position']}, which was not asked for"


def symbols(asked, result):
    for one in result:
        if "location" in one:
            yield from locations(asked, [one["location"]])
            continue
        yield from in_text(asked.text, one["range"], asked.where)
        if not holds(one["range"], one["selectionRange"]):
            yield f"{asked.where}: the name of {one['name']} is not in it"
        for child in one.get("children") or []:
            if not holds(one["range"], child["range"]):
                yield f"{asked.where}: {child['name']} is not in {one['name']}"
        yield from symbols(asked, one.get("children") or [])


def folds(asked, result):
    for one in result:
        if not 0 <= one["startLine"] <= one["endLine"] < len(asked.text.starts):
            yield f"{asked.where}: {one} of {len(asked.text.starts)} lines"


def locations(asked, result):
    for one in result if isinstance(result, list) else [result]:
        if "range" not in one:
            continue
        text = asked.mirror.text(one["uri"])
        if text is None and path_of(one["uri"]):
            yield f"{asked.where}: {one['uri']} is not there"
        yield from in_text(text, one["range"], asked.where)


def prepared(asked, result):
    range_ = result.get("range", result)
    yield from in_text(asked.text, range_, asked.where)
    if not holds(range_, asked.position):
        yield f"{asked.where}: about another place than was asked for"


def inline(asked, result):
    for item in result["items"] if isinstance(result, dict) else result:
        if "range" in item:
            yield from in_text(asked.text, item["range"], asked.where)
            if item["range"]["start"]["line"] != asked.position["line"]:
                yield f"{asked.where}: of another line than was asked for"


def pulled(asked, result):
    for one in result.get("items") or []:
        yield from in_text(asked.text, one["range"], asked.where)
        yield from related(asked.mirror, one, asked.where)


def pulled_all(asked, result):
    for report in result["items"]:
        now, text = asked.mirror.open.get(report["uri"], (None, None))
        if report.get("version") != now:
            yield f"{asked.where}: version {report.get('version')} of {report['uri']}, which is at {now}"
        for one in report.get("items") or []:
            yield from in_text(text or asked.mirror.text(report["uri"]), one["range"], asked.where)


ANSWERS = {
    "textDocument/hover": hover,
    "textDocument/completion": completion,
    "textDocument/signatureHelp": signature,
    "textDocument/codeAction": actions,
    "codeAction/resolve": action,
    "textDocument/rename": edit,
    "workspace/willRenameFiles": edit,
    "textDocument/codeLens": one_line,
    "textDocument/documentLink": links,
    "textDocument/inlayHint": hints,
    "textDocument/documentSymbol": symbols,
    "workspace/symbol": symbols,
    "textDocument/foldingRange": folds,
    "textDocument/definition": locations,
    "textDocument/references": locations,
    "textDocument/prepareRename": prepared,
    "textDocument/inlineCompletion": inline,
    "textDocument/diagnostic": pulled,
    "workspace/diagnostic": pulled_all,
}
