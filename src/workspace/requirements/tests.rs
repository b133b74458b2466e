use proptest::prelude::*;

use super::*;
use crate::workspace::mutated::mutated;

const KINDS: [(Kind, &str); 5] = [
    (
        Kind::Requirements,
        "torch>=2 # x\r\n-r base.txt\ntrl[vllm]==0.9.6 \\\n  --hash=a; python_version>'3'\n-c é.txt\n",
    ),
    (
        Kind::Pyproject,
        "[project]\ndependencies = [\n  \"trl>=0.9\", # é\n  'peft==1.0',\n]\n[tool.poetry.dependencies]\ntransformers = { version = \"^4.40\", markers = \"python_version > '3.8'\" }\ndatasets = \"~3\"\n[tool.setuptools.dynamic]\ndependencies = {file = ['r.txt']}\n",
    ),
    (
        Kind::Script,
        "# é\n# /// script\n# dependencies = [\n#   \"trl==0.9.6\",\n# ]\n# ///\nx = 1\n",
    ),
    (
        Kind::Conda,
        "name: é\ndependencies:\n  - trl=0.9\n  - pip:\n    - \"peft>=0.10\"\n",
    ),
    (
        Kind::SetupCfg,
        "[options]\ninstall_requires =\n  trl>=0.9\n  peft\n[options.extras_require]\ndev = datasets==3 # é\n",
    ),
];

fn written(text: &str, kind: Kind) -> Vec<&str> {
    let found = declared(Path::new("file"), text, kind);
    assert_eq!(found.problems, [], "{text}");
    let ranges = found
        .requirements
        .iter()
        .map(|requirement| requirement.range);
    ranges.map(|range| range.slice(text)).collect()
}

#[test]
fn ranges_are_the_bytes_of_the_requirement() {
    let expected: [&[&str]; 5] = [
        &["torch>=2", "trl[vllm]==0.9.6"],
        &[
            "trl>=0.9",
            "peft==1.0",
            "transformers = { version = \"^4.40\", markers = \"python_version > '3.8'\" }",
            "datasets = \"~3\"",
        ],
        &["trl==0.9.6"],
        &["trl=0.9", "\"peft>=0.10\""],
        &["trl>=0.9", "peft", "datasets==3"],
    ];
    for ((kind, text), expected) in KINDS.into_iter().zip(expected) {
        assert_eq!(written(text, kind), expected);
        assert_eq!(written(&format!("\u{feff}{text}"), kind), expected);
    }
}

#[test]
fn groups_and_includes_are_named() {
    let text = "[project]\ndependencies = ['trl']\n[dependency-groups]\ndev = ['peft']\n[tool.uv]\nconstraint-dependencies = ['datasets<4']\n";
    let found = declared(Path::new("pyproject.toml"), text, Kind::Pyproject);
    let groups: Vec<_> = found
        .requirements
        .into_iter()
        .map(|r| (r.name, r.group))
        .collect();
    let expected = [
        ("trl", Group::Main),
        ("peft", Group::Optional("dev".to_owned())),
        ("datasets", Group::Constraint),
    ];
    assert_eq!(
        groups,
        expected.map(|(name, group)| (name.to_owned(), group))
    );
    let text = "-r a.txt\n--constraint=b.txt\n--requirement c.txt\n-r https://x.y/d.txt\n--no-binary :all:\n";
    let found = declared(Path::new("requirements.txt"), text, Kind::Requirements);
    let includes: Vec<_> = found
        .includes
        .into_iter()
        .map(|i| (i.path, i.constraint))
        .collect();
    let expected = [("a.txt", false), ("b.txt", true), ("c.txt", false)];
    assert_eq!(
        includes,
        expected.map(|(path, constraint)| (path.to_owned(), constraint))
    );
}

#[test]
fn files_are_recognised_by_name() {
    let kind = |path: &str| Kind::of(Path::new(path));
    for path in [
        "requirements.txt",
        "a/dev-requirements.txt",
        "requirements/dev.txt",
        "constraints.txt",
    ] {
        assert_eq!(kind(path), Some(Kind::Requirements), "{path}");
    }
    assert_eq!(kind("environment.yaml"), Some(Kind::Conda));
    for path in [
        "notes.txt",
        "requirements.md",
        "poetry.lock",
        "train.py",
        "",
    ] {
        assert_eq!(kind(path), None, "{path}");
    }
}

#[test]
fn large_files_take_no_longer_than_their_size() {
    let prose = "this is no requirement\n".repeat(100_000);
    let found = declared(Path::new("requirements.txt"), &prose, Kind::Requirements);
    assert_eq!((found.requirements.len(), found.problems.len()), (0, 1));
    let conda = format!("dependencies:\n{}", "  - é-trl\n".repeat(20_000));
    let found = declared(Path::new("environment.yml"), &conda, Kind::Conda);
    let last = found
        .requirements
        .last()
        .map(|requirement| requirement.range.slice(&conda));
    assert_eq!((found.requirements.len(), last), (20_000, Some("é-trl")));
}

#[test]
fn deeply_nested_yaml_is_refused() {
    for text in [
        "- ".repeat(100_000),
        "[".repeat(100_000),
        "? ".repeat(5_000) + "a",
    ] {
        let found = declared(Path::new("environment.yml"), &text, Kind::Conda);
        assert_eq!(found.problems.len(), 1);
    }
    let ladder: String = (0..5_000).map(|depth| " ".repeat(depth) + "a:\n").collect();
    assert_eq!(
        declared(Path::new("e.yml"), &ladder, Kind::Conda)
            .problems
            .len(),
        1
    );
}

fn any_sheet() -> impl Strategy<Value = (Kind, String)> {
    (0..KINDS.len()).prop_flat_map(|at| (Just(KINDS[at].0), mutated(KINDS[at].1)))
}

proptest! {
    #[test]
    fn reading_never_panics_and_ranges_fit((kind, text) in any_sheet()) {
        let found = declared(Path::new("file"), &text, kind);
        let lines = u32::try_from(text.split('\n').count()).unwrap();
        for requirement in &found.requirements {
            let range = requirement.range;
            prop_assert!(text.get(range.start as usize..range.end as usize).is_some());
            prop_assert!(!requirement.name.is_empty());
        }
        for problem in &found.problems {
            prop_assert!((1..=lines).contains(&problem.line), "{:?}", problem);
        }
    }

    #[test]
    fn markers_and_requirements_never_panic(text in "[a-z'\"()<>=!~ ,;@0-9.*\\[\\]é]{0,40}") {
        if let Ok(marker) = Marker::parse(&text) {
            marker.applies(None);
        }
        if let Ok(requirement) = Requirement::parse(&text) {
            requirement.specifiers.contains(&pep440_rs::Version::new([4, 40]));
        }
    }
}
