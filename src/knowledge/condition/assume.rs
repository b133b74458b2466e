//! Terms where something is known to hold: shorter ones that say the same.

use super::Term;

/// What is known: terms with their truth.
type Facts<'t> = Vec<(&'t Term, bool)>;

/// The parts of a test that are decided when all of it is.
fn facts<'t>(test: &'t Term, truth: bool, found: &mut Facts<'t>) {
    match test {
        Term::And(terms) if truth => terms.iter().for_each(|term| facts(term, true, found)),
        Term::Or(terms) if !truth => terms.iter().for_each(|term| facts(term, false, found)),
        Term::Not(inner) => facts(inner, !truth, found),
        Term::Unknown => {}
        _ => found.push((test, truth)),
    }
}

impl Term {
    /// The same value, where `test` is known to hold, or not to.
    #[must_use]
    pub fn assuming(self, test: &Self, truth: bool) -> Self {
        let mut known = Vec::new();
        facts(test, truth, &mut known);
        if known.is_empty() {
            self
        } else {
            self.value_with(&known)
        }
    }

    /// All of them; what earlier ones say is left out of later ones.
    pub fn in_order(terms: impl IntoIterator<Item = Self>) -> Self {
        let mut before = Self::truth(true);
        let terms = terms.into_iter().flat_map(|term| match term {
            Self::And(terms) => terms,
            term => vec![term],
        });
        for term in terms {
            let mut known = Vec::new();
            facts(&before, true, &mut known);
            let term = term.truth_with(&known);
            before = Self::all([before, term]);
        }
        before
    }

    /// Whether it is known to hold.
    fn known_truth(&self, known: &Facts<'_>) -> Option<bool> {
        let same = known.iter().find(|(fact, _)| *fact == self);
        if let Some((_, truth)) = same {
            return Some(*truth);
        }
        let Self::Compare(op, sides) = self else {
            return None;
        };
        known.iter().find_map(|(fact, truth)| match fact {
            Self::Compare(other, those) if those == sides && *other == op.negated() => Some(!truth),
            _ => None,
        })
    }

    /// Where only its truth counts.
    fn truth_with(self, known: &Facts<'_>) -> Self {
        if let Some(truth) = self.known_truth(known) {
            return Self::truth(truth);
        }
        match self {
            Self::Not(inner) => inner.truth_with(known).negated(),
            Self::And(terms) => Self::all(terms.into_iter().map(|term| term.truth_with(known))),
            Self::Or(terms) => Self::any(terms.into_iter().map(|term| term.truth_with(known))),
            term => term.value_with(known),
        }
    }

    /// Where its value counts: a comparison that is known has its truth as value, a name that is true
    /// may still have any.
    fn value_with(self, known: &Facts<'_>) -> Self {
        match self {
            Self::Compare(op, sides) => {
                let term = Self::Compare(op, sides);
                if let Some(truth) = term.known_truth(known) {
                    return Self::truth(truth);
                }
                let Self::Compare(op, sides) = term else {
                    return term;
                };
                let [left, right] = *sides;
                Self::compare(op, left.value_with(known), right.value_with(known))
            }
            Self::Arithmetic(op, sides) => {
                let [left, right] = *sides;
                Self::Arithmetic(
                    op,
                    Box::new([left.value_with(known), right.value_with(known)]),
                )
            }
            Self::If(parts) => {
                let [test, body, orelse] = *parts;
                let test = test.truth_with(known);
                match test.literal_truth() {
                    Some(true) => body.value_with(known),
                    Some(false) => orelse.value_with(known),
                    None => {
                        let (body, orelse) = (body.value_with(known), orelse.value_with(known));
                        if body == orelse {
                            body
                        } else {
                            Self::If(Box::new([test, body, orelse]))
                        }
                    }
                }
            }
            Self::Not(inner) => inner.truth_with(known).negated(),
            Self::Call(function, terms) => Self::Call(
                function,
                terms
                    .into_iter()
                    .map(|term| term.value_with(known))
                    .collect(),
            ),
            // `a or b` is one of its parts, which a shorter term need not be.
            term => term,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shorter(term: &str, test: &str, truth: bool) -> String {
        let term: Term = term.parse().expect("a condition");
        term.assuming(&test.parse().expect("a condition"), truth)
            .to_string()
    }

    #[test]
    fn what_is_known_is_left_out() {
        assert_eq!(shorter("1 if a == b else 2", "a == b", true), "1");
        assert_eq!(shorter("1 if a != b else 2", "a == b", true), "2");
        assert_eq!(
            shorter("1 if a == b and c else 2", "a == b and d", true),
            "1 if c else 2"
        );
        assert_eq!(
            shorter("1 if a == b and c else 2", "a == b or d", false),
            "2"
        );
        assert_eq!(shorter("x if a else y", "a", true), "x");
        // The value of a name is not its truth.
        assert_eq!(shorter("a > 3", "a", true), "a > 3");
        assert_eq!(shorter("a or b", "a", true), "a or b");
        let parts =
            ["a == 1", "(b if a == 1 else c) > 2"].map(|text| text.parse().expect("a condition"));
        assert_eq!(Term::in_order(parts).to_string(), "a == 1 and b > 2");
    }
}
