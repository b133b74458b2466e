//! Which steps a step depends on.

use std::collections::HashMap;

use super::id::Id;
use super::plan::{Plan, Step};
use crate::text::TextRange;

/// A dependency as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The step, by its place in the plan.
    pub step: usize,
    /// Where its id is written.
    pub range: TextRange,
}

/// The dependencies of all steps of a plan.
#[derive(Debug)]
pub struct Graph<'p> {
    plan: &'p Plan,
    /// What each step names, without the steps that it is a part of and those that are parts of it.
    named: Vec<Vec<Dependency>>,
    children: Vec<Vec<usize>>,
}

impl<'p> Graph<'p> {
    /// Reads the dependencies of a plan.
    pub fn new(text: &str, plan: &'p Plan) -> Self {
        let mut places: HashMap<&Id, usize> = HashMap::new();
        let mut children = vec![Vec::new(); plan.steps.len()];
        for (at, step) in plan.steps.iter().enumerate() {
            if let Some(id) = &step.id {
                places.entry(id).or_insert(at);
            }
            if let Some(parent) = step.parent {
                children[parent].push(at);
            }
        }
        let is_within = |inner: usize, outer: usize| {
            let mut above = std::iter::successors(Some(inner), |at| plan.steps[*at].parent);
            above.any(|at| at == outer)
        };
        let named = plan.steps.iter().enumerate().map(|(at, step)| {
            let known = step.depends(text).into_iter().filter_map(|(id, range)| {
                let step = *places.get(&id)?;
                Some(Dependency { step, range })
            });
            let is_other = |it: &Dependency| {
                it.step == at || !(is_within(at, it.step) || is_within(it.step, at))
            };
            known.filter(is_other).collect()
        });
        Self {
            named: named.collect(),
            plan,
            children,
        }
    }

    /// What a step names.
    pub fn named(&self, step: usize) -> &[Dependency] {
        &self.named[step]
    }

    /// Whether nothing is left to do of a step, or of all that are parts of it.
    pub fn is_over(&self, step: usize) -> bool {
        let parts = &self.children[step];
        let is_over = |at: usize| self.plan.steps[at].state.is_over();
        is_over(step) || (!parts.is_empty() && parts.iter().all(|part| self.is_over(*part)))
    }

    /// The steps that have to be done before a step, or as a part of it: what it names, what those name that it is
    /// a part of, and what is a part of it.
    pub fn next(&self, step: usize) -> impl Iterator<Item = usize> + '_ {
        let above = std::iter::successors(Some(step), |at| self.plan.steps[*at].parent);
        let named = above.flat_map(|at| self.named[at].iter().map(|it| it.step));
        named.chain(self.children[step].iter().copied())
    }

    /// What a step still waits for: of the steps that it names, and of those that the steps around it name, the ones
    /// that are not over.
    pub fn open_before(&self, step: usize) -> Vec<usize> {
        let above = std::iter::successors(Some(step), |at| self.plan.steps[*at].parent);
        let named = above.flat_map(|at| self.named[at].iter().map(|it| it.step));
        let mut open: Vec<usize> = named.filter(|at| !self.is_over(*at)).collect();
        open.sort_unstable();
        open.dedup();
        open
    }

    /// Whether a step has to wait for another one, directly or not.
    pub fn waits_for(&self, step: usize, other: usize) -> bool {
        let mut seen = vec![false; self.named.len()];
        let mut waiting = vec![step];
        while let Some(at) = waiting.pop() {
            for next in self.next(at) {
                if next == other {
                    return true;
                }
                if !std::mem::replace(&mut seen[next], true) {
                    waiting.push(next);
                }
            }
        }
        false
    }

    /// The shortest way from a step back to itself.
    pub fn circle(&self, step: usize, group: &[bool]) -> Vec<usize> {
        let mut from: HashMap<usize, usize> = HashMap::new();
        let mut waiting = std::collections::VecDeque::from([step]);
        while let Some(at) = waiting.pop_front() {
            for next in self.next(at).filter(|next| group[*next]) {
                if next == step {
                    let mut way = vec![step, at];
                    while let Some(before) = way.last().and_then(|at| from.get(at)) {
                        way.push(*before);
                    }
                    if at == step {
                        way.pop();
                        way.push(step);
                    }
                    way.reverse();
                    return way;
                }
                if let std::collections::hash_map::Entry::Vacant(entry) = from.entry(next) {
                    entry.insert(at);
                    waiting.push_back(next);
                }
            }
        }
        Vec::new()
    }

    /// Steps that all wait for each other, in groups, each in the order of the plan.
    pub fn circles(&self) -> Vec<Vec<usize>> {
        let mut found = Components::new(self).run();
        for group in &mut found {
            group.sort_unstable();
        }
        found.retain(|group| {
            group.len() > 1 || self.named[group[0]].iter().any(|it| it.step == group[0])
        });
        found.sort();
        found
    }

    /// The step of a place.
    pub fn step(&self, at: usize) -> &'p Step {
        &self.plan.steps[at]
    }
}

/// Tarjan's strongly connected components, without recursion.
struct Components<'g, 'p> {
    graph: &'g Graph<'p>,
    order: Vec<Option<usize>>,
    low: Vec<usize>,
    on_stack: Vec<bool>,
    stack: Vec<usize>,
    count: usize,
    found: Vec<Vec<usize>>,
}

impl<'g, 'p> Components<'g, 'p> {
    fn new(graph: &'g Graph<'p>) -> Self {
        let size = graph.named.len();
        Self {
            graph,
            order: vec![None; size],
            low: vec![0; size],
            on_stack: vec![false; size],
            stack: Vec::new(),
            count: 0,
            found: Vec::new(),
        }
    }

    fn run(mut self) -> Vec<Vec<usize>> {
        for start in 0..self.order.len() {
            if self.order[start].is_none() {
                self.visit(start);
            }
        }
        self.found
    }

    fn visit(&mut self, start: usize) {
        let mut path = vec![self.enter(start)];
        while let Some((at, nexts)) = path.last_mut() {
            let at = *at;
            match nexts.pop() {
                Some(next) => match self.order[next] {
                    None => path.push(self.enter(next)),
                    Some(order) if self.on_stack[next] => self.low[at] = self.low[at].min(order),
                    Some(_) => {}
                },
                None => {
                    path.pop();
                    if let Some((above, _)) = path.last() {
                        self.low[*above] = self.low[*above].min(self.low[at]);
                    }
                    self.leave(at);
                }
            }
        }
    }

    fn enter(&mut self, at: usize) -> (usize, Vec<usize>) {
        self.order[at] = Some(self.count);
        self.low[at] = self.count;
        self.count += 1;
        self.stack.push(at);
        self.on_stack[at] = true;
        let mut nexts: Vec<usize> = self.graph.next(at).collect();
        nexts.sort_unstable();
        nexts.dedup();
        (at, nexts)
    }

    fn leave(&mut self, at: usize) {
        if Some(self.low[at]) != self.order[at] {
            return;
        }
        let mut group = Vec::new();
        while let Some(member) = self.stack.pop() {
            self.on_stack[member] = false;
            group.push(member);
            if member == at {
                break;
            }
        }
        self.found.push(group);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::markdown::Syntax;

    fn plan(text: &str) -> Plan {
        Plan::read(text, &Syntax::parse(text).outline(text))
    }

    #[test]
    fn circles_are_found_and_named() {
        let text = "- [ ] 1.1 a\n  - Depends: 1.2\n- [ ] 1.2 b\n  - Depends: 1.3\n- [ ] 1.3 c\n  - Depends: 1.1\n\
            - [ ] 1.4 d\n  - Depends: 1.4\n- [ ] 1.5 e\n  - Depends: 1.1\n";
        let plan = plan(text);
        let graph = Graph::new(text, &plan);
        assert_eq!(graph.circles(), [vec![0, 1, 2], vec![3]]);
        assert_eq!(
            graph.circle(0, &[true, true, true, false, false]),
            [0, 1, 2, 0]
        );
        assert_eq!(graph.circle(3, &[false, false, false, true, false]), [3, 3]);
    }

    #[test]
    fn a_group_is_all_its_steps() {
        let text = "- [ ] 1.1 a\n  - Depends: 1.3\n  - [x] 1.1.1 b\n    - Depends: 1.1\n  - [x] 1.1.2 c\n- [ ] 1.2 d\n  - Depends: 1.1\n- [ ] 1.3 e\n";
        let plan = plan(text);
        let graph = Graph::new(text, &plan);
        assert!(graph.is_over(0) && !graph.is_over(3));
        assert_eq!(graph.circles(), [[0_usize; 0]; 0]);
        assert!(graph.waits_for(3, 1) && graph.waits_for(1, 4) && graph.waits_for(3, 4));
        assert!(!graph.waits_for(4, 0));
    }

    #[test]
    fn a_part_waits_for_what_the_whole_waits_for() {
        let text = "- [ ] 1.1 a\n- [ ] 1.2 b\n  - Depends: 1.1\n  - [ ] 1.2.1 c\n- [x] 1.3 d\n  - Depends: 1.2.1\n";
        let plan = plan(text);
        let graph = Graph::new(text, &plan);
        assert_eq!(graph.open_before(2), [0]);
        assert_eq!(graph.open_before(3), [2]);
        assert_eq!(graph.open_before(0), [0_usize; 0]);
    }
}
