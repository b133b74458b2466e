//! The eight kinds of work that a journal keeps track of.

use super::plan::{FieldName, Known, Plan, Step};

/// A kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Models that are downloaded or configured.
    Model,
    /// Training that is planned or done.
    Experiment,
    /// Data that is prepared.
    Dataset,
    /// Files of code that are made or changed.
    Code,
    /// Dependencies, tools, machines.
    Environment,
    /// What is done on the Hub.
    Hub,
    /// Memory and time.
    Performance,
    /// What was measured.
    Evaluation,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Model,
        Self::Experiment,
        Self::Dataset,
        Self::Code,
        Self::Environment,
        Self::Hub,
        Self::Performance,
        Self::Evaluation,
    ];

    /// As it is written behind `Kind:`, and in front of an entry of the changelog.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Experiment => "experiment",
            Self::Dataset => "dataset",
            Self::Code => "code",
            Self::Environment => "environment",
            Self::Hub => "hub",
            Self::Performance => "performance",
            Self::Evaluation => "evaluation",
        }
    }

    /// The heading over its entries, in a changelog that is ordered by kinds.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Model => "Models",
            Self::Experiment => "Experiments",
            Self::Dataset => "Datasets",
            Self::Code => "Code",
            Self::Environment => "Environment",
            Self::Hub => "Hub",
            Self::Performance => "Performance",
            Self::Evaluation => "Evaluation",
        }
    }

    /// Other words for it, in lower case.
    const fn aliases(self) -> &'static [&'static str] {
        match self {
            Self::Model => &["models", "model selection"],
            Self::Experiment => &["experiments", "training", "train"],
            Self::Dataset => &["datasets", "data"],
            Self::Code => &["code files", "file", "files"],
            Self::Environment => &["env", "dependencies", "dependency", "setup"],
            Self::Hub => &["hub operations", "hub operation", "hugging face hub"],
            Self::Performance => &["perf", "optimization", "optimisation", "optimizations"],
            Self::Evaluation => &["evaluations", "eval", "evaluation results"],
        }
    }

    /// The kind that a word means, whatever its case.
    pub fn find(word: &str) -> Option<Self> {
        let word = word.trim().trim_matches(['`', '*', '_']).to_lowercase();
        let means = |kind: &Self| kind.as_str() == word || kind.aliases().contains(&word.as_str());
        Self::ALL.into_iter().find(means)
    }

    /// The kind of what is done in a section, where that is clear.
    pub const fn of_section(known: Known) -> Option<Self> {
        match known {
            Known::Environment => Some(Self::Environment),
            Known::Model => Some(Self::Model),
            Known::Data => Some(Self::Dataset),
            Known::Training | Known::Monitoring => Some(Self::Experiment),
            Known::Code | Known::Architecture | Known::Security => Some(Self::Code),
            Known::Hub | Known::Deployment => Some(Self::Hub),
            Known::Evaluation => Some(Self::Evaluation),
            Known::Performance => Some(Self::Performance),
            Known::Target | Known::Risks | Known::Archive => None,
        }
    }

    /// The kind of a step: what it says, else what the steps around it say, else that of its section, else what its
    /// fields are about.
    pub fn of_step(text: &str, plan: &Plan, step: &Step) -> Option<Self> {
        let said = |step: &Step| Self::find(step.field(FieldName::Kind)?.value.slice(text));
        let above = |step: &&Step| step.parent.map(|parent| &plan.steps[parent]);
        let mut around = std::iter::successors(Some(step), above);
        let section = step.section.and_then(|at| plan.sections[at].known);
        around
            .find_map(said)
            .or_else(|| section.and_then(Self::of_section))
            .or_else(|| Self::of_fields(step))
    }

    fn of_fields(step: &Step) -> Option<Self> {
        const FIELDS: [(FieldName, Kind); 5] = [
            (FieldName::Packages, Kind::Environment),
            (FieldName::Params, Kind::Experiment),
            (FieldName::Dataset, Kind::Dataset),
            (FieldName::Model, Kind::Model),
            (FieldName::Files, Kind::Code),
        ];
        let found = FIELDS.iter().find(|(name, _)| step.field(*name).is_some());
        found.map(|(_, kind)| *kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::markdown::Syntax;

    #[test]
    fn a_step_has_the_kind_that_it_says_or_that_of_what_it_is_in() {
        let text = "## 1. Environment Setup\n\n- [ ] 1.1 a\n- [ ] 1.2 b\n  - Kind: Hub operations\n  - [ ] 1.2.1 c\n\
            \n## 2. Other\n\n- [ ] 2.1 d\n  - Files: `a.py`\n- [ ] 2.2 e\n";
        let plan = Plan::read(text, &Syntax::parse(text).outline(text));
        let kind = |step: &Step| Kind::of_step(text, &plan, step);
        let kinds: Vec<_> = plan.steps.iter().map(kind).collect();
        let (environment, hub) = (Some(Kind::Environment), Some(Kind::Hub));
        assert_eq!(kinds, [environment, hub, hub, Some(Kind::Code), None]);
    }

    #[test]
    fn each_kind_is_found_by_all_its_words() {
        for kind in Kind::ALL {
            let words = [kind.as_str(), kind.title()].into_iter();
            for word in words.chain(kind.aliases().iter().copied()) {
                assert_eq!(Kind::find(word), Some(kind), "{word}");
            }
        }
        assert_eq!(Kind::find("misc"), None);
    }
}
