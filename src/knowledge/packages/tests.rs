use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use proptest::prelude::*;

use super::*;
use crate::workspace::requirements::Requirement;

fn pin(text: &str) -> Pin {
    Requirement::parse(text).expect("a requirement").into()
}

fn pins(texts: &[&str]) -> Vec<Pin> {
    texts.iter().map(|text| pin(text)).collect()
}

fn version(text: &str) -> Version {
    Version::from_str(text).expect("a version")
}

fn sentences(packages: &Packages, texts: &[&str], python: Option<&str>) -> Vec<String> {
    let python = python.map(version);
    let found = packages.conflicts(&pins(texts), python.as_ref());
    found.iter().map(ToString::to_string).collect()
}

/// The conflicts in what the program knows.
fn real(texts: &[&str]) -> Vec<String> {
    sentences(packages(), texts, None)
}

fn small() -> Packages {
    Packages::of(
        "format\t1\ndate\t2026-01-02\n\
         package app\n\treleases\t1.0 2.0\n\
         \tpython\t>=3.9\t2.0..\n\
         \trequires\tbase<2\t1.0\n\
         \trequires\tbase>=2\t2.0..\n\
         \trequires\tcore<2; extra == 'fast'\t1.0..\n\
         package base\n\treleases\t1.0 1.1\n\treleases\t2.0 2.1\n\
         \tyanked\t2.1..\n\
         \trequires\tcore<2\t1.0..1.1\n\
         \trequires\tcore>=2\t2.0\n\
         \trequires\tcore>=2.5\t2.1..\n\
         \trequires\tother; sys_platform == 'linux'\t1.0..\n\
         package core\n\treleases\t1.0\n\treleases\t2.0 2.5\n\
         package early\n\treleases\t0.9 1.0rc1 1.0\n\trequires\tcore<2\t0.9,1.0..\n\
         package old\n\treleases\t1.0\n\tunread\t1.0..\n",
    )
}

#[test]
fn releases_are_known() {
    let packages = small();
    assert_eq!(packages.names(), ["app", "base", "core", "early", "old"]);
    assert_eq!(packages.date(), "2026-01-02");
    let exists = |name: &str, text: &str| packages.existence(name, &version(text));
    assert_eq!(exists("base", "1.1"), Some(Existence::Known));
    assert_eq!(exists("base", "1.1.0"), Some(Existence::Known));
    assert_eq!(exists("base", "2.1"), Some(Existence::Yanked));
    assert_eq!(exists("base", "1.2"), Some(Existence::Missing));
    assert_eq!(exists("base", "2.2"), Some(Existence::Unsure));
    assert_eq!(exists("base", "1.2rc1"), Some(Existence::Missing));
    assert_eq!(exists("base", "1.2.dev3"), Some(Existence::Unsure));
    assert_eq!(exists("early", "1.0rc1"), Some(Existence::Known));
    assert_eq!(exists("base", "1.2+cpu"), Some(Existence::Unsure));
    assert_eq!(exists("unheard-of", "1"), None);
    let base = packages.package("base").expect("it is known");
    assert_eq!(base.newest(), Some(&version("2.0")));
    let app = packages.package("app").expect("it is known");
    assert_eq!(
        app.requires_python(&version("2.0"))
            .map(ToString::to_string)
            .as_deref(),
        Some(">=3.9")
    );
    let asked = |extras: &[String]| {
        app.requirements(&version("2.0"), extras, None)
            .map(|it| it.len())
    };
    assert_eq!(asked(&[]), Some(1));
    assert_eq!(asked(&["fast".to_owned()]), Some(2));
    let old = packages.package("old").expect("it is known");
    assert!(old.requirements(&version("1.0"), &[], None).is_none());
}

#[test]
fn proofs_are_told_in_one_sentence() {
    let packages = small();
    let told = |texts: &[&str]| sentences(&packages, texts, None);
    assert_eq!(
        told(&["base==1.0", "base==2.0"]),
        ["`base` 1.0 is pinned, but `base` 2.0 is pinned"]
    );
    assert_eq!(
        told(&["app==2.0", "base==1.0"]),
        ["`app` 2.0 requires `base` >=2, but `base` 1.0 is pinned"]
    );
    assert_eq!(
        told(&["core==1.0", "app==2.0"]),
        [
            "`app` 2.0 requires `base` >=2, every release of which (2.0 to 2.1) requires `core` >=2, but `core` 1.0 is pinned"
        ]
    );
    assert_eq!(
        told(&["app[fast]==2.0"]),
        [
            "`app[fast]` 2.0 requires `core` <2, but `app` 2.0 requires `base` >=2, every release of which (2.0 to 2.1) requires `core` >=2"
        ]
    );
    assert_eq!(
        told(&["base>=1.1,<2", "core>=2"]),
        [
            "`base` >=1.1,<2 is asked for, of which 1.1 requires `core` <2, but `core` >=2 is asked for"
        ]
    );
    assert_eq!(
        told(&["app[fast]<=2.0", "base>=2"]),
        [
            "`app[fast]` <=2.0 is asked for, every release of which (1.0 to 2.0) requires `core` <2, \
             but `base` >=2 is asked for, every release of which (2.0 to 2.1) requires `core` >=2"
        ]
    );
    let of_two = "format\t1\npackage a\n\treleases\t1 2\n\trequires\tb<2\t1\n\trequires\tc<2\t2..\n\
                  package b\n\treleases\t1 2\npackage c\n\treleases\t1 2\n\
                  package d\n\treleases\t1\n\trequires\td>1\t1..\n";
    let of_two = Packages::of(of_two);
    assert_eq!(
        sentences(&of_two, &["a<=2", "b==2", "c==2"], None),
        [
            "`a` <=2 is asked for, of which 1 requires `b` <2, `a` <=2 is asked for, of which 2 requires `c` <2, \
             `b` 2 is pinned, but `c` 2 is pinned"
        ]
    );
    assert_eq!(
        sentences(&of_two, &["d==1"], None),
        ["`d` 1 requires `d` >1"]
    );
}

#[test]
fn what_is_not_known_contradicts_nothing() {
    let packages = small();
    for texts in [
        &["app==2.0", "base>=3"][..],
        &["app==2.0", "base"],
        &[
            "base @ https://example.org/base.zip",
            "core==1.0",
            "app==2.0",
        ],
        &["base==2.0+cu121", "core==1.0"],
        &["base==1.5", "core==2.0"],
        &["base>=2.2", "core==1.0", "app"],
        &["old==1.0", "core==1.0"],
        // Some installers take a pre-release before they give up.
        &["early<=1.0", "core>=2"],
        &["unheard-of==1", "core==1.0"],
        &["base==2.0", "other==1"],
        &[],
    ] {
        let found = sentences(&packages, texts, None);
        assert_eq!(found, [""; 0], "{texts:?}");
    }
    assert_eq!(
        sentences(&packages, &["unheard-of==1", "unheard-of==2"], None).len(),
        1
    );
    assert_eq!(
        sentences(&packages, &["app==2.0", "base==1.0"], Some("3.8")),
        [""; 0]
    );
}

#[test]
fn limits_install_nothing() {
    let packages = small();
    let mut wanted = pins(&["core<2", "core>=2"]);
    for pin in &mut wanted {
        let Wanted::Versions(specifiers) = pin.wanted.clone() else {
            continue;
        };
        pin.wanted = Wanted::Limit(specifiers);
    }
    assert_eq!(packages.conflicts(&wanted, None), []);
    wanted.push(pin("base==1.0"));
    let found = packages.conflicts(&wanted, None);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].pins, [1, 2], "limits alone are no contradiction");
}

#[test]
fn every_conflict_is_told() {
    let packages = small();
    let wanted = pins(&["core==1.0", "base==2.0", "app==1.0", "core==2.5"]);
    let found: Vec<Vec<usize>> = packages
        .conflicts(&wanted, None)
        .into_iter()
        .map(|it| it.pins)
        .collect();
    assert_eq!(found, [[2, 3], [0, 3]]);
}

#[test]
fn the_newest_fitting_releases_are_found() {
    let packages = small();
    let solve = |texts: &[&str]| packages.solve(&pins(texts), None, 100);
    let named = |pairs: &[(&str, &str)]| {
        pairs
            .iter()
            .map(|(name, text)| ((*name).to_owned(), version(text)))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        solve(&["app", "core"]),
        Ok(named(&[("app", "2.0"), ("core", "2.5")]))
    );
    assert_eq!(
        solve(&["app[fast]", "core"]),
        Ok(named(&[("app", "1.0"), ("core", "1.0")]))
    );
    assert_eq!(
        solve(&["core<2", "app", "unheard-of"]),
        Ok(named(&[("core", "1.0"), ("app", "1.0")]))
    );
    assert_eq!(solve(&["base==2.1"]), Ok(named(&[("base", "2.1")])));
    assert_eq!(solve(&["base>=3"]), Err(Unsolved::Nothing));
    assert!(matches!(
        solve(&["app==2.0", "base<2"]),
        Err(Unsolved::Conflicts(_))
    ));
    assert_eq!(
        packages.solve(&pins(&["app"]), None, 1),
        Err(Unsolved::GivenUp)
    );
}

#[test]
fn every_package_in_the_program_can_be_read() {
    let all = packages();
    assert!(all.names().len() > 100);
    for name in all.names() {
        let package = all.package(name).expect("it can be read");
        assert!(package.newest().is_some(), "{name}");
    }
    assert!(!all.date().is_empty());
}

/// The text in the repository is what is in the program, in its one form.
#[test]
#[expect(clippy::disallowed_methods, reason = "a file of the repository")]
fn the_store_is_sorted() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/knowledge/store/packages.txt"
    );
    let text = std::fs::read_to_string(path).expect("it is there");
    let names: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("package "))
        .collect();
    assert!(names.is_sorted());
    assert_eq!(names, packages().names());
    assert_eq!(names, Packages::of(&text).names());
}

#[test]
fn known_conflicts_are_proved() {
    for (texts, sentence) in [
        (
            &["trl[vllm]==1.16.0", "vllm==0.33.0"][..],
            "`trl[vllm]` 1.16.0 requires `vllm` >=0.22.0,<=0.31.0, but `vllm` 0.33.0 is pinned",
        ),
        (
            &["optimum-onnx==0.1.0", "sentence-transformers==6.2.0"],
            "`optimum-onnx` 0.1.0 requires `transformers` >=4.36,<4.58.0, but `sentence-transformers` 6.2.0 requires \
             `transformers` >=5.0.0,<6.0.0",
        ),
        (
            &["optimum==2.3.0", "optimum-onnx==0.1.0"],
            "`optimum-onnx` 0.1.0 requires `optimum` ~=2.1.0, but `optimum` 2.3.0 is pinned",
        ),
        (
            &["transformers==5.23.0", "huggingface-hub==0.36.0"],
            "`transformers` 5.23.0 requires `huggingface-hub` >=1.31.0,<3.0, but `huggingface-hub` 0.36.0 is pinned",
        ),
        (
            &["lighteval[vllm]==0.13.0", "vllm==0.33.0"],
            "`lighteval[vllm]` 0.13.0 requires `vllm` >=0.10.0,<0.10.2, but `vllm` 0.33.0 is pinned",
        ),
        (
            &["torch==2.9.0+cu130", "vllm==0.33.0"],
            "`vllm` 0.33.0 requires `torch` ==2.14.0, but `torch` 2.9.0+cu130 is pinned",
        ),
    ] {
        assert_eq!(real(texts), [sentence], "{texts:?}");
    }
}

#[test]
fn sets_that_can_be_installed_are_left_alone() {
    for texts in [
        &[
            "transformers==5.23.0",
            "trl==1.16.0",
            "peft==0.21.2",
            "bitsandbytes==0.50.2",
            "accelerate==1.15.0",
            "datasets==5.2.0",
            "huggingface-hub==2.4.0",
            "trackio==0.43.0",
            "kernels==0.17.2",
        ][..],
        &["trl==1.16.0", "vllm==0.33.0"],
        &["lighteval==0.13.0", "transformers==5.23.0"],
        &[
            "transformers==4.57.6",
            "trl==0.24.0",
            "torch==2.9.0",
            "numpy<2",
        ],
        &[
            "torch==2.5.1+cu121",
            "torchvision==0.20.1+cu121",
            "transformers==4.46.0",
        ],
    ] {
        assert_eq!(real(texts), [""; 0], "{texts:?}");
    }
}

#[test]
fn an_environment_for_training_is_found() {
    let names = [
        "transformers",
        "trl",
        "peft",
        "bitsandbytes",
        "accelerate",
        "datasets",
        "trackio",
        "kernels",
    ];
    let found = packages()
        .solve(&pins(&names), Some(&version("3.12.3")), 500)
        .expect("there is one");
    let exact: Vec<String> = found
        .iter()
        .map(|(name, version)| format!("{name}=={version}"))
        .collect();
    assert_eq!(exact.len(), names.len());
    let exact: Vec<&str> = exact.iter().map(String::as_str).collect();
    assert_eq!(real(&exact), [""; 0]);
}

/// Three releases of each of these, which require each other in some way.
const NAMES: [&str; 4] = ["a", "b", "c", "d"];
const VERSIONS: [&str; 3] = ["1.0", "2.0rc1", "2.0"];
const SPECIFIERS: [&str; 9] = [
    "", "==1.0", ">=2.0", "<2.0", "!=1.0", "==2.0", ">2.0", "<=1.5", "==2.0rc1",
];

type World = Vec<Vec<Vec<String>>>;

fn requirement() -> impl Strategy<Value = String> {
    let (name, specifier) = (
        prop::sample::select(NAMES.to_vec()),
        prop::sample::select(SPECIFIERS.to_vec()),
    );
    let extra = prop::sample::select(vec!["", "", "[x]"]);
    let marker = prop::sample::select(vec!["", "", "", "; extra == 'x'"]);
    (name, extra, specifier, marker)
        .prop_map(|(name, extra, specifier, marker)| format!("{name}{extra}{specifier}{marker}"))
}

fn world() -> impl Strategy<Value = World> {
    let release = prop::collection::vec(requirement(), 0..3);
    prop::collection::vec(prop::collection::vec(release, 3), 4)
}

fn packages_of(world: &World) -> Packages {
    let release = |requires: &Vec<String>| history::Release {
        requires: Some(requires.clone()),
        ..history::Release::default()
    };
    let releases = |of: &Vec<Vec<String>>| -> BTreeMap<Version, history::Release> {
        VERSIONS
            .iter()
            .zip(of)
            .map(|(text, it)| (version(text), release(it)))
            .collect()
    };
    let all = NAMES
        .iter()
        .zip(world)
        .map(|(name, of)| ((*name).to_owned(), releases(of)));
    Packages::of(&history::to_text("2026-01-02", &all.collect()))
}

/// Whether a choice of releases (or none) of each package has all that the pins and its releases require.
fn is_whole(world: &World, choice: &[Option<usize>], pins: &[Pin]) -> bool {
    let mut extras: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let has = |name: &str, specifiers: &VersionSpecifiers| {
        let index = NAMES
            .iter()
            .position(|known| *known == name)
            .expect("it is one of them");
        choice[index].is_some_and(|release| specifiers.contains(&version(VERSIONS[release])))
    };
    for pin in pins {
        let Wanted::Versions(specifiers) = &pin.wanted else {
            continue;
        };
        if !has(&pin.name, specifiers) {
            return false;
        }
        extras
            .entry(pin.name.clone())
            .or_default()
            .extend(pin.extras.iter().cloned());
    }
    for _ in 0..NAMES.len() * 2 {
        for (index, release) in choice.iter().enumerate() {
            let of = |release: &usize| world[index][*release].clone();
            for text in release.as_ref().map(of).into_iter().flatten() {
                let needed = Requirement::parse(&text).expect("a requirement");
                let chosen = extras.get(NAMES[index]).is_some_and(|it| it.contains("x"));
                if needed.marker.is_some() && !chosen {
                    continue;
                }
                if !has(&needed.name, &needed.specifiers) {
                    return false;
                }
                extras.entry(needed.name).or_default().extend(needed.extras);
            }
        }
    }
    true
}

/// Whether any choice of known releases is whole.
fn can_be_had(world: &World, pins: &[Pin], early: bool) -> bool {
    let all = (0..4usize.pow(4)).map(|number| {
        (0..4)
            .map(|place| (number / 4usize.pow(place) % 4).checked_sub(1))
            .collect::<Vec<_>>()
    });
    all.into_iter()
        .any(|choice| (early || !choice.contains(&Some(1))) && is_whole(world, &choice, pins))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// What is proved is true, needs every pin that it names, and what is found can be installed.
    #[test]
    fn proofs_and_solutions_are_right(world in world(), texts in prop::collection::vec(requirement(), 1..4)) {
        let packages = packages_of(&world);
        let bare = texts.iter().map(|text| text.split(';').next().unwrap_or_default());
        let wanted: Vec<Pin> = bare.map(pin).collect();
        let possible = can_be_had(&world, &wanted, true);
        for conflict in packages.conflicts(&wanted, None) {
            prop_assert!(!possible, "{conflict}");
            let core: Vec<Pin> = conflict.pins.iter().map(|it| wanted[*it].clone()).collect();
            prop_assert!(!can_be_had(&world, &core, true), "{conflict}");
            for left_out in 0..core.len() {
                let mut fewer = core.clone();
                fewer.remove(left_out);
                prop_assert_eq!(packages.conflicts(&fewer, None), []);
            }
            prop_assert!(conflict.pins.contains(&conflict.blamed()));
            prop_assert!(!conflict.to_string().is_empty());
        }
        match packages.solve(&wanted, None, 10_000) {
            Ok(found) => {
                prop_assert!(possible);
                let exact: Vec<Pin> = found.iter().map(|(name, version)| pin(&format!("{name}=={version}"))).collect();
                let both: Vec<Pin> = wanted.into_iter().chain(exact).collect();
                prop_assert!(can_be_had(&world, &both, true));
            }
            Err(Unsolved::GivenUp) => prop_assert!(false, "it is small"),
            Err(_) => prop_assert!(!can_be_had(&world, &wanted, false)),
        }
    }
}
