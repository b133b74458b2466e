//! The simple commands of a shell script, with the places of their words.
//!
//! Lenient: what stands around commands (loops, functions, redirections) is stepped over, what is only
//! known when it runs is marked as such, and commands inside of substitutions are read too. One pass.

use super::command::{Command, Word};
use crate::text::TextRange;

/// Substitutions inside of substitutions beyond this are not read.
const MAX_DEPTH: usize = 32;

/// Longer lists in braces than this, in bytes, are taken for text.
const MAX_BRACES: usize = 256;

/// Words that stand in front of a command and are none.
const KEYWORDS: [&str; 11] = [
    "if", "then", "else", "elif", "do", "while", "until", "!", "{", "}", "time",
];

/// Whose shell text it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// A script.
    #[default]
    Script,
    /// An instruction of an image: a line of its own that begins with `#` is left out.
    Image,
    /// A line of a recipe: `$` belongs to make, `$$` to the shell.
    Recipe,
    /// A folded block of YAML: a line end is a blank.
    Folded,
    /// A command in a notebook: Python stands between braces.
    Cell,
}

/// The commands in `range` of `text`, in order of their ends. The range must lie on character boundaries.
pub fn commands(text: &str, range: TextRange, dialect: Dialect) -> Vec<Command> {
    let end = (range.end as usize).min(text.len());
    let mut reader = Reader {
        bytes: &text.as_bytes()[..end],
        text: &text[..end],
        at: (range.start as usize).min(end),
        dialect,
        commands: Vec::new(),
        heredocs: Vec::new(),
        depth: 0,
        in_ticks: false,
    };
    reader.list(None);
    reader.commands
}

struct Reader<'t> {
    bytes: &'t [u8],
    text: &'t str,
    at: usize,
    dialect: Dialect,
    commands: Vec<Command>,
    /// Ends of the documents that begin behind this line.
    heredocs: Vec<String>,
    depth: usize,
    /// Whether a backtick ends what is read.
    in_ticks: bool,
}

/// A word while it is read.
struct Draft {
    word: Word,
    /// Whether nothing was seen yet that is unknown.
    known: bool,
    is_empty: bool,
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn is_over(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// Reads commands up to the byte `until`, or to the end; stands on that byte then.
    fn list(&mut self, until: Option<u8>) {
        let mut words: Vec<Word> = Vec::new();
        while !self.is_over() {
            let byte = self.peek(0);
            if Some(byte) == until {
                break;
            }
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\\' if self.is_continued() => self.continue_line(),
                b'\n' if self.dialect == Dialect::Folded => self.at += 1,
                b'\n' => {
                    self.end(&mut words);
                    self.at += 1;
                    self.skip_documents();
                }
                b';' | b'&' | b'|' => {
                    if byte == b'&' && self.peek(1) == b'>' {
                        self.redirect();
                    } else {
                        self.end(&mut words);
                        self.at += 1;
                    }
                }
                b'(' => {
                    self.end(&mut words);
                    self.at += 1;
                    self.nested(b')');
                }
                b')' => {
                    // The end of a pattern of `case`, or one too many.
                    words.clear();
                    self.at += 1;
                }
                b'#' => self.skip_line(),
                b'<' | b'>' => self.redirect(),
                b'`' if until == Some(b'`') => break,
                _ => {
                    let word = self.word();
                    self.add(word, &mut words);
                }
            }
        }
        self.end(&mut words);
    }

    /// Adds a word to a command, unless it is a keyword in front of it.
    fn add(&mut self, word: Word, words: &mut Vec<Word>) {
        // `2>&1`: the number belongs to the redirection.
        let is_number =
            word.known && !word.text.is_empty() && word.text.bytes().all(|b| b.is_ascii_digit());
        if is_number && matches!(self.peek(0), b'<' | b'>') && !words.is_empty() {
            return;
        }
        if words.is_empty() && word.plain && word.known {
            if KEYWORDS.contains(&word.text.as_str()) {
                return;
            }
            if matches!(word.text.as_str(), "for" | "case" | "select" | "function") {
                return self.skip_header();
            }
        }
        words.push(word);
    }

    /// `for x in a b c`, `case x in`, `function name`: no command.
    fn skip_header(&mut self) {
        while !self.is_over() && !matches!(self.peek(0), b'\n' | b';' | b'(' | b')' | b'{') {
            if self.peek(0) == b'\\' && self.is_continued() {
                self.continue_line();
            } else if self.peek(0) == b' ' || self.peek(0) == b'\t' {
                self.at += 1;
            } else {
                let before = self.at;
                let word = self.word();
                if word.value() == Some("in") && before > 0 {
                    // What follows are words, or the patterns of a `case`.
                    continue;
                }
                if self.at == before {
                    self.at += 1;
                }
            }
        }
    }

    fn end(&mut self, words: &mut Vec<Word>) {
        if !words.is_empty() {
            let words = std::mem::take(words);
            self.commands.push(Command { words });
        }
    }

    /// Whether a backslash stands at the end of its line.
    fn is_continued(&self) -> bool {
        self.peek(1) == b'\n' || (self.peek(1) == b'\r' && self.peek(2) == b'\n')
    }

    fn continue_line(&mut self) {
        self.at += if self.peek(1) == b'\r' { 3 } else { 2 };
        while self.dialect == Dialect::Image {
            let rest = &self.bytes[self.at.min(self.bytes.len())..];
            let line = memchr::memchr(b'\n', rest).map_or(rest, |end| &rest[..=end]);
            if line.trim_ascii_start().first() != Some(&b'#') {
                break;
            }
            self.at += line.len();
        }
    }

    fn skip_line(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    }

    /// `> file`, `2>&1`, `<<END`, `<<< word`: stepped over. `<(command)` is read.
    fn redirect(&mut self) {
        let is_document = self.peek(0) == b'<' && self.peek(1) == b'<' && self.peek(2) != b'<';
        while matches!(self.peek(0), b'<' | b'>' | b'&' | b'|') {
            self.at += 1;
        }
        if is_document && self.peek(0) == b'-' {
            self.at += 1;
        }
        if self.peek(0) == b'(' {
            self.at += 1;
            return self.nested(b')');
        }
        while matches!(self.peek(0), b' ' | b'\t') {
            self.at += 1;
        }
        if matches!(self.peek(0), b'\n' | b'\r' | b';' | b'|' | b'&' | b')' | 0) {
            return;
        }
        let word = self.word();
        if is_document {
            self.heredocs.push(word.text);
        }
    }

    /// Behind a line end: the documents that were announced on the line.
    fn skip_documents(&mut self) {
        for end in std::mem::take(&mut self.heredocs) {
            while !self.is_over() {
                let start = self.at;
                self.skip_line();
                let line = self.text.get(start..self.at).unwrap_or_default();
                self.at = (self.at + 1).min(self.bytes.len());
                if line.trim() == end {
                    break;
                }
            }
        }
    }

    /// Commands inside of something, up to its end, which is stepped over.
    fn nested(&mut self, until: u8) {
        if self.depth >= MAX_DEPTH {
            self.at = self.bytes.len();
            return;
        }
        self.depth += 1;
        let around = std::mem::replace(&mut self.in_ticks, until == b'`');
        self.list(Some(until));
        self.in_ticks = around;
        self.depth -= 1;
        self.at = (self.at + 1).min(self.bytes.len());
    }

    fn word(&mut self) -> Word {
        let start = self.at;
        let mut draft = Draft {
            word: Word {
                plain: true,
                ..Word::default()
            },
            known: true,
            is_empty: true,
        };
        while !self.is_over() {
            match self.peek(0) {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b')' | b'<' | b'>' => break,
                b'(' if draft.word.text.ends_with('=') => {
                    // `ARGS=(--a b)`
                    self.balanced(b'(', b')');
                    draft.unknown(true);
                }
                b'(' => break,
                b'\\' if self.is_continued() => {
                    self.continue_line();
                    draft.escaped();
                }
                b'\\' => {
                    self.at += 1;
                    draft.escaped();
                    self.literal(&mut draft);
                }
                b'\'' => {
                    draft.escaped();
                    self.at += 1;
                    while !self.is_over() && self.peek(0) != b'\'' {
                        self.literal(&mut draft);
                    }
                    self.at += 1;
                }
                b'"' => self.quoted(&mut draft),
                b'`' if self.in_ticks => break,
                b'$' | b'`' => self.expansion(&mut draft, true),
                b'*' | b'?' | b'[' => {
                    let is_pattern = self.peek(0) != b'[' || draft.is_empty;
                    draft.unknown(is_pattern);
                    self.at += 1;
                }
                b'{' if self.dialect == Dialect::Cell => {
                    self.balanced(b'{', b'}');
                    draft.unknown(true);
                }
                b'{' if self.is_braces() => {
                    draft.unknown(true);
                    self.at += 1;
                }
                b'~' if draft.is_empty => {
                    draft.unknown(false);
                    self.at += 1;
                }
                _ => self.literal(&mut draft),
            }
            draft.is_empty = false;
        }
        self.at = self.at.min(self.bytes.len());
        if self.at == start {
            self.literal(&mut draft);
        }
        draft.word.known = draft.known;
        draft.word.range = TextRange::from_usize(start, self.at);
        draft.word
    }

    /// `{a,b}` makes several words.
    fn is_braces(&self) -> bool {
        let rest = &self.bytes[self.at..];
        let near = &rest[..rest.len().min(MAX_BRACES)];
        let end = near.iter().position(|b| matches!(b, b'}' | b' ' | b'\n'));
        end.is_some_and(|end| rest[end] == b'}' && rest[..end].contains(&b','))
    }

    /// One character as it is.
    fn literal(&mut self, draft: &mut Draft) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        match rest.chars().next() {
            Some(character) => {
                if draft.known {
                    draft.word.text.push(character);
                }
                self.at += character.len_utf8();
            }
            None => self.at += 1,
        }
    }

    fn quoted(&mut self, draft: &mut Draft) {
        draft.escaped();
        self.at += 1;
        while !self.is_over() && self.peek(0) != b'"' {
            match self.peek(0) {
                b'\\' if self.is_continued() => self.continue_line(),
                b'\\' if matches!(self.peek(1), b'"' | b'\\' | b'$' | b'`') => {
                    self.at += 1;
                    self.literal(draft);
                }
                b'$' | b'`' => self.expansion(draft, false),
                b'{' if self.dialect == Dialect::Cell => {
                    self.balanced(b'{', b'}');
                    draft.unknown(false);
                }
                _ => self.literal(draft),
            }
        }
        self.at += 1;
    }

    /// `$x`, `${x}`, `$(command)`, `` `command` ``; stands on its first byte.
    fn expansion(&mut self, draft: &mut Draft, splits: bool) {
        if self.dialect == Dialect::Recipe && self.peek(0) == b'$' {
            if self.peek(1) != b'$' {
                self.at += 1;
                match self.peek(0) {
                    b'(' => self.balanced(b'(', b')'),
                    b'{' => self.balanced(b'{', b'}'),
                    _ => self.at += 1,
                }
                return draft.unknown(splits);
            }
            // Make leaves one of the two.
            draft.escaped();
            self.at += 1;
        }
        if self.peek(0) == b'`' {
            self.at += 1;
            self.nested(b'`');
            return draft.unknown(splits);
        }
        match self.peek(1) {
            b'(' if self.peek(2) == b'(' => {
                self.at += 1;
                self.balanced(b'(', b')');
            }
            b'(' => {
                self.at += 2;
                self.nested(b')');
            }
            b'{' => {
                self.at += 1;
                let start = self.at;
                self.balanced(b'{', b'}');
                // `"${ARGS[@]}"` is several words even in quotes.
                let end = self.at.min(self.bytes.len());
                let several = self.bytes[start..end].contains(&b'@');
                return draft.unknown(splits || several);
            }
            b'\'' if splits => {
                // `$'...'` with escapes of its own.
                self.at += 2;
                while !self.is_over() && self.peek(0) != b'\'' {
                    self.at += if self.peek(0) == b'\\' { 2 } else { 1 };
                }
                self.at += 1;
            }
            next if next.is_ascii_alphanumeric() || next == b'_' => {
                self.at += 1;
                while self.peek(0).is_ascii_alphanumeric() || self.peek(0) == b'_' {
                    self.at += 1;
                }
            }
            b'@' | b'*' | b'#' | b'?' | b'$' | b'!' | b'-' => {
                // `"$@"` is several words even in quotes.
                let several = self.peek(1) == b'@';
                self.at += 2;
                return draft.unknown(splits || several);
            }
            _ => return self.literal(draft),
        }
        draft.unknown(splits);
    }

    /// Steps over what stands between two signs, and over them.
    fn balanced(&mut self, open: u8, close: u8) {
        let mut depth = 0_usize;
        while !self.is_over() {
            let byte = self.peek(0);
            self.at += 1;
            if byte == b'\\' {
                self.at += 1;
            } else if byte == open {
                depth += 1;
            } else if byte == close {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    break;
                }
            }
        }
        self.at = self.at.min(self.bytes.len());
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
    }
}

impl Draft {
    fn unknown(&mut self, splits: bool) {
        self.known = false;
        self.word.splits |= splits;
    }

    /// What follows is not written as it is.
    fn escaped(&mut self) {
        if self.known {
            self.word.plain = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str, dialect: Dialect) -> Vec<String> {
        let range = TextRange::from_usize(0, text.len());
        let word = |word: &Word| {
            let rest = match (word.known, word.splits) {
                (true, _) => "",
                (false, true) => "<?>*",
                (false, false) => "<?>",
            };
            format!("{}{rest}", word.text)
        };
        let commands = commands(text, range, dialect);
        let line = |it: &Command| it.words.iter().map(word).collect::<Vec<_>>().join("|");
        commands.iter().map(line).collect()
    }

    #[test]
    fn words_and_commands_are_told_apart() {
        for (text, expected) in [
            ("hf download a 'b c' \"d\"", vec!["hf|download|a|b c|d"]),
            (
                "A=1 hf x && b; c | d & e",
                vec!["A=1|hf|x", "b", "c", "d", "e"],
            ),
            (
                "hf up \\\n  --a \\\r\n  b # no\nnext",
                vec!["hf|up|--a|b", "next"],
            ),
            ("x=$(hf auth whoami) y", vec!["hf|auth|whoami", "x=<?>*|y"]),
            (
                "echo `hf a` \"$(hf b)\"",
                vec!["hf|a", "hf|b", "echo|<?>*|<?>"],
            ),
            ("a --o=$X \"$Y\" $Z *.txt", vec!["a|--o=<?>*|<?>|<?>*|<?>*"]),
            ("cat <<EOF\nhf x\nEOF\nhf y > log 2>&1", vec!["cat", "hf|y"]),
            ("if hf a; then\n hf b\nfi", vec!["hf|a", "hf|b", "fi"]),
            ("for x in a b; do hf $x; done", vec!["hf|<?>*", "done"]),
            ("A=(--x y)\nhf \"${A[@]}\"", vec!["A=<?>*", "hf|<?>*"]),
            ("(cd a && hf b)", vec!["cd|a", "hf|b"]),
            ("case $1 in\n a) hf x;;\nesac", vec!["hf|x", "esac"]),
            ("f() { hf x; }", vec!["f", "hf|x"]),
            ("a 2>err b", vec!["a|b"]),
            ("hf $((1+2)) ${x:-a b} c", vec!["hf|<?>*|<?>*|c"]),
        ] {
            assert_eq!(shown(text, Dialect::Script), expected, "{text}");
        }
    }

    #[test]
    fn dialects_differ_in_little() {
        assert_eq!(shown("a \\\n# note\n b", Dialect::Image), ["a|b"]);
        assert_eq!(
            shown("hf $(X) $$Y $@ z", Dialect::Recipe),
            ["hf|<?>*|<?>*|<?>*|z"]
        );
        assert_eq!(shown("a\nb", Dialect::Folded), ["a|b"]);
    }

    proptest! {
        /// Whatever stands there: words lie in the text, in order, on characters, and are read the same again.
        #[test]
        fn words_lie_in_the_text(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    "hf", " ", "\n", "\\", "\r\n", "'", "\"", "`", "$(", ")", "${", "}", "{a,", "<<E", "E",
                    "#", "&&", "|", ">", "=(", "é€", "--x=", "case", "in", "$", "$'", "[", "*", "~", ";;",
                ]),
                0..40,
            ),
            dialect in prop::sample::select(vec![
                Dialect::Script, Dialect::Image, Dialect::Recipe, Dialect::Folded, Dialect::Cell,
            ]),
        ) {
            let text = parts.concat();
            let range = TextRange::from_usize(0, text.len());
            let found = commands(&text, range, dialect);
            prop_assert_eq!(&found, &commands(&text, range, dialect));
            for command in &found {
                let mut behind = 0;
                for word in &command.words {
                    let (start, end) = (word.range.start as usize, word.range.end as usize);
                    prop_assert!(behind <= start && start < end);
                    let written = text.get(start..end);
                    prop_assert!(written.is_some_and(|it| !word.plain || it.starts_with(&word.text)));
                    behind = end;
                }
            }
        }
    }
}
