//! Scripts of the project as commands start them, and what a text says about where they lie.

use super::command::{Command, Word};
use super::programs::{base_name, is_python, unwrapped};

/// A script that a command starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Launched<'c> {
    /// The word that names it: `src/train.py`, or behind `-m` the module `pkg.train`.
    pub script: &'c Word,
    /// Whether it is named as a module.
    pub is_module: bool,
    /// The words behind it.
    pub arguments: &'c [Word],
    /// Whether more arguments come from elsewhere: `xargs`.
    pub open: bool,
    /// Whether `uv run` starts it, in an environment of its own where the script asks for one.
    pub by_uv: bool,
}

/// More scripts of one text are not looked for.
const MAX_SCRIPTS: usize = 64;

/// Options of `torchrun` without a value (torch 2.9 `distributed/run.py`).
const TORCHRUN: [&str; 8] = [
    "--standalone",
    "--use-env",
    "--use_env",
    "--run-path",
    "--run_path",
    "--virtual-local-rank",
    "--module",
    "-m",
];

/// Options of `deepspeed` without a value (deepspeed 0.18 `launcher/runner.py`).
const DEEPSPEED: [&str; 10] = [
    "--no_local_rank",
    "--no_ssh",
    "--no_ssh_check",
    "--force_multi",
    "--save_pid",
    "--elastic_training",
    "--bind_cores_to_rank",
    "--enable_each_rank_log",
    "--module",
    "-m",
];

/// The script that `python`, `torchrun`, `deepspeed` or the command itself starts; `None` where that is not
/// understood.
pub fn launched(command: &Command) -> Option<Launched<'_>> {
    let (words, open) = unwrapped(command)?;
    let (first, rest) = words.split_first()?;
    let name = base_name(first.value()?);
    let mut found = match name {
        "torchrun" => behind_launcher(rest, &TORCHRUN),
        "deepspeed" => behind_launcher(rest, &DEEPSPEED),
        _ if is_python(name) => behind_python(rest),
        _ => script(first, rest, false),
    }?;
    found.open = open;
    let mut before = command.words.iter();
    found.by_uv = before.any(|word| word.value().is_some_and(|it| base_name(it) == "uv"));
    Some(found)
}

/// That word as a script, where it can be one.
pub fn script<'c>(word: &'c Word, arguments: &'c [Word], is_module: bool) -> Option<Launched<'c>> {
    let text = word.value()?;
    let is_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.');
    let fits = match is_module {
        true => text.bytes().all(is_name),
        false => text.ends_with(".py"),
    };
    fits.then_some(Launched {
        script: word,
        is_module,
        arguments,
        open: false,
        by_uv: false,
    })
}

fn behind_python(mut words: &[Word]) -> Option<Launched<'_>> {
    loop {
        let (word, rest) = words.split_first()?;
        words = match word.value()? {
            "-m" => {
                let (module, rest) = rest.split_first()?;
                return match module.value()? {
                    "torch.distributed.run" | "torch.distributed.launch" => {
                        behind_launcher(rest, &TORCHRUN)
                    }
                    _ => script(module, rest, true),
                };
            }
            "-W" | "-X" => rest.get(1..)?,
            option if option.starts_with('-') => {
                let known = |b: u8| b"bBdEiIOPqsSuvx".contains(&b);
                let is_flag = option.len() > 1 && option[1..].bytes().all(known);
                rest.get(..).filter(|_| is_flag)?
            }
            _ => return script(word, rest, false),
        };
    }
}

/// Behind the options of a launcher, of which all but `flags` take one value.
fn behind_launcher<'c>(mut words: &'c [Word], flags: &[&str]) -> Option<Launched<'c>> {
    let mut is_module = false;
    loop {
        let (word, rest) = words.split_first()?;
        let text = word.text.as_str();
        if !text.starts_with('-') {
            return script(word, rest, is_module);
        }
        is_module |= matches!(text, "-m" | "--module");
        let is_alone = text.contains('=') || flags.contains(&text);
        if !word.known && !text.contains('=') {
            return None;
        }
        words = match is_alone {
            true => rest,
            false => {
                let (value, rest) = rest.split_first()?;
                let is_value = !value.text.ends_with(".py") && !value.text.starts_with('-');
                rest.get(..)
                    .filter(|_| is_value && !text.contains("python"))?
            }
        };
    }
}

/// What a text says about scripts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentions<'t> {
    /// Paths of scripts; `pkg.train` behind `-m` is `pkg/train.py`. Each once, in order.
    pub scripts: Vec<String>,
    /// Folders that commands go to, in order.
    pub folders: Vec<&'t str>,
    /// Folders of images, which need not be the project's.
    pub elsewhere: Vec<&'t str>,
    /// Repositories that are fetched: what is started may be theirs.
    pub fetched: Vec<&'t str>,
    /// Whether it goes to folders that nobody knows.
    pub is_lost: bool,
}

/// The path of the script that a command names.
pub fn path_of(word: &str, is_module: bool) -> String {
    match is_module {
        true => format!("{}.py", word.replace('.', "/")),
        false => word.to_owned(),
    }
}

/// What `text` says about scripts, whatever stands around: more than its commands do, never less.
pub fn mentions(text: &str) -> Mentions<'_> {
    let mut found = Mentions::default();
    let scripts = &mut found.scripts;
    let mut add = |path: String| {
        if !path.starts_with('/') && !scripts.contains(&path) && scripts.len() < MAX_SCRIPTS {
            scripts.push(path);
        }
    };
    for (at, _) in text.match_indices(".py") {
        let end = at + ".py".len();
        if text[end..].starts_with(|c: char| is_path(c)) {
            continue;
        }
        let start = text[..at].rfind(|c| !is_path(c)).map_or(0, |before| {
            before + text[before..].chars().next().map_or(1, char::len_utf8)
        });
        add(text[start..end].to_owned());
    }
    for sign in ["-m ", "--module "] {
        for (at, _) in text.match_indices(sign) {
            let word = word_at(&text[at + sign.len()..]);
            if !word.is_empty()
                && word
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"._".contains(&b))
            {
                add(path_of(word, true));
            }
        }
    }
    found.scripts.retain(|path| !is_written(text, path));
    if !found.scripts.is_empty() {
        places(text, &mut found);
    }
    found
}

/// Where commands go before they start something.
fn places<'t>(text: &'t str, found: &mut Mentions<'t>) {
    let argument = |sign: &str, take: &mut dyn FnMut(&'t str)| {
        for (at, _) in text.match_indices(sign) {
            let before = text[..at].chars().next_back();
            if before.is_none_or(|c| c.is_whitespace() || "(;&|!%`'\"@-".contains(c)) {
                take(word_at(text[at + sign.len()..].trim_start_matches(' ')));
            }
        }
    };
    let (mut folders, mut fetched, mut elsewhere) = (Vec::new(), Vec::new(), Vec::new());
    for sign in ["cd ", "pushd ", "chdir ", "working-directory: "] {
        argument(sign, &mut |folder| folders.push(folder));
    }
    argument("WORKDIR ", &mut |folder| elsewhere.push(folder));
    argument("clone ", &mut |name| fetched.push(name));
    found.is_lost = text.contains("os.chdir");
    for folder in folders {
        // A script that goes to its own folder stays in the project.
        let is_own = folder.contains("$(dirname") || folder.contains("show-toplevel");
        match is_own || folder == "-" {
            true => {}
            false if folder.contains(['$', '{', '~', '<', '*', '`']) || folder.is_empty() => {
                found.is_lost = true;
            }
            false => found.folders.push(folder),
        }
    }
    found.elsewhere = elsewhere;
    found.fetched = fetched;
}

/// The word at the beginning of a text, quotes around it taken away.
fn word_at(text: &str) -> &str {
    let quoted = |quote: char| text.strip_prefix(quote)?.split(quote).next();
    if let Some(inner) = quoted('"').or_else(|| quoted('\'')) {
        return inner;
    }
    let ends = |c: char| c.is_whitespace() || ";&|)`'\"".contains(c);
    text.split(ends).next().unwrap_or_default()
}

fn is_path(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/')
}

/// Whether a command of the text writes a file of that name: what it runs later is not what lies in the project.
fn is_written(text: &str, path: &str) -> bool {
    const WRITERS: [&str; 12] = [
        "wget", "curl", "cp", "mv", "tee", "sed", "ln", "patch", "gdown", "rsync", "scp", "aria2c",
    ];
    let name = path.rsplit('/').next().unwrap_or(path);
    let writes = |at: usize| {
        let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let before = &text[line..at];
        let words = || before.split(|c: char| !is_path(c));
        let redirected = before.trim_end_matches(|c: char| is_path(c) || c == ' ');
        redirected.ends_with('>') && !redirected.ends_with("->")
            || before.contains("writefile")
            || words().any(|word| WRITERS.contains(&word))
    };
    text.match_indices(name).any(|(at, _)| writes(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded::shell::{Dialect, commands};
    use crate::text::TextRange;

    fn first(text: &str) -> Option<String> {
        let range = TextRange::from_usize(0, text.len());
        let commands = commands(text, range, Dialect::Script);
        let found = launched(commands.first()?)?;
        let arguments: Vec<&str> = found.arguments.iter().map(|it| it.text.as_str()).collect();
        let path = path_of(&found.script.text, found.is_module);
        Some(format!("{path} {}", arguments.join(" ")))
    }

    #[test]
    fn scripts_are_found_behind_what_starts_them() {
        for (text, expected) in [
            ("python train.py --a 1", Some("train.py --a 1")),
            (
                "CUDA_VISIBLE_DEVICES=0 nohup python3 -u src/train.py --a &",
                Some("src/train.py --a"),
            ),
            (
                "python -W ignore -m pkg.train --a",
                Some("pkg/train.py --a"),
            ),
            ("./train.py --a", Some("./train.py --a")),
            ("uv run train.py --a", Some("train.py --a")),
            ("uv run python train.py", Some("train.py ")),
            (
                "torchrun --standalone --nproc_per_node 2 train.py --a",
                Some("train.py --a"),
            ),
            (
                "torchrun --nproc-per-node=$N train.py --a",
                Some("train.py --a"),
            ),
            ("torchrun -m pkg.train --a", Some("pkg/train.py --a")),
            (
                "python -m torch.distributed.run --nnodes 1 t.py",
                Some("t.py "),
            ),
            ("deepspeed --num_gpus 2 train.py --a", Some("train.py --a")),
            ("torchrun --no-python train.py", None),
            ("torchrun --nproc_per_node train.py", None),
            ("torchrun $ARGS train.py", None),
            ("python -c 'x' train.py", None),
            ("python $FLAGS train.py", None),
            ("uv run --with trl train.py", None),
            ("python -m pytest", Some("pytest.py ")),
            ("cat train.py", None),
        ] {
            assert_eq!(first(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn texts_say_which_scripts_and_folders_they_mean() {
        let text = "git clone https://x/me/proj.git\ncd proj && python a/train.py -m pkg.run\n\
            cd \"$(dirname \"$0\")\"\n# see https://x/y.py and x.pyc\npython /opt/t.py\n";
        let found = mentions(text);
        assert_eq!(found.scripts, ["a/train.py", "pkg/run.py"]);
        assert_eq!(found.folders, ["proj"]);
        assert_eq!(found.fetched, ["https://x/me/proj.git"]);
        assert!(!found.is_lost);
        assert!(mentions("cd $DIR; python a.py").is_lost);
        assert_eq!(
            mentions("WORKDIR /app\nRUN python a.py").elsewhere,
            ["/app"]
        );
    }

    #[test]
    fn what_a_command_writes_is_not_the_projects() {
        for text in [
            "wget https://x/train.py\npython train.py",
            "cat > train.py <<E\nx\nE\npython train.py",
            "%%writefile train.py\nx\n!python train.py",
            "cp old/train.py .\npython train.py",
        ] {
            assert!(
                !mentions(text).scripts.contains(&"train.py".to_owned()),
                "{text}"
            );
        }
        assert_eq!(mentions("python a.py > log\n").scripts, ["a.py"]);
    }
}
