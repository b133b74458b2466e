//! What a stage's template says, taken apart: sections, and in them steps whose ids are still names.

use crate::journal::plan::{FieldName, Known};

/// A section of a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which.
    pub known: Known,
    /// What is in it, in order.
    pub blocks: Vec<Block>,
}

/// A piece of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A paragraph, a list, a fence: lines as they are.
    Prose(String),
    /// A step.
    Step(Step),
}

/// A step that has no number yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// What other steps call it: `smoke`.
    pub label: String,
    /// What is to be done.
    pub title: String,
    /// What it says of itself, in the order in which plans are written.
    pub fields: Vec<(FieldName, String)>,
    /// The files that it writes.
    pub fences: Vec<Fence>,
}

/// A file in a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence {
    /// What stands behind the marks: ``python title="src/train.py"``.
    pub info: String,
    /// Its lines, without the step's indent, each with its end.
    pub text: String,
}

impl Fence {
    /// The path of the file.
    pub fn path(&self) -> Option<&str> {
        let (_, rest) = self.info.split_once("title=\"")?;
        rest.split('"').next()
    }
}

impl Step {
    /// The values of a field.
    pub fn values(&self, name: FieldName) -> impl Iterator<Item = &str> {
        let fields = self.fields.iter().filter(move |(known, _)| *known == name);
        fields.map(|(_, value)| value.as_str())
    }
}

/// The order of fields in a plan.
const ORDER: [FieldName; 13] = [
    FieldName::Status,
    FieldName::Depends,
    FieldName::Optional,
    FieldName::Files,
    FieldName::Packages,
    FieldName::Model,
    FieldName::Dataset,
    FieldName::Params,
    FieldName::Run,
    FieldName::Verify,
    FieldName::Why,
    FieldName::Security,
    FieldName::Kind,
];

/// Reads what a template made.
///
/// # Errors
/// The line that is no part of a plan: a mistake in a template.
pub fn read(text: &str) -> Result<Vec<Part>, String> {
    let mut reader = Reader::default();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        reader.line(line.trim_end(), &mut lines)?;
    }
    reader.end();
    Ok(reader.parts)
}

#[derive(Default)]
struct Reader {
    parts: Vec<Part>,
    prose: String,
}

impl Reader {
    fn line<'a>(
        &mut self,
        line: &'a str,
        rest: &mut impl Iterator<Item = &'a str>,
    ) -> Result<(), String> {
        if let Some(title) = line.strip_prefix("## ") {
            self.end();
            let known = Known::find(title).ok_or_else(|| format!("no section `{title}`"))?;
            self.parts.push(Part {
                known,
                blocks: Vec::new(),
            });
            return Ok(());
        }
        if let Some(step) = line.strip_prefix("- [ ] #") {
            self.end();
            let (label, title) = step
                .split_once(' ')
                .ok_or_else(|| format!("no title: {line}"))?;
            let step = Step {
                label: label.to_owned(),
                title: title.trim().to_owned(),
                ..Step::default()
            };
            return self.push(Block::Step(step));
        }
        if let Some(inner) = line.strip_prefix("  ")
            && self.prose.is_empty()
            && let Some(step) = self.step()
        {
            return read_inner(step, inner, rest);
        }
        match line.is_empty() {
            true => self.end(),
            false => self.prose_line(line, rest),
        }
        Ok(())
    }

    /// A line outside of steps; a fence is taken whole.
    fn prose_line<'a>(&mut self, line: &str, rest: &mut impl Iterator<Item = &'a str>) {
        self.prose.push_str(line);
        self.prose.push('\n');
        let marks: String = line.chars().take_while(|c| *c == '`').collect();
        if marks.len() < 3 {
            return;
        }
        for line in rest {
            self.prose.push_str(line);
            self.prose.push('\n');
            if line.trim_end() == marks {
                break;
            }
        }
        self.end();
    }

    fn step(&mut self) -> Option<&mut Step> {
        match self.parts.last_mut()?.blocks.last_mut()? {
            Block::Step(step) => Some(step),
            Block::Prose(_) => None,
        }
    }

    fn end(&mut self) {
        let prose = std::mem::take(&mut self.prose);
        if !prose.is_empty() {
            // Without a section above it there is nobody to read it.
            let _ = self.push(Block::Prose(prose));
        }
    }

    fn push(&mut self, block: Block) -> Result<(), String> {
        let part = self
            .parts
            .last_mut()
            .ok_or("nothing stands above the first section")?;
        part.blocks.push(block);
        Ok(())
    }
}

/// A line of a step: a field or the beginning of a file.
fn read_inner<'a>(
    step: &mut Step,
    line: &str,
    rest: &mut impl Iterator<Item = &'a str>,
) -> Result<(), String> {
    let line = line.trim_start();
    if let Some(field) = line.strip_prefix("- ") {
        let (name, value) = field
            .split_once(": ")
            .ok_or_else(|| format!("no field: {line}"))?;
        let name = FieldName::find(name).ok_or_else(|| format!("no field `{name}`: {line}"))?;
        step.fields.push((name, value.trim().to_owned()));
        let place = |name: FieldName| ORDER.iter().position(|known| *known == name);
        step.fields.sort_by_key(|(name, _)| place(*name));
        return Ok(());
    }
    let marks: String = line.chars().take_while(|c| *c == '`').collect();
    if marks.len() < 3 {
        return Err(format!(
            "neither field nor fence in step `{}`: {line}",
            step.label
        ));
    }
    let mut text = String::new();
    for line in rest {
        if line.trim() == marks {
            break;
        }
        text.push_str(line.strip_prefix("  ").unwrap_or(line).trim_end());
        text.push('\n');
    }
    let info = line[marks.len()..].trim().to_owned();
    step.fences.push(Fence { info, text });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_fields_and_files_are_told_apart() {
        let text = "## Data Pipeline\n\nProse.\n\n- [ ] #data Make it\n\n  - Kind: dataset\n  - Depends: #pins\n\n  \
                    ```python title=\"a.py\"\n  def f():\n\n      pass\n  ```\n\n- [ ] #test Test it\n  - Verify: seen\n";
        let parts = read(text).unwrap();
        let [
            Part {
                known: Known::Data,
                blocks,
            },
        ] = &parts[..]
        else {
            panic!("{parts:?}")
        };
        let [Block::Prose(prose), Block::Step(data), Block::Step(test)] = &blocks[..] else {
            panic!("{blocks:?}")
        };
        assert_eq!(prose, "Prose.\n");
        assert_eq!(data.fields[0], (FieldName::Depends, "#pins".to_owned()));
        assert_eq!(data.fences[0].path(), Some("a.py"));
        assert_eq!(data.fences[0].text, "def f():\n\n    pass\n");
        assert_eq!(
            (test.label.as_str(), test.title.as_str()),
            ("test", "Test it")
        );
    }

    #[test]
    fn mistakes_of_templates_are_told() {
        assert!(read("## Nonsense\n").is_err());
        assert!(read("## Data Pipeline\n- [ ] #a A\n  - Verfy: x\n").is_err());
        assert!(read("## Data Pipeline\n- [ ] #a A\n  words\n").is_err());
    }
}
