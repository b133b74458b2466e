//! HFP407

use crate::embedded::Format;
use crate::embedded::command::Word;
use crate::journal::commands::Spoken;
use crate::journal::pins::Pinned;
use crate::journal::releases::{Releases, exact};
use crate::journal::surroundings::Surroundings;
use crate::knowledge::packages::packages;
use crate::rules::finding::{Applicability, Edit, Finding, Fix, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;
use crate::workspace::requirements::normalise;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP407",
    name: "install-without-version",
    severity: Severity::Information,
    summary: "a package that a step takes in whatever release is the newest then",
    explanation: "`pip install trl`, or `trl` alone under `Packages:`, is another release next month, and the rest of the plan \
was written for one. Only packages that are known are told of. Commands that write or read a lock file (`uv add`, \
`uv sync`, `-r requirements.txt`, `-c constraints.txt`) are left alone.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "## 1. Environment Setup\n\n- [ ] 1.1 Four bits\n  - Run: `uv pip install bitsandbytes`\n  - Verify: it can be imported\n\
- [ ] 1.2 Kernels\n  - Packages: `liger-kernel`\n  - Verify: it can be imported\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "## 1. Environment Setup\n\n- [ ] 1.1 Four bits\n  - Run: `uv pip install bitsandbytes==0.50.2`\n  - Verify: it can be imported\n\
- [ ] 1.2 The rest\n  - Run: `pip install -r requirements.txt`\n  - Verify: it can be imported\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    if surroundings.own_plan().is_none() {
        return;
    }
    let pins = surroundings.document.pins();
    let mut open: Vec<Open> = pins.iter().filter_map(Open::of_pin).collect();
    for spoken in surroundings.document.commands() {
        open.extend(installed(spoken).into_iter().filter_map(Open::of_word));
    }
    if open.is_empty() {
        return;
    }
    let releases = Releases::of(surroundings);
    findings.extend(open.iter().map(|open| open.finding(pins, &releases)));
}

/// A package without a version.
struct Open {
    name: String,
    range: TextRange,
    /// Where a version is to be written; absent where that is not certain.
    at: Option<u32>,
}

impl Open {
    fn of_pin(pinned: &Pinned) -> Option<Self> {
        let is_open = pinned.specifiers.is_empty() && pinned.specifiers_range.is_empty();
        (is_open && is_known(&pinned.name)).then(|| Self {
            name: pinned.name.clone(),
            range: pinned.range,
            at: Some(pinned.range.end),
        })
    }

    fn of_word(word: &Word) -> Option<Self> {
        let (name, extras) = word.text.split_once('[').unwrap_or((&word.text, "]"));
        let name = normalise(name);
        (extras.ends_with(']') && is_known(&name)).then(|| Self {
            name,
            range: word.range,
            at: (word.plain && word.known).then_some(word.range.end),
        })
    }

    fn finding(&self, pins: &[Pinned], releases: &Releases<'_>) -> Finding {
        let message = format!(
            "`{}` is installed in whatever release is the newest then",
            self.name
        );
        let mut finding = RULE.plain_finding(self.range, message);
        finding.library = Some(self.name.clone());
        let mut same = pins.iter().filter(|it| it.name == self.name);
        let pinned = same.find_map(|it| exact(&it.specifiers).cloned());
        let said = releases.of_package(&self.name);
        let held = said.as_ref().and_then(|it| it.version());
        let version = pinned.or_else(|| held.map(|it| it.clone().without_local()));
        let newest = || packages().package(&self.name)?.newest().cloned();
        if let (Some(version), Some(at)) = (version.or_else(newest), self.at) {
            finding.replacement = Some(format!("{}=={version}", self.name));
            finding.fix = Some(Fix {
                title: format!("Pin {version}"),
                applicability: Applicability::Unsafe,
                edits: vec![Edit {
                    range: TextRange::at(at),
                    content: format!("=={version}"),
                }],
            });
        }
        finding
    }
}

/// Whether its releases are known, so that which one it is matters here.
fn is_known(name: &str) -> bool {
    packages().package(name).is_some()
}

/// The words that name packages behind `pip install`, where no file decides their versions.
fn installed(spoken: &Spoken) -> Vec<&Word> {
    let words = spoken.words();
    let first = words.first().map_or("", |it| it.text.as_str());
    let is_pip = |word: &str| word == "pip" || word == "pip3";
    let front = match words {
        [pip, ..] if is_pip(&pip.text) => 1,
        [_, flag, pip, ..]
            if flag.text == "-m" && is_pip(&pip.text) && first.starts_with("python") =>
        {
            3
        }
        [uv, pip, ..] if uv.text == "uv" && is_pip(&pip.text) => 2,
        _ => return Vec::new(),
    };
    let Some((install, rest)) = words.get(front..).and_then(|it| it.split_first()) else {
        return Vec::new();
    };
    let by_file = |word: &Word| {
        let option = word.text.as_str();
        let starts = [
            "-r",
            "-c",
            "-e",
            "--requirement",
            "--constraint",
            "--editable",
            "--locked",
            "--group",
        ];
        starts.iter().any(|it| option.starts_with(it))
    };
    if install.text != "install" || rest.iter().any(by_file) {
        return Vec::new();
    }
    let mut names = Vec::new();
    let mut is_value = false;
    for word in rest {
        let takes = [
            "-i",
            "-f",
            "-t",
            "--index-url",
            "--extra-index-url",
            "--find-links",
            "--target",
            "--python",
            "--prefix",
            "--index",
        ];
        let is_option = word.text.starts_with('-');
        if !is_option && !is_value && word.known {
            names.push(word);
        }
        is_value = takes.contains(&word.text.as_str());
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded::shell::{Dialect, commands};

    fn names(text: &str) -> Vec<String> {
        let span = TextRange::from_usize(0, text.len());
        let mut commands = commands(text, span, Dialect::Folded);
        let spoken = Spoken {
            command: commands.remove(0),
            span,
            step: 0,
        };
        let words = installed(&spoken).into_iter();
        words.filter_map(Open::of_word).map(|it| it.name).collect()
    }

    #[test]
    fn known_packages_without_versions_are_found() {
        for text in [
            "pip install trl",
            "uv pip install -U 'trl[peft]'",
            "python3 -m pip install --index-url https://a.example trl==1.16.0 trl",
            "sudo pip3 install --quiet trl unheard-of ./wheels/peft.whl",
        ] {
            assert_eq!(names(text), ["trl"], "{text}");
        }
        for text in [
            "pip install trl==1.16.0",
            "pip install 'trl>=1.15'",
            "pip install -r requirements.txt trl",
            "pip install -c constraints.txt trl",
            "pip install -e .",
            "uv add trl",
            "uv sync",
            "pip download trl",
            "pip install git+https://a.example/trl",
            "pip install $PACKAGES",
        ] {
            assert_eq!(names(text), [""; 0], "{text}");
        }
    }
}
