//! Rules by family: the pages that list them, and their part of the table of contents.

use crate::rules::rule::Rule;
use crate::rules::rules;

use super::table;

/// Rules that look at the same kind of thing.
#[derive(Debug)]
pub struct Family {
    /// The name of its page in `docs/rules`, without the ending.
    pub slug: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What its rules find, in a sentence.
    pub summary: &'static str,
    /// What its codes begin with.
    prefixes: &'static [&'static str],
}

/// All families, in the order of their codes.
pub const FAMILIES: [Family; 17] = [
    Family {
        slug: "api-changes",
        title: "API changes",
        summary: "Names, arguments, attributes and overrides that were removed, renamed, moved or deprecated, never existed, or do not exist yet.",
        prefixes: &["HF1"],
    },
    Family {
        slug: "values",
        title: "Values",
        summary: "Values that a call refuses, or that an argument is not declared for.",
        prefixes: &["HF2"],
    },
    Family {
        slug: "combinations",
        title: "Combinations",
        summary: "Arguments that do not go together, what a trainer lacks, settings without effect.",
        prefixes: &["HF30", "HF31"],
    },
    Family {
        slug: "data-flow",
        title: "Data flow",
        summary: "What happens to tokens, batches and columns on their way: padding, truncation, chat templates, streams.",
        prefixes: &["HF32"],
    },
    Family {
        slug: "hub",
        title: "Models and datasets",
        summary: "What the Hub says of the models and datasets that you name, once it was asked.",
        prefixes: &["HF4"],
    },
    Family {
        slug: "resources",
        title: "Memory and speed",
        summary: "Cheap advice about time and memory, and what does not fit its GPU.",
        prefixes: &["HF5"],
    },
    Family {
        slug: "security",
        title: "Security",
        summary: "Tokens in files, remote code, files that run code, certificates, revisions that are not pinned.",
        prefixes: &["HF6"],
    },
    Family {
        slug: "packages",
        title: "Packages",
        summary: "Requirements that cannot be installed together, releases that do not exist, packages that are missing.",
        prefixes: &["HF70"],
    },
    Family {
        slug: "commands",
        title: "Commands and model cards",
        summary: "Commands in scripts, images, recipes, workflows, notebooks and Markdown; the front matter of model cards.",
        prefixes: &["HF71"],
    },
    Family {
        slug: "plan-form",
        title: "Plan: form",
        summary: "Sections, ids, fields and boxes of a plan.",
        prefixes: &["HFP1"],
    },
    Family {
        slug: "plan-progress",
        title: "Plan: order and progress",
        summary: "Dependencies between steps, and states that contradict each other.",
        prefixes: &["HFP2"],
    },
    Family {
        slug: "plan-code",
        title: "Plan: files and code",
        summary: "What the plan says of files, functions and values, compared with the project.",
        prefixes: &["HFP3"],
    },
    Family {
        slug: "plan-packages",
        title: "Plan: packages and commands",
        summary: "Releases and commands that the plan names, compared with the pins and with what the programs take.",
        prefixes: &["HFP4"],
    },
    Family {
        slug: "plan-training",
        title: "Plan: calls, hardware, data",
        summary: "Whether the planned calls, memory, repositories and columns go together.",
        prefixes: &["HFP5"],
    },
    Family {
        slug: "plan-security",
        title: "Plan: security",
        summary: "Secrets in the journal, uploads that do not say who may read them, code of any revision, dangerous commands.",
        prefixes: &["HFP6"],
    },
    Family {
        slug: "plan-documents",
        title: "Plan: the other documents",
        summary: "Whether stack, requirements and changelog agree with the plan.",
        prefixes: &["HFP7"],
    },
    Family {
        slug: "plan-wording",
        title: "Plan: wording",
        summary: "Placeholders, words in place of values, choices that are still open.",
        prefixes: &["HFP8"],
    },
];

impl Family {
    /// Its rules, by code.
    pub fn rules(&self) -> impl Iterator<Item = &'static Rule> {
        rules().filter(|rule| {
            self.prefixes
                .iter()
                .any(|prefix| rule.code.starts_with(prefix))
        })
    }

    /// `HF101 to HF116`
    pub(super) fn codes(&self) -> String {
        let codes: Vec<_> = self.rules().map(|rule| rule.code).collect();
        match codes.as_slice() {
            [first, .., last] => format!("{first} to {last}"),
            codes => codes.concat(),
        }
    }

    /// Its page as Markdown; `docs/rules` holds it.
    pub fn page(&self) -> String {
        format!(
            "# {}\n\n{} [All rules](../rules.md), and how they are chosen and silenced.\n\n{}",
            self.title,
            self.summary,
            table(self.rules(), "")
        )
    }
}

/// The entries of all families and rules in the table of contents of the documentation.
pub fn contents() -> String {
    let mut contents = String::new();
    for family in &FAMILIES {
        contents.push_str(&format!(
            "  - [{}](rules/{}.md)\n",
            family.title, family.slug
        ));
        for rule in family.rules() {
            contents.push_str(&format!(
                "    - [{} {}](rules/{}.md)\n",
                rule.code, rule.name, rule.code
            ));
        }
    }
    contents
}
