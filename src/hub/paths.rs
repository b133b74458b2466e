//! Where the Python libraries keep tokens and downloads: the variables of huggingface_hub 2.4 `constants.py`
//! and their order.

use std::path::{Path, PathBuf};

use super::network::is_true;
use super::token::Token;
use crate::workspace::files::{Files, read_text};

/// Token files are smaller, in bytes.
const TOKEN_LIMIT: u64 = 64 * 1024;

/// The places of this user.
#[derive(Clone, Debug, Default)]
pub struct Paths {
    /// `HF_HUB_CACHE`, else `HUGGINGFACE_HUB_CACHE`, else `hub` in the home of the libraries.
    pub hub_cache: Option<PathBuf>,
    /// `HF_TOKEN_PATH`, else `token` in the home of the libraries.
    pub token_file: Option<PathBuf>,
}

impl Paths {
    /// The places that the environment names. `HF_HOME` is the home of the libraries, else
    /// `huggingface` in `XDG_CACHE_HOME` or `~/.cache`; `~` and `$NAME` stand for what they stand for in Python.
    pub fn of(files: &dyn Files) -> Self {
        if is_true(files, "HUGGINGFACE_CO_STAGING") {
            let home = user(files).map(|user| user.join(".cache").join("huggingface_staging"));
            return Self {
                hub_cache: home.as_deref().map(|home| home.join("hub")),
                token_file: home.as_deref().map(|home| home.join("token")),
            };
        }
        let named = |name: &str| Some(expanded(files, &files.variable(name)?));
        let home = named("HF_HOME").or_else(|| default_home(files));
        let in_home = |name: &str| home.as_deref().map(|home| home.join(name));
        Self {
            hub_cache: named("HF_HUB_CACHE")
                .or_else(|| named("HUGGINGFACE_HUB_CACHE"))
                .or_else(|| in_home("hub")),
            token_file: named("HF_TOKEN_PATH").or_else(|| in_home("token")),
        }
    }

    /// The token: `HF_TOKEN`, else `HUGGING_FACE_HUB_TOKEN`, else the token file. None where the user has
    /// switched off implicit tokens, or uses tokens of a continuous integration, which would have to be asked for.
    pub fn token(&self, files: &dyn Files) -> Option<Token> {
        if is_true(files, "HF_HUB_DISABLE_IMPLICIT_TOKEN")
            || files.variable("HF_OIDC_RESOURCE").is_some()
        {
            return None;
        }
        let variable = || {
            files
                .variable("HF_TOKEN")
                .or_else(|| files.variable("HUGGING_FACE_HUB_TOKEN"))
        };
        let file = || read_text(files, self.token_file.as_deref()?, TOKEN_LIMIT).ok();
        variable()
            .and_then(|text| Token::new(&text))
            .or_else(|| Token::new(&file()?))
    }
}

fn default_home(files: &dyn Files) -> Option<PathBuf> {
    let cache = files
        .variable("XDG_CACHE_HOME")
        .map(|text| expanded(files, &text));
    let cache = cache.or_else(|| Some(user(files)?.join(".cache")))?;
    Some(cache.join("huggingface"))
}

/// The user's home folder, as Python's `expanduser` finds it.
fn user(files: &dyn Files) -> Option<PathBuf> {
    let name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    files.variable(name).map(PathBuf::from)
}

/// `~` and `$NAME` or `${NAME}` replaced; a name that is not set stays.
fn expanded(files: &dyn Files, text: &str) -> PathBuf {
    let text = match (text.strip_prefix('~'), user(files)) {
        (Some(rest), Some(user)) if rest.is_empty() || rest.starts_with(['/', '\\']) => {
            format!("{}{rest}", user.display())
        }
        _ => text.to_owned(),
    };
    let mut parts = text.split('$');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(&variable(files, part).unwrap_or_else(|| format!("${part}")));
    }
    Path::new(&out).to_path_buf()
}

/// What stands behind a `$`: the variable's value and the rest of the text.
fn variable(files: &dyn Files, part: &str) -> Option<String> {
    let (name, rest) = match part.strip_prefix('{') {
        Some(braced) => braced.split_once('}')?,
        None => {
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            part.split_at(part.find(|c| !is_name(c)).unwrap_or(part.len()))
        }
    };
    Some(format!("{}{rest}", files.variable(name)?))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::workspace::files::MemoryFiles;

    fn files(variables: &[(&str, &str)]) -> MemoryFiles {
        let files = MemoryFiles::new();
        files.set("HOME", "/home/me");
        for (name, value) in variables {
            files.set(name, value);
        }
        files
    }

    #[test]
    fn follow_the_order_of_the_python_library() {
        let cache = |variables: &[(&str, &str)]| {
            let cache = Paths::of(&files(variables)).hub_cache.unwrap();
            cache.display().to_string()
        };
        assert_eq!(cache(&[]), "/home/me/.cache/huggingface/hub");
        assert_eq!(cache(&[("XDG_CACHE_HOME", "/x")]), "/x/huggingface/hub");
        assert_eq!(
            cache(&[("XDG_CACHE_HOME", "/x"), ("HF_HOME", "~/hf")]),
            "/home/me/hf/hub"
        );
        assert_eq!(
            cache(&[("HF_HOME", "/hf"), ("HUGGINGFACE_HUB_CACHE", "/old")]),
            "/old"
        );
        assert_eq!(
            cache(&[
                ("HF_HUB_CACHE", "$DISK/${NAME}-c/$no"),
                ("HUGGINGFACE_HUB_CACHE", "/old"),
                ("DISK", "/d"),
                ("NAME", "n")
            ]),
            "/d/n-c/$no"
        );
        assert_eq!(
            cache(&[("HUGGINGFACE_CO_STAGING", "1"), ("HF_HUB_CACHE", "/c")]),
            "/home/me/.cache/huggingface_staging/hub"
        );
    }

    #[test]
    fn a_token_is_found_where_python_finds_it() {
        let token = |variables: &[(&str, &str)]| {
            let files = files(variables);
            files.write("/home/me/.cache/huggingface/token", "hf_file\n");
            files.write("/elsewhere/token", "hf_elsewhere\n");
            Paths::of(&files).token(&files)
        };
        let is = Token::new;
        assert_eq!(token(&[]), is("hf_file"));
        assert_eq!(token(&[("HUGGING_FACE_HUB_TOKEN", "hf_old")]), is("hf_old"));
        assert_eq!(
            token(&[("HUGGING_FACE_HUB_TOKEN", "hf_old"), ("HF_TOKEN", "hf_new")]),
            is("hf_new")
        );
        assert_eq!(
            token(&[("HF_TOKEN_PATH", "/elsewhere/token")]),
            is("hf_elsewhere")
        );
        assert_eq!(token(&[("HF_HOME", "/nowhere")]), None);
        assert_eq!(
            token(&[
                ("HF_TOKEN", "hf_new"),
                ("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")
            ]),
            None
        );
        assert_eq!(
            token(&[("HF_TOKEN", "hf_new"), ("HF_OIDC_RESOURCE", "acme/x")]),
            None
        );
    }
}
