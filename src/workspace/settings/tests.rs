use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::estimate::gpu::Gpu;
use crate::journal::role::Role;
use crate::workspace::files::MemoryFiles;
use crate::workspace::mutated::mutated;

const RULES: RuleNames<'static> = &[
    ("HF101", "removed-symbol"),
    ("HF103", "renamed-argument"),
    ("HF201", "bad-value"),
];

fn parse(text: &str) -> (Settings, Vec<String>) {
    let path = Path::new("/p/hf-lsp.toml");
    let (settings, problems) = Settings::parse(path, text, RULES);
    let told = problems
        .iter()
        .map(|problem| format!("{}: {}", problem.line, problem.message));
    (settings.unwrap(), told.collect())
}

/// The codes that run on a file.
fn enabled(settings: &Settings, path: &str) -> Vec<&'static str> {
    let on = |(code, name): &&(&str, &str)| settings.is_enabled(code, name, Path::new(path));
    RULES.iter().filter(on).map(|(code, _)| *code).collect()
}

#[test]
fn the_more_specific_selector_wins() {
    let run = |text: &str| {
        let (settings, told) = parse(text);
        assert_eq!(told, [""; 0]);
        enabled(&settings, "/p/a.py")
    };
    assert_eq!(run(""), ["HF101", "HF103", "HF201"]);
    assert_eq!(run("select = ['HF1']"), ["HF101", "HF103"]);
    assert_eq!(
        run("select = ['HF1']\nignore = ['renamed-argument']"),
        ["HF101"]
    );
    assert_eq!(run("select = ['HF103']\nignore = ['HF1']"), ["HF103"]);
    assert_eq!(run("ignore = ['ALL']\nextend-select = ['HF2']"), ["HF201"]);
    assert_eq!(run("select = []"), [""; 0]);
    assert_eq!(
        run("select = ['HF1']\nextend-select = ['HF2']\nignore = ['HF101']"),
        ["HF103", "HF201"]
    );
}

#[test]
fn files_have_their_own_ignores() {
    let (settings, _) = parse(
        "[per-file-ignores]\n'tests/*' = ['HF1']\n'conf.py' = ['ALL']\n'!src/**' = ['HF201']\n",
    );
    assert_eq!(
        enabled(&settings, "/p/src/a.py"),
        ["HF101", "HF103", "HF201"]
    );
    assert_eq!(enabled(&settings, "/p/tests/deep/a.py"), [""; 0]);
    assert_eq!(enabled(&settings, "/p/src/docs/conf.py"), [""; 0]);
    assert_eq!(enabled(&settings, "/p/a.py"), ["HF101", "HF103"]);
}

#[test]
fn later_layers_stand_above() {
    let (file, _) = parse(
        "ignore = ['HF101']\ntargets = ['trl==1.0']\n[severity]\nHF1 = 'hint'\nHF103 = 'off'",
    );
    let above = |layer: Layer| {
        let above = Settings::from_layer(&layer, Path::new("/p"), RULES).unwrap();
        file.clone().merge(above)
    };
    let strings = |items: &[&str]| {
        items
            .iter()
            .map(|item| (*item).to_owned())
            .collect::<Vec<_>>()
    };
    let ignoring = above(Layer {
        ignore: strings(&["HF2"]),
        ..Layer::default()
    });
    assert_eq!(enabled(&ignoring, "/p/a.py"), ["HF103"]);
    let selecting = above(Layer {
        select: Some(strings(&["HF101"])),
        targets: strings(&["peft==1"]),
        ..Layer::default()
    });
    assert_eq!(enabled(&selecting, "/p/a.py"), ["HF101"]);
    let targets: Vec<_> = selecting
        .targets()
        .map(|target| (target.written.as_str(), target.line))
        .collect();
    assert_eq!(targets, [("trl==1.0", 2), ("peft==1", 1)]);
    assert_eq!(
        file.severity("HF101", "removed-symbol", Severity::Error),
        Some(Severity::Hint)
    );
    assert_eq!(
        file.severity("HF103", "renamed-argument", Severity::Error),
        None
    );
    assert_eq!(
        file.severity("HF201", "bad-value", Severity::Error),
        Some(Severity::Error)
    );
}

#[test]
fn folders_are_excluded_with_all_that_is_in_them() {
    let (settings, _) = parse("exclude = ['build', 'docs/*.py', './old/']");
    for path in [
        "/p/build",
        "/p/a/build/b/c.py",
        "/p/docs/conf.py",
        "/p/old/x.py",
    ] {
        assert!(settings.is_excluded(Path::new(path)), "{path}");
    }
    for path in ["/p", "/p/builder/x.py", "/p/docs.py", "/build/x.py"] {
        assert!(!settings.is_excluded(Path::new(path)), "{path}");
    }
}

#[test]
fn the_strongest_machine_counts() {
    let (file, told) = parse("gpu = '2x24GB'");
    assert_eq!(told.len(), 0);
    let label = |settings: &Settings| settings.gpu().map(Gpu::label);
    assert_eq!(label(&file).as_deref(), Some("2x24GB"));
    let above = |gpu: &str| {
        let layer = Layer {
            gpu: gpu.to_owned(),
            ..Layer::default()
        };
        Settings::from_layer(&layer, Path::new("/p"), RULES)
    };
    let merged = |gpu: &str| label(&file.clone().merge(above(gpu).unwrap()));
    assert_eq!(merged(" ").as_deref(), Some("2x24GB"));
    assert_eq!(merged("A100-80GB").as_deref(), Some("1x80GB"));
    assert!(above("much").is_err());
    let (_, told) = parse("gpu = 'much'\n[severity]\n");
    assert!(told[0].starts_with("1: "), "{told:?}");
}

#[test]
fn mistakes_are_told_with_their_line_and_the_rest_counts() {
    let (settings, told) = parse(
        "select = [\n  'HF1',\n  'HF104',\n]\nignore = 'HF101'\nlines = 3\nexclude = ['[']\n[severity]\nHF101 = 'fatal'\nHF9 = 'off'\n[per-file-ignores]\n'{' = ['HF1']\n",
    );
    assert_eq!(enabled(&settings, "/p/a.py"), ["HF101", "HF103"]);
    let begins = [
        "3: `HF104` is not a rule; did you mean `HF101`?",
        "5: an array of strings is expected here",
        "6: `lines` is not a setting; known are select",
        "7: `[` is not a glob",
        "9: `fatal` is not a severity",
        "10: `HF9` is not a rule",
        "12: `{` is not a glob",
    ];
    assert_eq!(told.len(), begins.len(), "{told:#?}");
    for (told, begin) in told.iter().zip(begins) {
        assert!(told.starts_with(begin), "{told}");
    }
}

#[test]
fn the_nearest_file_with_settings_counts() {
    let files = MemoryFiles::new();
    files.write(
        "/p/pyproject.toml",
        "\u{feff}[tool.hf-lsp]\r\nselect = ['HF2']\r\n",
    );
    files.write("/p/a/pyproject.toml", "[project]\nname = 'a'\n");
    files.write("/p/b/pyproject.toml", "[tool\n");
    files.write("/p/c/hf-lsp.toml", "select = ['HF101']");
    files.write("/p/c/pyproject.toml", "[tool.hf-lsp]\nselect = []");
    files.write("/hf-lsp.toml", "select = []");
    let load = |folder: &str| Settings::load(&files, Path::new(folder), Path::new("/p"), RULES);
    let a = load("/p/a/deep");
    assert_eq!(a.path.as_deref(), Some(Path::new("/p/pyproject.toml")));
    assert_eq!(enabled(&a.settings, "/p/a/x.py"), ["HF201"]);
    let b = load("/p/b");
    assert_eq!(enabled(&b.settings, "/p/b/x.py"), ["HF201"]);
    assert_eq!((b.problems.len(), b.problems[0].line), (1, 1));
    assert_eq!(enabled(&load("/p/c").settings, "/p/c/x.py"), ["HF101"]);
    files.remove("/p/pyproject.toml");
    assert_eq!(load("/p/a").path, None);
}

#[test]
fn an_editor_sends_json() {
    let json = r#"{"extendSelect": ["HF2"], "per-file-ignores": {"a.py": ["ALL"]}, "targets": ["trl==1"], "other": 1}"#;
    let layer: Layer = serde_json::from_str(json).unwrap();
    let settings = Settings::from_layer(&layer, Path::new("/p"), RULES).unwrap();
    assert_eq!(enabled(&settings, "/p/a.py"), [""; 0]);
    let wrong = Layer {
        ignore: vec!["HF9".to_owned()],
        ..Layer::default()
    };
    let error = Settings::from_layer(&wrong, Path::new("/p"), RULES).unwrap_err();
    assert!(error.starts_with("`HF9` is not a rule"), "{error}");
}

#[test]
fn the_journal_stays_in_the_project() {
    let names = |text: &str| {
        let (settings, told) = parse(text);
        (settings.journal(Names::default()), told)
    };
    let (set, told) = names(
        "[journal]\nfolder = './docs//plans/'\nplan = 'PLAN.md'\nstale-days = 3\nsuggestions = false\n",
    );
    assert_eq!(told, [""; 0]);
    assert_eq!(
        (
            set.path(Role::Plan).as_str(),
            set.stale_days,
            set.suggestions
        ),
        ("docs/plans/PLAN.md", 3, false)
    );
    assert_eq!(set.path(Role::Stack), "docs/plans/TECH-STACK.md");
    assert_eq!(
        names("[journal]\nfolder = '.'\n").0.path(Role::Plan),
        "OUR-PLAN.md"
    );
    for wrong in [
        "'../x.md'",
        "'/x.md'",
        "'a/../../x.md'",
        "'C:/x.md'",
        "'~/x.md'",
        "'x.txt'",
        "''",
        "3",
        "'a\\x.md'",
    ] {
        let (set, told) = names(&format!("[journal]\nplan = {wrong}\nstack = 'S.md'\n"));
        assert_eq!(told.len(), 1, "{wrong}");
        assert!(told[0].starts_with("2: "), "{told:?}");
        assert_eq!(
            (set.plan.as_str(), set.stack.as_str()),
            ("OUR-PLAN.md", "S.md")
        );
    }
    for (wrong, line) in [
        ("journal = 1", 1),
        ("[journal]\nstale-days = -1", 2),
        ("[journal]\nplans = 'x.md'", 2),
    ] {
        let (set, told) = names(wrong);
        assert_eq!((set, told.len()), (Names::default(), 1));
        assert!(told[0].starts_with(&format!("{line}: ")), "{told:?}");
    }
}

#[test]
fn an_editor_says_where_the_journal_is() {
    let json = r#"{"journal": {"folder": "docs", "staleDays": 30, "suggestions": false}}"#;
    let layer: Layer = serde_json::from_str(json).unwrap();
    let (file, _) = parse("[journal]\nfolder = 'notes'\nplan = 'PLAN.md'\n");
    let above = Settings::from_layer(&layer, Path::new("/p"), RULES).unwrap();
    let names = file.merge(above).journal(Names::default());
    assert_eq!(
        (names.path(Role::Plan).as_str(), names.stale_days),
        ("docs/PLAN.md", 30)
    );
    let unset: Layer = serde_json::from_str(r#"{"journal": {"folder": ""}}"#).unwrap();
    let (file, _) = parse("[journal]\nfolder = 'notes'\n");
    let above = Settings::from_layer(&unset, Path::new("/p"), RULES).unwrap();
    assert_eq!(file.merge(above).journal(Names::default()).folder, "notes");
    let wrong: Layer = serde_json::from_str(r#"{"journal": {"folder": "../x"}}"#).unwrap();
    let error = Settings::from_layer(&wrong, Path::new("/p"), RULES).unwrap_err();
    assert_eq!(
        error,
        "`../x` leads out of the project; the journal lies in the project's folder"
    );
}

const FULL: &str = "select = ['HF1']\nexclude = ['a/*', '{b,c}']\n[per-file-ignores]\n'!t/**' = ['ALL']\n\
                    [severity]\nHF101 = 'off'\n[journal]\nfolder = 'a'\nstale-days = 9\n";

proptest! {
    #[test]
    fn reading_settings_never_panics(text in mutated(FULL)) {
        let lines = u32::try_from(text.split('\n').count()).unwrap();
        let (settings, problems) = Settings::parse(Path::new("/p/hf-lsp.toml"), &text, RULES);
        for problem in &problems {
            prop_assert!((1..=lines).contains(&problem.line), "{:?}", problem);
        }
        if let Some(settings) = settings {
            settings.is_enabled("HF101", "removed-symbol", Path::new("/p/a/b.py"));
            settings.is_excluded(Path::new("/p/a/b.py"));
        }
    }
}

#[test]
fn optional_rules_run_where_they_are_selected() {
    const OPTIONAL: RuleNames<'_> = &[("HF601", "hardcoded-token"), ("HF606", "unpinned-revision")];
    let runs = |text: &str| {
        let path = Path::new("/p/hf-lsp.toml");
        let (settings, problems) = Settings::parse(path, text, OPTIONAL);
        assert_eq!(problems.len(), 0);
        settings
            .unwrap()
            .is_enabled("HF606", "unpinned-revision", Path::new("/p/a.py"))
    };
    assert!(!runs(""));
    assert!(!runs("extend-select = ['HF601']"));
    assert!(runs("extend-select = ['HF606']"));
    assert!(runs("select = ['HF6']"));
}
