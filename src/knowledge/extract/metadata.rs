//! Requirements and console scripts of a distribution.

use super::Distribution;
use crate::knowledge::fact::Fact;

/// The facts of the distribution itself.
pub fn facts(distribution: &Distribution) -> Vec<Fact> {
    let mut facts = Vec::new();
    for line in distribution
        .metadata
        .lines()
        .take_while(|line| !line.is_empty())
    {
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        match key.to_ascii_lowercase().as_str() {
            "requires-python" => {
                let specifiers: String = value.chars().filter(|c| !c.is_whitespace()).collect();
                facts.push(Fact::Requires(format!("python{specifiers}")));
            }
            "requires-dist" => facts.push(Fact::Requires(value)),
            _ => {}
        }
    }
    facts.extend(scripts(&distribution.entry_points));
    facts
}

/// The `[console_scripts]` of `entry_points.txt`.
pub fn scripts(entry_points: &str) -> Vec<Fact> {
    let mut inside = false;
    let mut scripts = Vec::new();
    for line in entry_points.lines().map(str::trim) {
        if line.starts_with('[') {
            inside = line == "[console_scripts]";
        } else if let (true, Some((name, target))) = (inside, line.split_once('=')) {
            scripts.push(Fact::Script {
                name: name.trim().to_owned(),
                target: target.trim().to_owned(),
            });
        }
    }
    scripts
}
