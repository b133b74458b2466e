//! What a project says of itself.

use toml_edit::{DocumentMut, Item};

use crate::journal::surroundings::Surroundings;

/// A description is a sentence or two; a file that begins with more begins with something else.
const LONGEST: usize = 600;

/// What a project says of itself.
#[derive(Debug, Default)]
pub struct About {
    /// Its name.
    pub name: Option<String>,
    /// What it is, in a sentence or two.
    pub description: Option<String>,
    /// Which releases of Python it runs with.
    pub python: Option<String>,
}

impl About {
    /// Reads the project's file, and what that does not say off the first lines for people.
    pub fn of(surroundings: &Surroundings<'_>) -> Self {
        let mut about = Self::declared(surroundings).unwrap_or_default();
        if let Some(readme) = surroundings.project.document("README.md") {
            let (name, description) = first_words(readme.text());
            about.name = about.name.or(name);
            about.description = about.description.or(description);
        }
        about
    }

    fn declared(surroundings: &Surroundings<'_>) -> Option<Self> {
        let document = surroundings.project.document("pyproject.toml")?;
        let parsed = document.text().parse::<DocumentMut>().ok()?;
        let said = |key: &str| {
            let text = |item: &Item| item.as_str().map(str::to_owned);
            let own = parsed.get("project").and_then(|it| it.get(key));
            let poetry = || parsed.get("tool")?.get("poetry")?.get(key);
            own.and_then(text).or_else(|| poetry().and_then(text))
        };
        let is_said =
            |text: &String| !text.trim().is_empty() && text != "Add your description here";
        Some(Self {
            name: said("name"),
            description: said("description").filter(is_said),
            python: said("requires-python"),
        })
    }

    /// The title of a document about the project.
    pub fn title(&self, what: &str) -> String {
        match &self.name {
            Some(name) => format!("# {what}: {name}\n"),
            None => format!("# {what}\n"),
        }
    }
}

/// The first heading and the first paragraph below it: no badges, no code, no list.
fn first_words(text: &str) -> (Option<String>, Option<String>) {
    // The head of a card is data, and what stands in comments is not shown.
    let body = text.strip_prefix("---\n").and_then(|rest| {
        let (_, body) = rest.split_once("\n---\n")?;
        Some(body)
    });
    let mut lines = body.unwrap_or(text).lines().map(str::trim).peekable();
    let is_prose = |line: &str| {
        let first = line.chars().next();
        first.is_some_and(|first| {
            first.is_alphanumeric() || matches!(first, '"' | '\'' | '`' | '*' | '_')
        }) && !line.starts_with("* ")
            && !line.starts_with("```")
    };
    let mut name = None;
    let mut said = String::new();
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix("# ").filter(|_| name.is_none()) {
            name = Some(heading.trim().trim_end_matches('#').trim().to_owned());
            continue;
        }
        if line.starts_with('#') || line.starts_with("```") {
            break;
        }
        if is_prose(line) {
            said.push_str(line);
            while let Some(more) = lines.next_if(|line| is_prose(line)) {
                said.push(' ');
                said.push_str(more);
            }
            break;
        }
    }
    let is_short = !said.is_empty() && said.len() <= LONGEST;
    let name = name
        .filter(|name| !name.is_empty() && name.len() <= 100 && !name.contains(['<', '[', '!']));
    (name, is_short.then_some(said))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_words_of_a_file_for_people() {
        let of = |text: &str| {
            let (name, description) = first_words(text);
            (name.unwrap_or_default(), description.unwrap_or_default())
        };
        let pair = |name: &str, description: &str| (name.to_owned(), description.to_owned());
        assert_eq!(
            of(
                "---\nlicense: mit\n---\n# Chats\n\n[![x](y)](z)\n\nAnswers chats\nin German.\n\nMore.\n"
            ),
            pair("Chats", "Answers chats in German.")
        );
        assert_eq!(of("# Chats\n\n## Use\n\nRun it.\n"), pair("Chats", ""));
        assert_eq!(of("# Chats\n\n```console\nrun\n```\n"), pair("Chats", ""));
        assert_eq!(of("# Chats\n\n- a list\n"), pair("Chats", ""));
        assert_eq!(of("<h1 align=center>Chats</h1>\n"), pair("", ""));
        assert_eq!(of(""), pair("", ""));
        assert_eq!(
            of(&format!("# A\n\n{}\n", "long ".repeat(200))),
            pair("A", "")
        );
    }
}
