//! What a coding agent tells its hooks: the parts of it that matter here.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// An event. What else it holds is passed over, so that new fields do no harm.
#[derive(Debug, Deserialize)]
pub struct Event {
    #[serde(default)]
    hook_event_name: String,
    /// Where the agent works.
    pub cwd: Option<PathBuf>,
    /// Which agent asks, where it is one that another one called.
    agent_type: Option<String>,
    #[serde(default)]
    tool_input: Input,
}

/// What the tool was given.
#[derive(Debug, Default, Deserialize)]
struct Input {
    file_path: Option<PathBuf>,
    notebook_path: Option<PathBuf>,
}

/// When a hook is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Before a tool does something.
    Before,
    /// After it did it.
    After,
    /// At another time.
    Other,
}

impl Event {
    /// Reads an event.
    ///
    /// # Errors
    /// A sentence where the text is none.
    pub fn read(text: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(text).map_err(|error| {
            format!("standard input holds no event of a hook ({error}), so nothing was checked")
        })
    }

    /// When it is.
    pub fn moment(&self) -> Moment {
        match self.hook_event_name.as_str() {
            "PreToolUse" => Moment::Before,
            "PostToolUse" => Moment::After,
            _ => Moment::Other,
        }
    }

    /// The file that the tool works on.
    pub fn file(&self) -> Option<&Path> {
        let input = &self.tool_input;
        let named = input.file_path.as_ref().or(input.notebook_path.as_ref());
        named.map(PathBuf::as_path)
    }

    /// Whether the agent of that name asks, of whichever plugin.
    pub fn is_of(&self, agent: &str) -> bool {
        let name = self.agent_type.as_deref().unwrap_or_default();
        name.rsplit(':').next() == Some(agent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_agents_are_read_off_events() {
        let event = |text: &str| Event::read(text.as_bytes()).unwrap();
        let edit = event(
            r#"{"session_id": "1", "cwd": "/p", "hook_event_name": "PostToolUse", "tool_name": "Edit",
                "tool_input": {"file_path": "/p/a.py", "old_string": "a"}, "tool_response": {"success": true}}"#,
        );
        assert_eq!(edit.file(), Some(Path::new("/p/a.py")));
        assert_eq!(edit.moment(), Moment::After);
        assert!(!edit.is_of("planner"));
        let cell = event(
            r#"{"hook_event_name": "PreToolUse", "agent_type": "hf-lsp:planner", "tool_input": {"notebook_path": "n.ipynb"}}"#,
        );
        assert_eq!(cell.file(), Some(Path::new("n.ipynb")));
        assert_eq!(cell.moment(), Moment::Before);
        assert!(cell.is_of("planner") && !cell.is_of("lanner"));
        assert_eq!(event("{}").moment(), Moment::Other);
        assert_eq!(event("{}").file(), None);
        for bad in [
            "",
            "{",
            "[]",
            "null",
            r#"{"tool_input": {"file_path": 7}}"#,
            "\u{0}",
        ] {
            assert!(Event::read(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
