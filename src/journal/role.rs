//! Which documents make the journal.

/// What a document of the journal is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// What the project is and for whom.
    Description,
    /// Which tools and versions it is made of.
    Stack,
    /// What it has to achieve.
    Requirements,
    /// What was done.
    Changelog,
    /// What is to be done.
    Plan,
}

impl Role {
    /// All of them, in the order in which a newcomer reads them.
    pub const ALL: [Self; 5] = [
        Self::Description,
        Self::Stack,
        Self::Requirements,
        Self::Changelog,
        Self::Plan,
    ];
}

/// Where a project keeps its journal, and what it wants of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Names {
    /// The folder, relative to the project's.
    pub folder: String,
    /// See [`Role::Description`].
    pub description: String,
    /// See [`Role::Stack`].
    pub stack: String,
    /// See [`Role::Requirements`].
    pub requirements: String,
    /// See [`Role::Changelog`].
    pub changelog: String,
    /// See [`Role::Plan`].
    pub plan: String,
    /// After so many days a step is asked whether it is still in progress.
    pub stale_days: u16,
    /// Whether texts are proposed behind the cursor.
    pub suggestions: bool,
}

impl Default for Names {
    fn default() -> Self {
        Self {
            folder: "dev-journal".to_owned(),
            description: "PROJECT-DESCRIPTION.md".to_owned(),
            stack: "TECH-STACK.md".to_owned(),
            requirements: "PRD.md".to_owned(),
            changelog: "CHANGELOG.md".to_owned(),
            plan: "OUR-PLAN.md".to_owned(),
            stale_days: 14,
            suggestions: true,
        }
    }
}

impl Names {
    /// The name of the document for a role, without the folder.
    pub fn name(&self, role: Role) -> &str {
        match role {
            Role::Description => &self.description,
            Role::Stack => &self.stack,
            Role::Requirements => &self.requirements,
            Role::Changelog => &self.changelog,
            Role::Plan => &self.plan,
        }
    }

    /// The path of the document for a role, relative to the project's folder, with `/` between its parts.
    pub fn path(&self, role: Role) -> String {
        match self.folder.trim_matches('/') {
            "" | "." => self.name(role).to_owned(),
            folder => format!("{folder}/{}", self.name(role)),
        }
    }

    /// What the document at a path, relative to the project's folder, is for.
    pub fn role(&self, path: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| self.path(*role) == path)
    }
}
