//! The sections that a plan is made of.

/// A section whose name is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Known {
    /// The table of what is made of what.
    Target,
    /// How the parts work together.
    Architecture,
    /// Tools and versions.
    Environment,
    /// Which model, and why.
    Model,
    /// Where the data comes from and what is done to it.
    Data,
    /// How it is trained.
    Training,
    /// Which files the code is made of.
    Code,
    /// What goes to the Hub.
    Hub,
    /// How one knows that it is good.
    Evaluation,
    /// Memory and time.
    Performance,
    /// How it is served.
    Deployment,
    /// Keys, access, privacy.
    Security,
    /// What is watched.
    Monitoring,
    /// What may go wrong, and what has to be asked.
    Risks,
    /// What is over.
    Archive,
}

impl Known {
    /// All of them, in the order in which a plan has them.
    pub const ALL: [Self; 15] = [
        Self::Target,
        Self::Architecture,
        Self::Environment,
        Self::Model,
        Self::Data,
        Self::Training,
        Self::Code,
        Self::Hub,
        Self::Evaluation,
        Self::Performance,
        Self::Deployment,
        Self::Security,
        Self::Monitoring,
        Self::Risks,
        Self::Archive,
    ];

    /// The heading as this program writes it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Target => "Target",
            Self::Architecture => "Architecture Overview",
            Self::Environment => "Environment Setup",
            Self::Model => "Model Selection",
            Self::Data => "Data Pipeline",
            Self::Training => "Training Configuration",
            Self::Code => "Code Structure",
            Self::Hub => "Hub Integration",
            Self::Evaluation => "Evaluation Strategy",
            Self::Performance => "Performance Optimization",
            Self::Deployment => "Deployment Plan",
            Self::Security => "Security Measures",
            Self::Monitoring => "Monitoring Setup",
            Self::Risks => "Risks and Open Questions",
            Self::Archive => "Archive",
        }
    }

    /// Names that mean it: a heading means a section where it is one of these, or begins with one and goes on with
    /// further words.
    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Target => &[
                "target",
                "targets",
                "model configuration",
                "goal and target",
            ],
            Self::Architecture => &[
                "architecture",
                "system architecture",
                "solution architecture",
                "overview",
                "system design",
                "design",
            ],
            Self::Environment => &[
                "environment",
                "setup",
                "dependencies",
                "installation",
                "prerequisites",
            ],
            Self::Model => &["model selection", "model", "models", "base model"],
            Self::Data => &["data", "dataset", "datasets"],
            Self::Training => &[
                "training",
                "fine-tuning",
                "finetuning",
                "hyperparameters",
                "experiments",
            ],
            Self::Code => &[
                "code structure",
                "code organization",
                "project structure",
                "file structure",
            ],
            Self::Hub => &["hub", "hugging face hub", "publishing", "model hub"],
            Self::Evaluation => &["evaluation", "testing", "tests", "validation", "metrics"],
            Self::Performance => &["performance", "optimization", "optimisation", "memory"],
            Self::Deployment => &["deployment", "serving", "inference"],
            Self::Security => &["security", "access", "privacy"],
            Self::Monitoring => &[
                "monitoring",
                "logging",
                "tracking",
                "observability",
                "experiment tracking",
            ],
            Self::Risks => &["risks", "open questions", "questions"],
            Self::Archive => &["archive", "done", "finished", "history"],
        }
    }

    /// Whether a plan in this format needs it, unless its use case does without.
    pub const fn is_required(self) -> bool {
        !matches!(
            self,
            Self::Code | Self::Performance | Self::Risks | Self::Archive
        )
    }

    /// What a heading, its number taken away, means.
    pub fn find(name: &str) -> Option<Self> {
        let name = name
            .trim_matches(|c: char| !c.is_alphanumeric())
            .to_lowercase();
        let name = name.replace('&', "and");
        let begins = |known: &str| {
            let rest = name.strip_prefix(known);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', ':', '(', ',', '/']))
        };
        let longest = |known: &Self| {
            known
                .names()
                .iter()
                .filter(|it| begins(it))
                .map(|it| it.len())
                .max()
        };
        let found = Self::ALL
            .into_iter()
            .filter_map(|known| Some((longest(&known)?, known)));
        found
            .max_by_key(|(length, _)| *length)
            .map(|(_, known)| known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_and_aliases_are_known() {
        for known in Known::ALL {
            assert_eq!(Known::find(known.title()), Some(known));
        }
        assert_eq!(Known::find("Data preparation:"), Some(Known::Data));
        assert_eq!(Known::find("Testing Plan"), Some(Known::Evaluation));
        assert_eq!(Known::find("Database"), None);
        assert_eq!(Known::find("Notes"), None);
    }
}
