//! Targets and their mistakes.

use super::*;

fn parse(targets: &[&str]) -> Result<Targets, String> {
    Targets::parse(targets.iter().copied(), &catalog()).map_err(|error| error.to_string())
}

#[test]
fn a_target_stands_above_what_is_in_use() {
    let files = project(&[]);
    install(&files, ".venv", "transformers", "4.41.2");
    let targets = parse(&["Transformers == 5.23.1", "trl==0.9.6"]).unwrap();
    let answer = resolver(
        &files,
        Options {
            targets,
            ..options()
        },
    )
    .resolve(Path::new("/p/a.py"), None);
    assert_eq!(shown(&answer, "transformers"), "5.23.1 (--target)");
    let baseline = answer.environment.libraries["transformers"]
        .baseline
        .clone()
        .unwrap();
    assert_eq!(
        format!("{} ({})", baseline.version, baseline.source),
        "4.41.2 (.venv)"
    );
    assert_eq!(shown(&answer, "huggingface-hub"), "2.4.0 (newest known)");
}

#[test]
fn the_last_target_of_a_library_counts() {
    let settings = parse(&["transformers==4.40.0", "trl==0.8.6"]).unwrap();
    let command_line = parse(&["transformers==5.0.0"]).unwrap();
    let both = settings.overridden_by(&command_line);
    assert_eq!(
        both,
        parse(&["trl==0.8.6", "transformers==4.1.0", "transformers==5.0.0"][..1])
            .unwrap()
            .overridden_by(&command_line)
    );
}

#[test]
fn mistakes_are_told() {
    let error = |target| parse(&[target]).unwrap_err();
    assert_eq!(
        error("transformers==99"),
        "`transformers` 99 is not known; known are 4.30.2 to 5.23.0"
    );
    assert_eq!(
        error("transformer==5.0.0"),
        "target `transformer` is not a library that is checked; did you mean `transformers`?"
    );
    assert!(error("numpy==1").ends_with("known are huggingface-hub, transformers, trl"));
    for target in [
        "transformers",
        "transformers>=5",
        "==5",
        "transformers==",
        "transformers===5.0.0",
    ] {
        assert!(
            error(target).contains("looks like `transformers=="),
            "{target}: {}",
            error(target)
        );
    }
    assert!(error("trl==new").contains("is not a version"));
}
