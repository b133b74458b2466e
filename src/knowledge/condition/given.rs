//! Conditions of a function in the words of one that calls it.

use super::Term;

/// What a function is given by another: by name, and as terms over the arguments of that other.
pub struct Given<'g> {
    /// Values by name; `args.x` for an attribute that was set.
    pub arguments: &'g [(String, Term)],
    /// Whether all that the caller takes as `**kwargs` is given too.
    pub forwarded: bool,
    /// Whether anything else may be given.
    pub others: bool,
    /// The value of an argument that is not given.
    pub default: &'g dyn Fn(&str) -> Term,
}

impl Given<'_> {
    /// The same term over the arguments of the caller.
    pub fn translate(&self, term: &Term) -> Term {
        match term {
            Term::Arg(path) => self.argument(path),
            Term::Passed(name) => self.is_passed(name),
            Term::Base(_) => Term::Unknown,
            _ => term.map(&|part| self.translate(part)),
        }
    }

    fn find(&self, name: &str) -> Option<&Term> {
        let found = self.arguments.iter().find(|(known, _)| known == name);
        found.map(|(_, term)| term)
    }

    fn argument(&self, path: &str) -> Term {
        if let Some(known) = self.find(path) {
            return known.clone();
        }
        let (name, attributes) = match path.split_once('.') {
            Some((name, attributes)) => (name, Some(attributes)),
            None => (path, None),
        };
        let value = match self.find(name) {
            Some(term) => term.clone(),
            None if self.others => Term::Unknown,
            None if self.forwarded => {
                let own = Term::Arg(name.to_owned());
                Term::choice(Term::Passed(name.to_owned()), own, (self.default)(name))
            }
            None => (self.default)(name),
        };
        match attributes {
            Some(attributes) => attribute(value, attributes),
            None => value,
        }
    }

    fn is_passed(&self, name: &str) -> Term {
        match self.find(name) {
            Some(_) => Term::truth(true),
            None if self.others => Term::Unknown,
            None if self.forwarded => Term::Passed(name.to_owned()),
            None => Term::truth(false),
        }
    }
}

/// `term.path`
fn attribute(term: Term, path: &str) -> Term {
    match term {
        Term::Arg(name) => Term::Arg(format!("{name}.{path}")),
        Term::If(parts) => {
            let [test, body, orelse] = *parts;
            Term::choice(test, attribute(body, path), attribute(orelse, path))
        }
        _ => Term::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn translated(term: &str, arguments: &[(&str, &str)], forwarded: bool) -> String {
        let read = |text: &str| -> Term { text.parse().expect("a condition") };
        let arguments: Vec<_> = arguments
            .iter()
            .map(|(name, term)| ((*name).to_owned(), read(term)))
            .collect();
        let given = Given {
            arguments: &arguments,
            forwarded,
            others: false,
            default: &|_| Term::Literal(crate::python::facts::Value::None),
        };
        given.translate(&read(term)).to_string()
    }

    #[test]
    fn conditions_speak_of_what_the_caller_was_given() {
        let arguments = [("args", "config"), ("data", "... if x is None else x")];
        assert_eq!(
            translated("args.steps > 0 and data is None", &arguments, false),
            "config.steps > 0 and (... if x is None else x) is None"
        );
        assert_eq!(
            translated("other is None", &arguments, false),
            "None is None"
        );
        assert_eq!(
            translated("other == 3", &arguments, true),
            "(other if passed(other) else None) == 3"
        );
        let set = [("args", "config"), ("args.steps", "7")];
        assert_eq!(
            translated("args.steps == args.max", &set, false),
            "7 == config.max"
        );
    }
}
