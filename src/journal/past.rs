//! When steps were ticked, by the texts that a plan had.

use std::collections::{BTreeMap, BTreeSet};

use super::plan::Plan;

/// What tells a step from others over time: its id and its title, as they stand behind the box.
pub fn key<'t>(text: &'t str, plan: &Plan, step: usize) -> &'t str {
    let step = &plan.steps[step];
    let behind = (step.check.range.end as usize)..(step.line.end as usize);
    text.get(behind).unwrap_or_default().trim()
}

/// For each step that is ticked in the newest text how many commits ago it was ticked. `texts` are those that the plan
/// had, the newest first, each with how many commits ago it came about.
pub fn ticked<T: AsRef<str>>(texts: impl Iterator<Item = (u32, T)>) -> BTreeMap<String, u32> {
    let mut since = BTreeMap::new();
    let mut open: Option<BTreeSet<String>> = None;
    for (commit, text) in texts {
        let mut keys: BTreeSet<String> = keys(text.as_ref()).map(str::to_owned).collect();
        if let Some(open) = open {
            keys.retain(|key| open.contains(key));
        }
        if keys.is_empty() {
            break;
        }
        since.extend(keys.iter().map(|key| (key.clone(), commit)));
        open = Some(keys);
    }
    since
}

/// What stands behind boxes that are ticked, wherever they are.
fn keys(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let item = line.trim_start();
        let sign = item.strip_prefix(['-', '*', '+']).or_else(|| {
            let rest = item.trim_start_matches(|it: char| it.is_ascii_digit());
            rest.strip_prefix(['.', ')'])
                .filter(|_| rest.len() < item.len())
        })?;
        let rest = sign.trim_start().strip_prefix('[')?;
        rest.strip_prefix(['x', 'X'])?
            .strip_prefix(']')
            .map(str::trim)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_counts_from_where_it_stays_ticked() {
        let texts = [
            (0, "- [x] 1.1 a\n- [x] 1.2 b\n- [x] 1.3 c\n"),
            (2, "- [x] 1.1 a\n- [ ] 1.2 b\n* [X] 1.3 c \n"),
            (5, "- [x] 1.1 a\n- [x] 1.2 b\n- [x] 1.3 d\n"),
        ];
        let found = ticked(texts.into_iter());
        let shown: Vec<_> = found.iter().map(|(key, at)| (key.as_str(), *at)).collect();
        assert_eq!(shown, [("1.1 a", 5), ("1.2 b", 0), ("1.3 c", 2)]);
    }
}
