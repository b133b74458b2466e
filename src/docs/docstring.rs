//! Docstrings as Hugging Face's libraries write them, taken apart.
//!
//! They are Google's form with types in parentheses: `name (`type`, *optional*, defaults to 1): text`, lists of parameters
//! cut into groups by lines like `> Optimizer`. Nothing is copied: all parts are slices of the text. What ends an entry is
//! its indentation, as in the builder of Hugging Face's own pages (hf-doc-builder 0.5 `convert_rst_to_mdx.py`,
//! `parse_rst_docstring`).

mod item;

use item::Item;

/// A docstring taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Docstring<'t> {
    /// What stands before the first section.
    pub description: &'t str,
    /// Its parameters in order.
    pub parameters: Vec<Parameter<'t>>,
    /// What it returns or yields.
    pub returns: Option<Returned<'t>>,
    /// The exceptions that it raises.
    pub raises: Vec<Raised<'t>>,
    /// The examples under their heading.
    pub examples: Option<&'t str>,
}

/// One documented parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter<'t> {
    /// Its name without stars; several where one entry documents them together.
    pub names: Vec<&'t str>,
    /// What stands behind the name before the text: `(`str`, *optional*)`; empty where there is nothing.
    pub heading: &'t str,
    /// The text, trimmed, with the line breaks and indentation of the source.
    pub text: &'t str,
    /// The group it stands in.
    pub group: Option<&'t str>,
    /// Whether it stands under `Attributes:`.
    pub is_attribute: bool,
}

/// What a callable returns or yields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Returned<'t> {
    /// The type as written.
    pub kind: Option<&'t str>,
    /// The text, trimmed.
    pub text: &'t str,
}

/// An exception that is documented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raised<'t> {
    /// Its class as written.
    pub exception: &'t str,
    /// When, trimmed.
    pub text: &'t str,
}

impl<'t> Docstring<'t> {
    /// The first paragraph.
    pub fn summary(&self) -> &'t str {
        first_paragraph(self.description)
    }

    /// The entry of a parameter. One that has a text wins over one that has none, a parameter over an attribute.
    pub fn parameter(&self, name: &str) -> Option<&Parameter<'t>> {
        let named = |entry: &&Parameter<'t>| entry.names.contains(&name);
        let weight = |entry: &&Parameter<'t>| (entry.text.is_empty(), entry.is_attribute);
        self.parameters.iter().filter(named).min_by_key(weight)
    }
}

/// Takes a docstring apart.
pub fn parse(text: &str) -> Docstring<'_> {
    Parser::new(text).run(false)
}

/// The same for a text that may be a list of parameters without a heading, as `@auto_docstring` of transformers
/// takes it.
pub fn parse_bare(text: &str) -> Docstring<'_> {
    let parser = Parser::new(text);
    let is_headed =
        (0..parser.lines.len()).any(|at| parser.heading(at).is_some_and(Heading::lists));
    parser.run(!is_headed)
}

/// Heading and text of one entry, which begins with its name.
pub(super) fn entry(text: &str) -> Option<(&str, &str)> {
    item::split(text).map(|item| (item.heading, item.text))
}

/// The first paragraph of a text, trimmed.
pub fn first_paragraph(text: &str) -> &str {
    let text = text.trim();
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() {
            break;
        }
        end += line.len();
    }
    text[..end].trim_end()
}

/// A line that begins a section.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Heading {
    Parameters,
    Attributes,
    Returns,
    Raises,
    Examples,
}

impl Heading {
    /// Reads a trimmed line.
    fn read(line: &str) -> Option<Self> {
        let word = line.strip_suffix(':')?;
        let word = word.strip_suffix(':').unwrap_or(word);
        Some(match word {
            "Arg" | "Args" | "Argument" | "Arguments" | "Param" | "Params" | "Parameter"
            | "Parameters" | "Keyword Args" | "Keyword Arguments" | "Other Parameters" => {
                Self::Parameters
            }
            "Attribute" | "Attributes" | "Class attributes" => Self::Attributes,
            "Return" | "Returns" | "Yield" | "Yields" => Self::Returns,
            "Raise" | "Raises" => Self::Raises,
            "Example" | "Examples" | "Usage" | "Example usage" => Self::Examples,
            _ => return None,
        })
    }

    const fn lists(self) -> bool {
        matches!(self, Self::Parameters | Self::Attributes)
    }
}

#[derive(Clone, Copy)]
struct Line<'t> {
    /// Offset of its first byte.
    start: usize,
    text: &'t str,
    /// Bytes of white space before the first other character.
    indent: usize,
}

impl Line<'_> {
    fn is_blank(&self) -> bool {
        self.indent == self.text.len()
    }
}

struct Parser<'t> {
    text: &'t str,
    lines: Vec<Line<'t>>,
    found: Docstring<'t>,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Self {
        let mut start = 0;
        let mut lines: Vec<Line<'t>> = Vec::new();
        for whole in text.split_inclusive('\n') {
            let line = whole.trim_end();
            let indent = line.len() - line.trim_start().len();
            lines.push(Line {
                start,
                text: line,
                indent,
            });
            start += whole.len();
        }
        let others = lines.iter().skip(1).filter(|line| !line.is_blank());
        let common = others.map(|line| line.indent).min();
        // What stands beside the opening quotes is as far in as the lines below.
        if let (Some(first), Some(common)) = (lines.first_mut(), common)
            && !first.is_blank()
        {
            first.indent = first.indent.max(common);
        }
        Self {
            text,
            lines,
            found: Docstring::default(),
        }
    }

    fn heading(&self, at: usize) -> Option<Heading> {
        Heading::read(self.lines[at].text.trim_start())
    }

    /// The whole, from the first line on; with `bare` the text itself is a list of parameters.
    fn run(mut self, bare: bool) -> Docstring<'t> {
        let mut at = 0;
        let mut described = None;
        if bare {
            let first = self.first_item(0);
            described = first.map(|line| self.lines[line].start);
            at = first.map_or(0, |line| self.entries(line, None, false));
        }
        while at < self.lines.len() {
            let Some(heading) = self.heading(at) else {
                at += 1;
                continue;
            };
            described.get_or_insert(self.lines[at].start);
            let depth = self.lines[at].indent;
            at = match (heading, self.next_line(at + 1)) {
                (_, None) => self.lines.len(),
                (Heading::Parameters | Heading::Attributes, Some(first)) => {
                    self.entries(first, Some(depth), heading == Heading::Attributes)
                }
                (Heading::Returns, Some(first)) => self.returned(first),
                (Heading::Raises, Some(first)) => self.raised(first),
                (Heading::Examples, Some(first)) => self.examples(at, first),
            };
        }
        let end = described.unwrap_or(self.text.len());
        self.found.description = self.text[..end].trim();
        self.found
    }

    /// The first line from `at` on that holds anything.
    fn next_line(&self, at: usize) -> Option<usize> {
        (at..self.lines.len()).find(|line| !self.lines[*line].is_blank())
    }

    /// The first line that looks like an entry and is not further in than the first of all.
    fn first_item(&self, at: usize) -> Option<usize> {
        let depth = self.lines[self.next_line(at)?].indent;
        let fits = |line: &usize| self.lines[*line].indent <= depth && self.begins_entry(*line);
        (at..self.lines.len()).find(fits)
    }

    /// Reads entries from line `first` on and gives the line behind them.
    fn entries(&mut self, first: usize, outer: Option<usize>, is_attribute: bool) -> usize {
        let mut depth = self.lines[first].indent;
        let mut group = None;
        let mut open: Option<usize> = None;
        let mut at = first;
        while at < self.lines.len() {
            let line = self.lines[at];
            if line.is_blank() || line.indent > depth {
                at += 1;
                continue;
            }
            if line.indent < depth {
                // Entries may stand askew, but not as far out as their heading.
                if outer.is_none_or(|outer| line.indent <= outer) || !self.begins_entry(at) {
                    break;
                }
                depth = line.indent;
            }
            // Code beside the entries is an example.
            if self.heading(at).is_some() || line.text.trim_start().starts_with("```") {
                break;
            }
            let title = group_title(line.text);
            if title.is_some() || self.begins_entry(at) {
                self.close(open.take(), at, group, is_attribute);
                match title {
                    Some(title) => group = Some(title),
                    None => open = Some(at),
                }
            }
            at += 1;
        }
        self.close(open, at, group, is_attribute);
        at
    }

    /// Keeps the entry that begins at line `open` and ends before line `end`.
    fn close(
        &mut self,
        open: Option<usize>,
        end: usize,
        group: Option<&'t str>,
        is_attribute: bool,
    ) {
        let Some(open) = open else { return };
        let text = self.slice(open, end);
        if let Some(Item {
            names,
            heading,
            text,
        }) = item::split(text)
        {
            self.found.parameters.push(Parameter {
                names,
                heading,
                text,
                group,
                is_attribute,
            });
        }
    }

    /// Whether a line begins an entry of a list of parameters.
    fn begins_entry(&self, at: usize) -> bool {
        let line = self.lines[at];
        let is_followed = || {
            let next = self.lines.get(at + 1);
            next.is_some_and(|next| !next.is_blank() && next.indent > line.indent)
        };
        match item::start(line.text.trim_start()) {
            item::Start::Yes => true,
            item::Start::NameAlone => is_followed(),
            item::Start::No => false,
        }
    }

    /// The lines from `first` to before `end`, trimmed.
    fn slice(&self, first: usize, end: usize) -> &'t str {
        let to = self
            .lines
            .get(end)
            .map_or(self.text.len(), |line| line.start);
        self.text[self.lines[first].start..to].trim()
    }

    /// The line behind a block that is at least as far in as its first line.
    fn block_end(&self, first: usize) -> usize {
        let depth = self.lines[first].indent;
        let ends = |at: &usize| {
            let line = &self.lines[*at];
            !line.is_blank() && (line.indent < depth || self.heading(*at).is_some())
        };
        (first + 1..self.lines.len())
            .find(ends)
            .unwrap_or(self.lines.len())
    }

    fn returned(&mut self, first: usize) -> usize {
        let end = self.block_end(first);
        let text = self.slice(first, end);
        let split = item::split_type(text);
        self.found.returns.get_or_insert(match split {
            Some((kind, text)) => Returned {
                kind: Some(kind),
                text,
            },
            None => Returned { kind: None, text },
        });
        end
    }

    fn raised(&mut self, first: usize) -> usize {
        let end = self.block_end(first);
        let depth = self.lines[first].indent;
        let starts: Vec<usize> = (first..end)
            .filter(|at| !self.lines[*at].is_blank() && self.lines[*at].indent == depth)
            .collect();
        for (index, start) in starts.iter().enumerate() {
            let to = starts.get(index + 1).copied().unwrap_or(end);
            let text = self.slice(*start, to).trim_start_matches("- ");
            let (exception, text) = text.split_once(':').unwrap_or((text, ""));
            let exception = exception.trim().trim_matches('`');
            self.found.raises.push(Raised {
                exception,
                text: text.trim(),
            });
        }
        end
    }

    fn examples(&mut self, heading: usize, first: usize) -> usize {
        // Examples stand below their heading or beside it.
        let depth = self.lines[heading].indent.min(self.lines[first].indent);
        let ends = |at: &usize| {
            let line = &self.lines[*at];
            !line.is_blank() && (line.indent < depth || self.heading(*at).is_some())
        };
        let end = (first + 1..self.lines.len())
            .find(ends)
            .unwrap_or(self.lines.len());
        let text = self.slice(first, end);
        self.found.examples.get_or_insert(text);
        end
    }
}

/// `> Learning rate` begins a group; `> [!TIP]` does not.
fn group_title(line: &str) -> Option<&str> {
    let title = line.trim().strip_prefix('>')?.trim();
    (!title.is_empty() && !title.starts_with(['[', '>'])).then_some(title)
}

#[cfg(test)]
mod tests;
