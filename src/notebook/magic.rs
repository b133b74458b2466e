//! IPython's own syntax in the source of a cell: magics, shell commands, questions.
//!
//! What is not Python is replaced by text of the same number of bytes that means nothing, so that every
//! offset stays. The shell commands are kept as places.

use super::written::Written;
use crate::python::parse::{Escape, escapes, is_broken};
use crate::text::TextRange;

/// Cell magics behind which Python of this notebook follows.
const PYTHON: [&str; 13] = [
    "capture",
    "debug",
    "heat",
    "ipytest",
    "lprun",
    "memit",
    "mprun",
    "prun",
    "run_pytest",
    "snakeviz",
    "time",
    "timeit",
    "wandb",
];

/// Cell magics behind which a shell script follows.
const SHELL: [&str; 5] = ["bash", "sh", "shell", "sx", "system"];

/// Line magics that are programs of the shell by another name.
const PROGRAMS: [&str; 4] = ["conda", "mamba", "pip", "uv"];

/// Line magics that run the Python behind them.
const RUN: [&str; 5] = ["lprun", "memit", "prun", "time", "timeit"];

/// The source of one cell, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    /// The Python in it: as long as the source, byte for byte.
    pub code: String,
    /// What was replaced, in order.
    pub magics: Vec<TextRange>,
    /// The shell commands in it, without `!` or `%`, in order; a line continued with `\` is one.
    pub commands: Vec<TextRange>,
    /// The file that the cell writes instead of being run.
    pub written: Option<Written>,
}

/// Reads the source of a cell.
pub fn scan(source: &str) -> Scan {
    let mut scan = Scan::untouched(source);
    match CellMagic::of(source) {
        Some(magic) if PYTHON.contains(&magic.name) => {
            scan.mask(0..magic.body, "");
            scan.lines(source);
        }
        Some(magic) => {
            scan.mask(0..source.len(), "");
            if magic.is_shell() {
                scan.script(source, magic.body);
            }
            scan.written = Written::of(magic.name, magic.arguments, source, magic.body);
        }
        None => scan.lines(source),
    }
    scan
}

/// `%%name arguments` on the first line that is not blank.
struct CellMagic<'s> {
    name: &'s str,
    arguments: &'s str,
    /// Where the line ends.
    body: usize,
}

impl<'s> CellMagic<'s> {
    fn of(source: &'s str) -> Option<Self> {
        let start = source.len() - source.trim_start().len();
        let head = source[start..].strip_prefix("%%")?;
        let end = head.find(['\n', '\r']).unwrap_or(head.len());
        let (name, arguments) = split_word(&head[..end]);
        Some(Self {
            name,
            arguments,
            body: start + 2 + end,
        })
    }

    fn is_shell(&self) -> bool {
        let script = || {
            let program = split_word(self.arguments).0;
            let program = program.rsplit('/').next().unwrap_or_default();
            matches!(program, "bash" | "sh" | "zsh" | "dash")
        };
        SHELL.contains(&self.name) || self.name == "script" && script()
    }
}

/// The first word, and what is behind it without the blanks around.
fn split_word(text: &str) -> (&str, &str) {
    let text = text.trim();
    let end = text.find([' ', '\t']).unwrap_or(text.len());
    (&text[..end], text[end..].trim_start())
}

impl Scan {
    /// A source that nobody looks into.
    pub fn untouched(source: &str) -> Self {
        Self {
            code: source.to_owned(),
            magics: Vec::new(),
            commands: Vec::new(),
            written: None,
        }
    }

    /// Replaces bytes by `with` and blanks; line ends stay.
    fn mask(&mut self, range: std::ops::Range<usize>, with: &str) {
        let old = &self.code[range.clone()];
        let blank = |byte: u8| match byte {
            b'\n' | b'\r' => char::from(byte),
            _ => ' ',
        };
        let kept = with.len().min(old.len());
        let new: String = with[..kept]
            .chars()
            .chain(old.bytes().skip(kept).map(blank))
            .collect();
        self.code.replace_range(range.clone(), &new);
        self.magics
            .push(TextRange::from_usize(range.start, range.end));
    }

    fn command(&mut self, source: &str, start: usize, end: usize) {
        let text = &source[start..end];
        let start = start + text.len() - text.trim_start().len();
        let end = start + text.trim().len();
        if start < end {
            self.commands.push(TextRange::from_usize(start, end));
        }
    }

    /// The lines of a cell of Python.
    fn lines(&mut self, source: &str) {
        if memchr::memchr3(b'%', b'!', b'?', self.code.as_bytes()).is_some()
            || starts_a_line(&self.code, &[',', ';', '/'])
        {
            let mut done = 0;
            for escape in escapes(&self.code) {
                let (Escape::Line(range) | Escape::Value(range) | Escape::Help(range)) = escape;
                // Two questions on one line are one.
                if range.start < done {
                    continue;
                }
                done = range.end;
                match escape {
                    Escape::Line(range) => self.line(source, range),
                    Escape::Value(range) => self.value(source, range),
                    Escape::Help(range) => self.mask(bytes(range), "0"),
                }
            }
        }
        self.bare_programs(source);
        self.magics.sort_unstable();
        self.commands.sort_unstable();
    }

    /// A statement of IPython.
    fn line(&mut self, source: &str, range: TextRange) {
        let (start, end) = (range.start as usize, range.end as usize);
        let text = range.slice(source);
        if text.starts_with('!') {
            self.command(source, end - text.trim_start_matches('!').len(), end);
        } else if let Some(magic) = text.strip_prefix('%') {
            let (name, arguments) = split_word(magic);
            let behind = start + (arguments.as_ptr() as usize - text.as_ptr() as usize);
            if PROGRAMS.contains(&name) {
                self.command(source, start + 1, end);
            } else if matches!(name, "sx" | "system") {
                self.command(source, behind, end);
            } else if RUN.contains(&name) {
                let code = behind + python_behind(name, arguments);
                if code < end {
                    // `0;` and the statement on the same line.
                    self.mask(start..code, "0");
                    return self.code.replace_range(code - 1..code, ";");
                }
            }
        }
        self.mask(start..end, "0");
    }

    /// What IPython assigns: nobody knows its value, unless it is Python behind a magic.
    fn value(&mut self, source: &str, range: TextRange) {
        let (start, end) = (range.start as usize, range.end as usize);
        let text = range.slice(source);
        if text.starts_with('!') {
            self.command(source, end - text.trim_start_matches('!').len(), end);
        } else {
            let (name, arguments) = split_word(text.trim_start_matches('%'));
            if RUN.contains(&name) && !arguments.is_empty() {
                let behind = start + (arguments.as_ptr() as usize - text.as_ptr() as usize);
                return self.mask(start..behind + python_behind(name, arguments), "");
            }
        }
        // An operation on the last output.
        self.mask(start..end, if end - start > 1 { "~_" } else { "_" });
    }

    /// `pip install NAME` without a sign, as IPython takes it; not Python, so only looked for where
    /// something is wrong.
    fn bare_programs(&mut self, source: &str) {
        if memchr::memmem::find(self.code.as_bytes(), b" install ").is_none()
            || !is_broken(&self.code)
        {
            return;
        }
        let mut start = 0;
        for line in source.split_inclusive('\n') {
            let end = start + line.trim_end().len();
            let (program, rest) = split_word(line);
            let is_one = PROGRAMS.contains(&program) && rest.starts_with("install ");
            if is_one && self.code[start..end].trim_start().starts_with(program) {
                let first = start + line.len() - line.trim_start().len();
                self.command(source, first, end);
                self.mask(first..end, "0");
            }
            start += line.len();
        }
    }

    /// The commands of a shell script.
    fn script(&mut self, source: &str, body: usize) {
        let mut first = None;
        let mut at = body;
        for line in source[body..].split_inclusive('\n') {
            let start = *first.get_or_insert(at);
            at += line.len();
            if !line.trim_end().ends_with('\\') {
                if !source[start..at].trim_start().starts_with('#') {
                    self.command(source, start, at);
                }
                first = None;
            }
        }
        if let Some(start) = first {
            self.command(source, start, source.len());
        }
    }
}

/// Where the Python begins in the arguments of a magic: behind its options.
fn python_behind(name: &str, arguments: &str) -> usize {
    let mut at = 0;
    while arguments[at..].starts_with('-') {
        let (option, rest) = split_word(&arguments[at..]);
        // `-n 10`, but `-n10`, and `-q` alone.
        let has_value = option.len() == 2 && "nrpsltTf".contains(&option[1..]);
        let has_value = has_value && !(name == "timeit" && matches!(option, "-t"));
        let rest = if has_value { split_word(rest).1 } else { rest };
        if rest.is_empty() {
            return arguments.len();
        }
        at = rest.as_ptr() as usize - arguments.as_ptr() as usize;
    }
    at
}

fn starts_a_line(text: &str, signs: &[char]) -> bool {
    text.lines()
        .any(|line| line.trim_start().starts_with(signs))
}

fn bytes(range: TextRange) -> std::ops::Range<usize> {
    range.start as usize..range.end as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(source: &str) -> String {
        scan(source).code
    }

    fn commands(source: &str) -> Vec<&str> {
        let ranges = scan(source).commands.into_iter();
        ranges.map(|range| range.slice(source)).collect()
    }

    #[test]
    fn python_stays_as_it_is() {
        for source in [
            "x = 1 % 2\n",
            "s = '''\n!ls\n%pip install a\n'''",
            "x = (a\n%b)",
            "a != b",
            "f'{x!r} %s' % y  # ?",
            "x = a \\\n  % b",
            "x = 'what?'",
            "f(a,\n  /b)",
            "",
        ] {
            assert_eq!(code(source), source);
        }
    }

    #[test]
    fn magics_become_nothing_of_the_same_length() {
        for (source, expected) in [
            ("!ls -l\nx = 1", "0     \nx = 1"),
            ("if a:\n    %pip install b\n", "if a:\n    0             \n"),
            ("files = !ls\n", "files = ~_ \n"),
            ("files = %sx ls", "files = ~_    "),
            ("model.generate?", "0              "),
            ("??a", "0  "),
            ("!pip install a \\\n  b\nx", "0               \n   \nx"),
            ("%time f(a=1)", "0    ;f(a=1)"),
            ("%timeit -n 10 -r3 f()", "0                ;f()"),
            ("x = %time f()", "x =       f()"),
            ("%time", "0    "),
            ("%matplotlib inline", "0                 "),
            ("%%time\nf()", "      \nf()"),
            ("\n%%capture out\n!ls\nf()", "\n             \n0  \nf()"),
            ("%%html\n<b>ü</b>", "      \n         "),
            ("pip install a\nf()", "0            \nf()"),
        ] {
            assert_eq!(code(source), expected, "{source}");
        }
    }

    #[test]
    fn what_begins_a_line_may_stand_behind_an_open_bracket() {
        for source in [
            "{)\n?",
            "{)\n/f x",
            "f(]\n;a\n,b",
            "{)\n%%time\n!!ls",
            "from!(,\n\u{fffd};",
            "{)\n$ `,a",
        ] {
            assert_eq!(scan(source).code.len(), source.len(), "{source:?}");
        }
    }

    #[test]
    fn commands_are_kept() {
        for (source, expected) in [
            (
                "!huggingface-cli login --token $T\n",
                vec!["huggingface-cli login --token $T"],
            ),
            ("!!ls", vec!["ls"]),
            (
                "%pip install -U 'a>1'\nx = !git status",
                vec!["pip install -U 'a>1'", "git status"],
            ),
            ("! pip install a \\\n    b", vec!["pip install a \\\n    b"]),
            (
                "%%bash\n# no\nls \\\n  -l\n\ncd a",
                vec!["ls \\\n  -l", "cd a"],
            ),
            ("%%script bash --out x\nls", vec!["ls"]),
            ("%%javascript\nls()", vec![]),
            ("%sx ls", vec!["ls"]),
            ("pip install a", vec!["pip install a"]),
            ("x = 'pip install a'", vec![]),
            ("!", vec![]),
        ] {
            assert_eq!(commands(source), expected, "{source}");
        }
    }

    const PIECES: &[&str] = &[
        "%",
        "%%",
        "!",
        "?",
        "time",
        "timeit ",
        "bash",
        "pip",
        " install ",
        "-n ",
        "\n",
        "\r\n",
        "\\\n",
        "'",
        "\"\"\"",
        "(",
        ")",
        "=",
        " ",
        "    ",
        "x",
        "ü",
        "🤗",
        "#",
        ",",
        ";",
        "/",
        "if a:\n",
        "f'{",
        "\u{0}",
        "\t",
        "\r",
    ];

    proptest! {
        #[test]
        fn every_byte_stays_or_becomes_blank(
            parts in prop::collection::vec(prop::sample::select(PIECES), 0..14)
        ) {
            let source = parts.concat();
            let scan = scan(&source);
            prop_assert_eq!(scan.code.len(), source.len());
            for (at, byte) in source.bytes().enumerate() {
                let masked = scan.magics.iter().any(|magic| bytes(*magic).contains(&at));
                if !masked || matches!(byte, b'\n' | b'\r') {
                    prop_assert_eq!(scan.code.as_bytes()[at], byte);
                }
            }
            for command in &scan.commands {
                prop_assert!(source.get(bytes(*command)).is_some_and(|text| !text.is_empty()));
            }
            let magics = scan.magics.windows(2).all(|pair| pair[0].end <= pair[1].start);
            prop_assert!(magics, "{:?}", scan.magics);
        }
    }
}
