"""Texts and places in them, counted as the protocol does: an implementation of its own, to compare the server's with."""

import re

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")


class OutOfText(ValueError):
    """A place that the text does not have."""


def units(text, encoding):
    """How many units of a position encoding a text takes."""
    match encoding:
        case "utf-8":
            return len(text.encode())
        case "utf-16":
            return len(text.encode("utf-16-le")) // 2
        case "utf-32":
            return len(text)
    raise ValueError(f"no such encoding: {encoding}")


class Text:
    """One state of a document."""

    def __init__(self, content, encoding="utf-16"):
        self.content = content
        self.encoding = encoding
        self.starts = [0]
        self.starts += [end.end() for end in re.finditer(r"\r\n|\r|\n", content)]

    def line(self, number):
        """A line without its end."""
        if not 0 <= number < len(self.starts):
            raise OutOfText(f"line {number} of {len(self.starts)}")
        return LINE.match(self.content, self.starts[number]).group().rstrip("\r\n")

    def offset(self, position):
        """The index of a position, which must be there exactly."""
        line, left = self.line(position["line"]), position["character"]
        index = self.starts[position["line"]]
        for letter in line:
            if left <= 0:
                break
            left -= units(letter, self.encoding)
            index += 1
        if left > 0:
            raise OutOfText(f"{position} is behind the end of its line")
        if left < 0:
            raise OutOfText(f"{position} is within a letter")
        return index

    def position(self, offset):
        """The position of an index."""
        line = max(number for number, start in enumerate(self.starts) if start <= offset)
        return {"line": line, "character": units(self.content[self.starts[line] : offset], self.encoding)}

    def span(self, range_):
        """First and last index of a range, which must be there and the right way round."""
        start, end = self.offset(range_["start"]), self.offset(range_["end"])
        if start > end:
            raise OutOfText(f"{range_} ends before it starts")
        return start, end

    def of(self, range_):
        """What stands in a range."""
        start, end = self.span(range_)
        return self.content[start:end]

    def range_of(self, part, nth=0):
        """The range of the nth occurrence of a part."""
        start = -1
        for _ in range(nth + 1):
            start = self.content.index(part, start + 1)
        return {"start": self.position(start), "end": self.position(start + len(part))}

    def changed(self, range_, new):
        """The text with a range replaced; all of it without a range."""
        if range_ is None:
            return Text(new, self.encoding)
        start, end = self.span(range_)
        return Text(self.content[:start] + new + self.content[end:], self.encoding)

    def edited(self, edits):
        """The text after edits that are all of this state: none may overlap."""
        spans = [(*self.span(edit["range"]), edit["newText"]) for edit in edits]
        # Insertions at one place keep their order.
        spans.sort(key=lambda it: it[:2])
        parts, last = [], 0
        for start, end, new in spans:
            if start < last:
                raise OutOfText(f"edits overlap at {self.position(start)}")
            parts += [self.content[last:start], new]
            last = end
        return Text("".join(parts) + self.content[last:], self.encoding)
