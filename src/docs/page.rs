//! The Markdown of a documentation page: the parts about one symbol cut out.
//!
//! A part begins at a heading that ends with its anchor, `#### transformers.Trainer[[transformers.Trainer]]`, and ends at
//! the next such heading. Behind a fence with the signature and a link to the source come `**Parameters:**`, one entry a
//! paragraph, then `**Returns:**`, then the description.

use super::find::{ArgumentDoc, Group, Release, SymbolDoc};

/// The part of a page about one symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<'p> {
    /// Everything between the headings.
    body: &'p str,
    anchor: &'p str,
}

/// One entry of a part's parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry<'p> {
    name: &'p str,
    heading: &'p str,
    text: &'p str,
    group: Option<&'p str>,
}

/// The part about the symbol with that anchor (`transformers.Trainer.train`); a heading of level four wins over the
/// page's own headings, which may bear the same anchor.
pub fn part<'p>(page: &'p str, anchor: &str) -> Option<Part<'p>> {
    let headings = headings(page);
    let is_it = |heading: &&Heading<'_>| heading.anchor == anchor;
    let found = headings
        .iter()
        .filter(is_it)
        .max_by_key(|heading| (heading.level == 4, std::cmp::Reverse(heading.start)))?;
    let end = headings
        .iter()
        .map(|heading| heading.start)
        .find(|start| *start > found.start);
    let body = page[found.end..end.unwrap_or(page.len())].trim();
    Some(Part {
        body,
        anchor: found.anchor,
    })
}

impl<'p> Part<'p> {
    /// The entry of a parameter.
    pub fn argument(&self, name: &str, release: &Release) -> Option<ArgumentDoc> {
        let entries = self.entries();
        let entry = entries
            .iter()
            .find(|entry| entry.name == name && !entry.text.is_empty())?;
        Some(ArgumentDoc {
            name: name.to_owned(),
            owner: self.anchor.to_owned(),
            heading: entry.heading.to_owned(),
            text: entry.text.to_owned(),
            group: entry.group.map(ToOwned::to_owned),
            release: release.clone(),
        })
    }

    /// Description, groups of parameters and result.
    pub fn symbol(&self, release: &Release) -> SymbolDoc {
        let mut groups: Vec<Group> = Vec::new();
        for entry in self.entries() {
            match groups
                .last_mut()
                .filter(|group| group.title.as_deref() == entry.group)
            {
                Some(group) => group.names.push(entry.name.to_owned()),
                None => groups.push(Group {
                    title: entry.group.map(ToOwned::to_owned),
                    names: vec![entry.name.to_owned()],
                }),
            }
        }
        SymbolDoc {
            owner: self.anchor.to_owned(),
            description: self.description(),
            groups,
            returns: self.returns(),
            release: release.clone(),
        }
    }

    fn entries(&self) -> Vec<Entry<'p>> {
        let mut entries: Vec<Entry<'p>> = Vec::new();
        let mut group = None;
        let mut inside = false;
        for paragraph in paragraphs(self.body) {
            if let Some(title) = label(paragraph) {
                inside = title == "Parameters" || (inside && !ENDS.contains(&title));
                group = (inside && title != "Parameters").then_some(title);
            } else if let Some(title) = paragraph.strip_prefix("> ").filter(|_| inside) {
                group = (!title.starts_with('[')).then(|| title.trim());
            } else if inside {
                match entry(paragraph) {
                    Some((name, heading, text)) => entries.push(Entry {
                        name,
                        heading,
                        text,
                        group,
                    }),
                    // A blank line ends the last entry; what follows is the description.
                    None => inside = false,
                }
            }
        }
        entries
    }

    fn returns(&self) -> Option<(String, String)> {
        let paragraphs = paragraphs(self.body);
        let at = paragraphs
            .iter()
            .position(|paragraph| label(paragraph) == Some("Returns"))?;
        let text = paragraphs.get(at + 1)?;
        if label(text).is_some() {
            return None;
        }
        let is_type =
            text.starts_with('`') && text.ends_with('`') && !text.contains(char::is_whitespace);
        let rest = paragraphs
            .get(at + 2)
            .filter(|next| is_type && label(next).is_none());
        Some(match rest {
            Some(rest) => ((*text).to_owned(), (*rest).to_owned()),
            None => (String::new(), (*text).to_owned()),
        })
    }

    /// What stands behind the lists.
    fn description(&self) -> String {
        let paragraphs = paragraphs(self.body);
        let mut kept: Vec<&str> = Vec::new();
        let mut skip = 0_usize;
        let mut inside = false;
        for paragraph in &paragraphs {
            let titled = label(paragraph);
            let is_entry = inside && (entry(paragraph).is_some() || paragraph.starts_with("> "));
            inside = titled.map_or(is_entry, |title| {
                title == "Parameters" || (inside && !ENDS.contains(&title))
            });
            if titled.is_some() {
                skip = usize::from(!inside);
            } else if skip > 0 {
                skip -= 1;
            } else if !is_entry
                && !paragraph.starts_with("```")
                && !paragraph.starts_with("[Source]")
            {
                kept.push(paragraph);
            }
        }
        kept.join("\n\n")
    }
}

/// Labels behind which no parameters stand.
const ENDS: [&str; 5] = ["Returns", "Yields", "Raises", "Return type", "Example"];

struct Heading<'p> {
    level: usize,
    start: usize,
    end: usize,
    anchor: &'p str,
}

/// The headings with anchors, outside of code.
fn headings(page: &str) -> Vec<Heading<'_>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut in_code = false;
    for line in page.split_inclusive('\n') {
        let end = start + line.len();
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        } else if !in_code && let Some((level, anchor)) = heading(line.trim()) {
            found.push(Heading {
                level,
                start,
                end,
                anchor,
            });
        }
        start = end;
    }
    found
}

/// Level and anchor of `#### run[[mill.Mill.run]]`.
fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.len() - line.trim_start_matches('#').len();
    let (_, anchor) = line.strip_suffix("]]")?.rsplit_once("[[")?;
    (1..=6).contains(&level).then_some((level, anchor))
}

/// Paragraphs, code in one piece.
fn paragraphs(body: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut at) = (0, 0);
    let mut in_code = false;
    for line in body.split_inclusive('\n') {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        at += line.len();
        if line.trim().is_empty() && !in_code {
            found.push(body[start..at].trim());
            start = at;
        }
    }
    found.push(body[start..].trim());
    found.retain(|paragraph| !paragraph.is_empty());
    found
}

/// `Parameters` of `**Parameters:**`.
fn label(paragraph: &str) -> Option<&str> {
    let inner = paragraph.strip_prefix("**")?.strip_suffix("**")?;
    (!inner.contains('*') && !inner.contains('\n')).then(|| inner.trim().trim_end_matches(':'))
}

/// Name, heading and text of `name (`type`) : text`, also without a space before the parenthesis.
fn entry(paragraph: &str) -> Option<(&str, &str, &str)> {
    let is_part = |c: char| c == '_' || c.is_alphanumeric();
    let stars = paragraph.len() - paragraph.trim_start_matches('*').len();
    let rest = &paragraph[stars..];
    let end = rest.find(|c| !is_part(c))?;
    let begins = rest.starts_with(|c: char| c == '_' || c.is_alphabetic());
    let tail = rest[end..].trim_start_matches(' ');
    if !begins || !(tail.starts_with('(') || tail.starts_with(':')) {
        return None;
    }
    let docstring = super::docstring::entry(rest)?;
    Some((&rest[..end], docstring.0, docstring.1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PAGE: &str = "# Mills

## Mill[[mill.Mill]]

#### mill.Mill[[mill.Mill]]

```python
mill.Mill(stones: int = 2)
```

[Source](https://github.com/x/mill/blob/v1.0/mill.py#L1)

**Parameters:**

stones (`int`, *optional*) : How many.

gap(`float`) : Between them: in metres.
- small
- large

> Sound

loud (`bool`) : Whether it is heard.

A mill that grinds.

More about it.

#### run[[mill.Mill.run]]

**Returns:**

`Flour`

What comes out.

Runs the mill.
";

    #[test]
    fn parts_are_cut_out_exactly() {
        let release = Release::default();
        let mill = part(PAGE, "mill.Mill").unwrap();
        assert_eq!(mill.argument("stones", &release).unwrap().text, "How many.");
        assert_eq!(
            mill.argument("gap", &release).unwrap().text,
            "Between them: in metres.\n- small\n- large"
        );
        assert_eq!(
            mill.argument("loud", &release).unwrap().group.as_deref(),
            Some("Sound")
        );
        assert_eq!(mill.argument("run", &release), None);
        let symbol = mill.symbol(&release);
        assert_eq!(symbol.description, "A mill that grinds.\n\nMore about it.");
        assert_eq!(symbol.groups.len(), 2);
        let run = part(PAGE, "mill.Mill.run").unwrap().symbol(&release);
        assert_eq!(
            run.returns,
            Some(("`Flour`".to_owned(), "What comes out.".to_owned()))
        );
        assert!(part(PAGE, "mill.Other").is_none());
    }

    proptest! {
        #[test]
        fn any_page_is_survived(page in r"(#### a\[\[m\.A\]\]|\*\*Parameters:\*\*|a \(`x`\) : t|> G|```|\n|é|\*\*Returns:\*\*){0,30}") {
            if let Some(part) = part(&page, "m.A") {
                part.symbol(&Release::default());
                part.argument("a", &Release::default());
            }
        }
    }
}
