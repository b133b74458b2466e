//! What a text is written in.

use std::path::Path;

/// What a text is written in, by the name of its file or the identifier that an editor gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// Python, or what of a notebook is Python.
    #[default]
    Python,
    /// A script of a POSIX shell or bash.
    Shell,
    /// Instructions that build an image.
    Dockerfile,
    /// Rules with recipes of shell commands.
    Makefile,
    /// YAML: configuration, workflows.
    Yaml,
    /// JSON: configuration.
    Json,
    /// Markdown: fences of Python and of commands, front matter of model cards.
    Markdown,
}

impl Format {
    /// The format of a file that is not Python, by its name alone; `None` for any other.
    pub fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        let stem = name.split('.').next().unwrap_or_default();
        match stem {
            "Dockerfile" | "Containerfile" => return Some(Self::Dockerfile),
            "Makefile" | "makefile" | "GNUmakefile" if stem == name => return Some(Self::Makefile),
            _ => {}
        }
        match path.extension()?.to_str()? {
            "sh" | "bash" | "zsh" => Some(Self::Shell),
            "dockerfile" => Some(Self::Dockerfile),
            "mk" => Some(Self::Makefile),
            "yml" | "yaml" => Some(Self::Yaml),
            "json" => Some(Self::Json),
            "md" | "markdown" => Some(Self::Markdown),
            _ => None,
        }
    }

    /// The same for a language identifier or file type of an editor.
    pub fn from_id(id: &str) -> Option<Self> {
        match id {
            "shellscript" | "sh" | "bash" | "zsh" => Some(Self::Shell),
            "dockerfile" => Some(Self::Dockerfile),
            "makefile" | "make" => Some(Self::Makefile),
            "yaml" | "github-actions-workflow" | "dockercompose" => Some(Self::Yaml),
            "json" | "jsonc" => Some(Self::Json),
            "markdown" => Some(Self::Markdown),
            _ => None,
        }
    }

    /// Its name, as the info string of a fence has it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Shell => "shell",
            Self::Dockerfile => "dockerfile",
            Self::Makefile => "makefile",
            Self::Yaml => "yaml",
            Self::Json => "json",
            Self::Markdown => "markdown",
        }
    }

    /// What begins a comment that ends with its line.
    pub const fn comment(self) -> Option<&'static str> {
        match self {
            Self::Python | Self::Shell | Self::Dockerfile | Self::Makefile | Self::Yaml => {
                Some("#")
            }
            Self::Json | Self::Markdown => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_a_file_is() {
        for (name, format) in [
            ("a/run.sh", Some(Format::Shell)),
            ("Dockerfile", Some(Format::Dockerfile)),
            ("docker/Dockerfile.gpu", Some(Format::Dockerfile)),
            ("gpu.dockerfile", Some(Format::Dockerfile)),
            ("Makefile", Some(Format::Makefile)),
            ("Makefile.py", None),
            ("config.yml", Some(Format::Yaml)),
            ("README.md", Some(Format::Markdown)),
            ("train.py", None),
            (".json", None),
        ] {
            assert_eq!(Format::of(Path::new(name)), format, "{name}");
        }
    }
}
