//! The blocks of a Markdown document, as flat lists in the order of the text.

use tree_sitter::{Node, Tree, TreeCursor};

use crate::embedded::markdown::{Fence, fences};
use crate::text::TextRange;

/// What a document is made of. Ranges are bytes of its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// Headings of every level.
    pub headings: Vec<Heading>,
    /// Items of lists; those within another behind it.
    pub items: Vec<Item>,
    /// Fenced code, also within items.
    pub fences: Vec<Fence>,
    /// Tables.
    pub tables: Vec<Table>,
    /// HTML comments, also within a line; none in code.
    pub comments: Vec<TextRange>,
    /// Quotes.
    pub quotes: Vec<TextRange>,
    /// The lines between `---` at the top.
    pub front_matter: Option<TextRange>,
}

/// A heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its line, or both of its lines, without the end of the line.
    pub range: TextRange,
    /// What it says.
    pub text: TextRange,
    /// From its first byte to the next heading of its level or above, or to the end of the document.
    pub section: TextRange,
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// With all that is in it, without space behind it.
    pub range: TextRange,
    /// Its sign: `-`, `*`, `1.`.
    pub marker: TextRange,
    /// The box in front of its text.
    pub check: Option<Check>,
    /// Its first paragraph, without the box; empty where nothing follows. May go on in further lines.
    pub text: TextRange,
    /// The item that it is in, by its place in the list.
    pub parent: Option<usize>,
}

/// A box: `[ ]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check {
    /// With its brackets.
    pub range: TextRange,
    /// What stands between them.
    pub mark: char,
}

impl Check {
    /// The place of the mark.
    pub const fn inside(&self) -> TextRange {
        TextRange::new(self.range.start + 1, self.range.end - 1)
    }

    /// Whether GitHub and other tools read it.
    pub const fn is_common(&self) -> bool {
        matches!(self.mark, ' ' | 'x' | 'X') && self.range.len() == 3
    }
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// All of it.
    pub range: TextRange,
    /// Its rows, that of the names first, the line of dashes left out; cells without space around them.
    pub rows: Vec<Vec<TextRange>>,
}

impl Outline {
    /// Reads the blocks off a tree.
    pub fn new(text: &str, tree: &Tree) -> Self {
        let outline = Self {
            fences: fences(text),
            ..Self::default()
        };
        let mut reader = Reader { text, outline };
        reader.children(&mut tree.walk(), None);
        let mut outline = reader.outline;
        outline.comments = comments(text, &outline.fences);
        close_sections(&mut outline.headings, text.len());
        outline
    }

    /// The heading that a place stands under, the nearest one.
    pub fn heading_at(&self, offset: u32) -> Option<&Heading> {
        let after = self.headings.partition_point(|it| it.range.start <= offset);
        self.headings[..after].last()
    }

    /// The innermost item that holds a place.
    pub fn item_at(&self, offset: u32) -> Option<usize> {
        let after = self.items.partition_point(|it| it.range.start <= offset);
        (0..after)
            .rev()
            .find(|&it| self.items[it].range.touches(offset))
    }
}

struct Reader<'a> {
    text: &'a str,
    outline: Outline,
}

impl Reader<'_> {
    fn children(&mut self, cursor: &mut TreeCursor<'_>, parent: Option<usize>) {
        if !cursor.goto_first_child() {
            return;
        }
        loop {
            self.node(cursor, parent);
            if !cursor.goto_next_sibling() {
                break;
            }
        }
        cursor.goto_parent();
    }

    fn node(&mut self, cursor: &mut TreeCursor<'_>, parent: Option<usize>) {
        let node = cursor.node();
        match node.kind() {
            "document" | "section" | "list" => self.children(cursor, parent),
            "list_item" => {
                let number = self.item(node, parent);
                self.children(cursor, Some(number));
            }
            "block_quote" => {
                let range = self.trimmed(node);
                self.outline.quotes.push(range);
                self.children(cursor, parent);
            }
            "atx_heading" | "setext_heading" => self.heading(node),
            "pipe_table" => self.table(node),
            "minus_metadata" => self.outline.front_matter = Some(self.trimmed(node)),
            _ => {}
        }
    }

    /// The place of a node without the space at its end, and without the signs of quotes in front of the line
    /// behind it, which the grammar takes for a part of it.
    fn trimmed(&self, node: Node<'_>) -> TextRange {
        let start = node.start_byte().min(self.text.len());
        let mut said = &self.text[start..node.end_byte().min(self.text.len())];
        loop {
            said = said.trim_end();
            let last = said
                .rfind(['\n', '\r'])
                .map_or(said.len(), |newline| newline + 1);
            let is_quote = |it: char| matches!(it, '>' | ' ' | '\t');
            if last == said.len() || !said[last..].chars().all(is_quote) {
                return TextRange::from_usize(start, start + said.len());
            }
            said = &said[..last];
        }
    }

    fn heading(&mut self, node: Node<'_>) {
        let mut level = 1;
        let mut text = TextRange::at(offset(node.end_byte()));
        for child in children(node) {
            match child.kind() {
                "inline" | "paragraph" => text = self.trimmed(child),
                "setext_h2_underline" => level = 2,
                kind if kind.starts_with("atx_h") => {
                    level = kind
                        .as_bytes()
                        .get(5)
                        .map_or(1, |digit| digit.wrapping_sub(b'0'));
                    text = TextRange::at(offset(child.end_byte()));
                }
                _ => {}
            }
        }
        // `# a #`
        let closed = text.slice(self.text);
        let open = closed.trim_end_matches('#').trim_end();
        if open.len() < closed.len() && closed[open.len()..].starts_with(' ') {
            text.end = text.start + offset(open.len());
        }
        let range = self.trimmed(node);
        self.outline.headings.push(Heading {
            level,
            range,
            text,
            section: range,
        });
    }

    fn item(&mut self, node: Node<'_>, parent: Option<usize>) -> usize {
        let mut range = self.trimmed(node);
        let mut marker = TextRange::at(range.start);
        let mut check = None;
        let mut text = None;
        for child in children(node) {
            match child.kind() {
                kind if kind.starts_with("list_marker") => {
                    marker = self.trimmed(child);
                    // Space that is more than the item above asks for.
                    let sign = marker.slice(self.text).trim_start();
                    marker.start = marker.end - offset(sign.len());
                    range.start = marker.start;
                }
                kind if kind.starts_with("task_list_marker") => {
                    check = self.check(self.trimmed(child))
                }
                "paragraph" => {
                    text = Some(self.trimmed(child));
                    break;
                }
                _ => break,
            }
        }
        let behind = check.map_or(marker.end, |check: Check| check.range.end);
        let mut text = text.unwrap_or(TextRange::at(behind));
        if check.is_none() {
            check = self.written_check(text);
            if let Some(check) = check {
                let rest = TextRange::new(check.range.end, text.end.max(check.range.end));
                let said = rest.slice(self.text).trim_start_matches('*');
                let skipped = rest.len() - offset(said.trim_start().len());
                text = TextRange::new(rest.start + skipped, rest.end);
            }
        }
        self.outline.items.push(Item {
            range,
            marker,
            check,
            text,
            parent,
        });
        self.outline.items.len() - 1
    }

    fn check(&self, range: TextRange) -> Option<Check> {
        let mark = range.slice(self.text).chars().nth(1)?;
        Some(Check { range, mark })
    }

    /// A box that is no box to GitHub: `[~]`, `[]`, `[x ]`, `[ ]*`, or one with nothing behind it.
    fn written_check(&self, text: TextRange) -> Option<Check> {
        let said = text.slice(self.text);
        let rest = said.strip_prefix('[')?;
        let odd = ["[]", "[x ]", "[ x]", "[X ]"]
            .into_iter()
            .find(|odd| said.starts_with(odd));
        if let Some(odd) = odd {
            let is_apart = said[odd.len()..].starts_with(' ');
            return is_apart.then(|| Check {
                range: TextRange::new(text.start, text.start + offset(odd.len())),
                mark: if odd.len() > 2 { 'x' } else { ' ' },
            });
        }
        let mark = rest.chars().next().filter(|it| *it != ']')?;
        let behind = rest[mark.len_utf8()..].strip_prefix(']')?;
        let is_apart = behind.is_empty() || behind.starts_with([' ', '\t', '\n', '\r', '*']);
        let is_mark = " xX~/-!>?".contains(mark);
        (is_apart && is_mark).then(|| Check {
            range: TextRange::new(text.start, text.start + 2 + offset(mark.len_utf8())),
            mark,
        })
    }

    fn table(&mut self, node: Node<'_>) {
        let mut rows = Vec::new();
        for row in children(node) {
            if matches!(row.kind(), "pipe_table_header" | "pipe_table_row") {
                let cells = children(row);
                let cells = cells.filter(|cell| cell.kind() == "pipe_table_cell");
                rows.push(cells.map(|cell| self.trimmed(cell)).collect());
            }
        }
        let range = self.trimmed(node);
        self.outline.tables.push(Table { range, rows });
    }
}

fn children(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    (0..node.child_count()).filter_map(move |at| node.child(at))
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// A section goes on to the next heading that is not below its own.
fn close_sections(headings: &mut [Heading], length: usize) {
    let mut open: Vec<usize> = Vec::new();
    for at in 0..headings.len() {
        let (level, start) = (headings[at].level, headings[at].range.start);
        while let Some(last) = open.pop_if(|last| headings[*last].level >= level) {
            headings[last].section.end = start;
        }
        open.push(at);
    }
    for last in open {
        headings[last].section.end = offset(length);
    }
}

/// All comments, but for those in fences and code spans on the same line.
fn comments(text: &str, fences: &[Fence]) -> Vec<TextRange> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = memchr::memmem::find(&text.as_bytes()[at..], b"<!--").map(|it| at + it)
    {
        let behind = start + "<!--".len();
        let end = memchr::memmem::find(&text.as_bytes()[behind..], b"-->");
        let end = end.map_or(text.len(), |it| behind + it + "-->".len());
        let here = TextRange::from_usize(start, end);
        let line = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let is_code = text[line..start].matches('`').count() % 2 == 1
            || fences
                .iter()
                .any(|fence| fence.body().contains_range(TextRange::at(here.start)));
        at = if is_code { behind } else { end };
        if !is_code {
            found.push(here);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::markdown::Syntax;
    use super::*;

    fn outline(text: &str) -> Outline {
        Syntax::parse(text).outline(text)
    }

    #[test]
    fn items_have_boxes_texts_and_parents() {
        let text = "- [x] 1.1 a\n  more\n  - Run: `b`\n- [ ]\n* [~] c\n1. [ ]* d\n+ e\n";
        let outline = outline(text);
        let shown: Vec<_> = outline
            .items
            .iter()
            .map(|it| {
                (
                    it.check.map(|check| check.mark),
                    it.text.slice(text),
                    it.parent,
                )
            })
            .collect();
        let expected = [
            (Some('x'), "1.1 a\n  more", None),
            (None, "Run: `b`", Some(0)),
            (Some(' '), "", None),
            (Some('~'), "c", None),
            (Some(' '), "d", None),
            (None, "e", None),
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn sections_end_at_the_next_heading_of_their_level() {
        let text = "# a\n## b #\n### c\nd\n====\ne\n";
        let outline = outline(text);
        let shown: Vec<_> = outline
            .headings
            .iter()
            .map(|it| (it.level, it.text.slice(text), it.section.slice(text)))
            .collect();
        let expected = [
            (1, "a", "# a\n## b #\n### c\n"),
            (2, "b", "## b #\n### c\n"),
            (3, "c", "### c\n"),
            (1, "d", "d\n====\ne\n"),
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn tables_have_cells_and_comments_are_not_in_code() {
        let text = "| K | V |\n| - | - |\n| `a\\|b` | c |\n\n<!-- d --> `<!-- e -->`\n\n```\n<!-- f -->\n```\n";
        let outline = outline(text);
        let cells = |row: &Vec<TextRange>| row.iter().map(|it| it.slice(text)).collect::<Vec<_>>();
        let rows: Vec<_> = outline.tables[0].rows.iter().map(cells).collect();
        assert_eq!(rows, [["K", "V"], ["`a\\|b`", "c"]]);
        let comments: Vec<_> = outline.comments.iter().map(|it| it.slice(text)).collect();
        assert_eq!(comments, ["<!-- d -->"]);
    }
}
