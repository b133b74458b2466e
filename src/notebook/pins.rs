//! What the commands of a notebook install: `!pip install transformers==4.40` decides versions as the
//! dependencies of a script do.

use std::collections::BTreeMap;

use crate::workspace::requirements::Requirement;

/// Options of installers whose value is the next word.
const WITH_VALUE: [&str; 16] = [
    "-r",
    "--requirement",
    "-c",
    "--constraint",
    "-e",
    "--editable",
    "-i",
    "--index-url",
    "--extra-index-url",
    "-f",
    "--find-links",
    "-t",
    "--target",
    "--prefix",
    "--python",
    "--platform",
];

/// The requirements that `commands` install, as a script block (PEP 723); `None` where they say nothing of
/// versions. The last word on a package counts: an upgrade or a checkout takes a pin back.
pub fn metadata<'c>(
    commands: impl Iterator<Item = (&'c str, crate::text::TextRange)>,
) -> Option<String> {
    let mut pins: BTreeMap<String, String> = BTreeMap::new();
    for (text, _) in commands {
        for command in simple_commands(text) {
            if let Some(arguments) = install(&command) {
                take(arguments, &mut pins);
            }
        }
    }
    let quoted = pins.values().map(|pin| format!("{pin:?}"));
    let list = quoted.collect::<Vec<String>>().join(", ");
    (!pins.is_empty()).then(|| format!("# /// script\n# dependencies = [{list}]\n# ///\n"))
}

/// Notes what the arguments of one installation say.
fn take(arguments: &[String], pins: &mut BTreeMap<String, String>) {
    let is_upgrade = |word: &String| {
        matches!(word.as_str(), "--upgrade" | "--force-reinstall") || short_with_u(word)
    };
    let upgrade = arguments.iter().any(is_upgrade);
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        if word.starts_with('-') {
            if WITH_VALUE.contains(&word.as_str()) {
                words.next();
            }
            continue;
        }
        let Ok(requirement) = Requirement::parse(word) else {
            // `trl=={version}`, `git+https://.../trl.git`: of some version.
            pins.remove(&crate::workspace::requirements::normalise(name_in(word)));
            continue;
        };
        let vague = requirement.by_url || word.contains(['$', '{']);
        if vague || requirement.specifiers.is_empty() {
            if vague || upgrade {
                pins.remove(&requirement.name);
            }
        } else if word.chars().all(|it| it.is_ascii_graphic() || it == ' ') {
            pins.insert(requirement.name, word.clone());
        }
    }
}

/// `-U`, also among others: `-qU`.
fn short_with_u(word: &str) -> bool {
    let short = word.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
    short.is_some_and(|letters| letters.contains('U'))
}

/// The package that a word which is no requirement speaks of, as well as can be told.
fn name_in(word: &str) -> &str {
    let word = word
        .split(['=', '<', '>', '~', '!', '[', '@', '#'])
        .next()
        .unwrap_or_default();
    let last = word
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    last.strip_suffix(".git").unwrap_or(last)
}

/// The words behind `install` where a command installs Python packages.
fn install(words: &[String]) -> Option<&[String]> {
    let at = words.iter().position(|word| word == "install")?;
    let before: Vec<&str> = words[..at].iter().map(String::as_str).collect();
    let program = before.last()?.rsplit('/').next()?;
    let is_pip = program.strip_prefix("pip").is_some_and(|rest| {
        rest.chars()
            .all(|character| character.is_ascii_digit() || character == '.')
    });
    is_pip.then(|| &words[at + 1..])
}

/// The words of each simple command of a command line: quotes are taken away, and `&&`, `;`, `|` part.
/// A comment ends the line.
fn simple_commands(text: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = text.chars().peekable();
    let end_word = |word: &mut Option<String>, commands: &mut Vec<Vec<String>>| {
        let command = commands.last_mut().expect("there is always one");
        command.extend(word.take());
    };
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (None, '"' | '\'') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, '\\') => match characters.next() {
                None | Some('\n') => {}
                Some('\r') => drop(characters.next_if_eq(&'\n')),
                Some(escaped) => word.get_or_insert_default().push(escaped),
            },
            (None, '&' | ';' | '|' | '\n') => {
                end_word(&mut word, &mut commands);
                commands.push(Vec::new());
            }
            (None, '#') if word.is_none() => {
                while characters.next_if(|next| *next != '\n').is_some() {}
            }
            (None, _) if character.is_whitespace() => end_word(&mut word, &mut commands),
            _ => word.get_or_insert_default().push(character),
        }
    }
    end_word(&mut word, &mut commands);
    commands
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::TextRange;

    fn pins(commands: &[&str]) -> String {
        let found = metadata(commands.iter().map(|text| (*text, TextRange::default())));
        found.map_or_else(String::new, |text| {
            let list = text.lines().nth(1).unwrap();
            list.strip_prefix("# dependencies = ").unwrap().to_owned()
        })
    }

    #[test]
    fn installations_are_read() {
        for (command, expected) in [
            (
                "pip install transformers==4.40",
                r#"["transformers==4.40"]"#,
            ),
            ("pip install -qU 'trl>=0.9' accelerate", r#"["trl>=0.9"]"#),
            (
                "uv pip install --system \"trl[vllm]==0.9\"",
                r#"["trl[vllm]==0.9"]"#,
            ),
            ("{sys.executable} -m pip install a==1", r#"["a==1"]"#),
            ("cd x && pip3 install -i URL a==1 # b==2", r#"["a==1"]"#),
            (
                "pip install a==1 \\\n  b==2; pip install c==3",
                r#"["a==1", "b==2", "c==3"]"#,
            ),
            ("pip install a", ""),
            ("pip install a>1", ""),
            ("pip install -r requirements.txt", ""),
            ("pip install git+https://host/trl.git", ""),
            ("pip install 'trl @ git+https://host/trl.git@v1'", ""),
            ("pip install a=={version} b==$B", ""),
            ("apt install a==1", ""),
            ("echo install a==1", ""),
            ("pip uninstall a==1", ""),
            ("", ""),
        ] {
            let expected = if command == "pip install a>1" {
                r#"["a>1"]"#
            } else {
                expected
            };
            assert_eq!(pins(&[command]), expected, "{command}");
        }
    }

    #[test]
    fn the_last_word_counts() {
        for (commands, expected) in [
            (["pip install a==1", "pip install a==2"], r#"["a==2"]"#),
            (["pip install a==1", "pip install a"], r#"["a==1"]"#),
            (["pip install a==1", "pip install -U a"], ""),
            (
                ["pip install trl==1", "pip install git+https://host/trl.git"],
                "",
            ),
            (["pip install a==1", "pip install a==$VERSION"], ""),
        ] {
            assert_eq!(pins(&commands), expected, "{commands:?}");
        }
    }
}
