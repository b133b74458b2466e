//! The files by which coding agents find `hf-lsp`: those of `editors/`, at the places where each agent looks.

use clap::ValueEnum;
use serde_json::Value;

use super::join::Join;
use crate::cli::Error;

const SKILL: &str = include_str!("../../../editors/claude-code/skills/huggingface/SKILL.md");
const PLANNER: &str =
    include_str!("../../../editors/claude-code/agents/huggingface-expert-planner.md");
const HOOKS: &str = include_str!("../../../editors/claude-code/hooks/hooks.json");
const CLAUDE: &str = include_str!("../../../editors/claude-code/.mcp.json");
const SNIPPET: &str = include_str!("../../../editors/agents/AGENTS.md");
const COPILOT: &str = include_str!("../../../editors/agents/copilot/mcp-config.json");
const CURSOR: &str = include_str!("../../../editors/agents/cursor/mcp.json");
const VSCODE: &str = include_str!("../../../editors/agents/vscode/mcp.json");

/// How tools are called where a plugin brings their server, and where the project names it.
const PREFIXES: [&str; 2] = ["mcp__plugin_hf-lsp_hf-lsp__", "mcp__hf-lsp__"];

/// A coding agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Agent {
    /// Claude Code: tools, hooks, skill and planner, in `.mcp.json` and `.claude/`
    Claude,
    /// GitHub Copilot on the command line: tools and skill in `.github/`, and `AGENTS.md`
    Copilot,
    /// Cursor: tools in `.cursor/`, and `AGENTS.md`
    Cursor,
    /// Agents in VS Code: tools in `.vscode/`, and `AGENTS.md`
    Vscode,
    /// `AGENTS.md`, which most agents read
    AgentsMd,
    /// The skill in `.agents/`, which many agents read
    Skill,
}

/// A file for an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Relative to the project's folder.
    pub path: &'static str,
    /// What it holds where there is none yet.
    pub text: String,
    /// What an older file of that name has to hold to need nothing.
    pub sign: &'static str,
    /// How it gets what it lacks, where that is wanted.
    pub join: Join,
}

/// The files of these agents, each once.
///
/// # Errors
/// None that could happen: what is built in is tested.
pub fn files(agents: &[Agent]) -> Result<Vec<File>, Error> {
    let mut files: Vec<File> = Vec::new();
    for agent in agents {
        for file in agent.files()? {
            if files.iter().all(|it| it.path != file.path) {
                files.push(file);
            }
        }
    }
    Ok(files)
}

impl Agent {
    fn files(self) -> Result<Vec<File>, Error> {
        let file = |path, text: &str, sign, join| File {
            path,
            text: text.to_owned(),
            sign,
            join,
        };
        let guide = || {
            file(
                "AGENTS.md",
                &format!("# For coding agents\n\n{SNIPPET}"),
                "hf-lsp",
                Join::Section,
            )
        };
        let servers = |path, text, key| file(path, text, "\"hf-lsp\"", Join::Server(key));
        let skill = |path| file(path, SKILL, "name: huggingface", Join::Never);
        Ok(match self {
            Self::Claude => vec![
                servers(".mcp.json", CLAUDE, "mcpServers"),
                file(
                    ".claude/settings.json",
                    &settings()?,
                    "hf-lsp hook",
                    Join::Key("hooks"),
                ),
                skill(".claude/skills/huggingface/SKILL.md"),
                file(
                    ".claude/agents/huggingface-expert-planner.md",
                    &PLANNER.replace(PREFIXES[0], PREFIXES[1]),
                    "name: huggingface-expert-planner",
                    Join::Never,
                ),
            ],
            Self::Copilot => vec![
                servers(".github/mcp.json", COPILOT, "mcpServers"),
                skill(".github/skills/huggingface/SKILL.md"),
                guide(),
            ],
            Self::Cursor => vec![servers(".cursor/mcp.json", CURSOR, "mcpServers"), guide()],
            Self::Vscode => vec![servers(".vscode/mcp.json", VSCODE, "servers"), guide()],
            Self::AgentsMd => vec![guide()],
            Self::Skill => vec![skill(".agents/skills/huggingface/SKILL.md")],
        })
    }
}

/// The hooks as settings of a project, which describe nothing.
fn settings() -> Result<String, Error> {
    let mut hooks: Value = serde_json::from_str(HOOKS).map_err(Error::new)?;
    if let Some(hooks) = hooks.as_object_mut() {
        hooks.retain(|key, _| key == "hooks");
    }
    let text = serde_json::to_string_pretty(&hooks).map_err(Error::new)?;
    Ok(text + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_agent_has_files_that_hold_their_signs() {
        for agent in Agent::value_variants() {
            let files = agent.files().unwrap();
            assert!(!files.is_empty());
            for file in files {
                assert!(file.text.contains(file.sign), "{}", file.path);
                assert!(file.text.ends_with('\n') && !file.text.contains(PREFIXES[0]));
            }
        }
        let all = files(Agent::value_variants()).unwrap();
        let guides = all.iter().filter(|file| file.path == "AGENTS.md");
        assert_eq!(guides.count(), 1);
    }

    #[test]
    fn the_hooks_of_a_project_are_those_of_the_plugin() {
        let settings: Value = serde_json::from_str(&settings().unwrap()).unwrap();
        let plugin: Value = serde_json::from_str(HOOKS).unwrap();
        assert_eq!(settings["hooks"], plugin["hooks"]);
        assert_eq!(settings.as_object().unwrap().len(), 1);
    }
}
