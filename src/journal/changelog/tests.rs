use super::*;
use crate::journal::markdown::Syntax;

fn changelog(text: &str) -> Changelog {
    Changelog::read(text, &Syntax::parse(text).outline(text))
}

const TEXT: &str = "# Changelog

## [Unreleased]

### Added

- model: The licence is accepted (step 2.1)
- Two things (steps 1.1, 1.2 and 1.3)

### Oddities

* [3.1] see [1.0.0](x)

## [0.2.0](https://a/b) - 2026-11-20 [YANKED]

### Models

- a

## [0.1.0] - 2026/11/2

- b
";

#[test]
fn a_changelog_is_read() {
    let changelog = changelog(TEXT);
    assert_eq!(changelog.title.unwrap().slice(TEXT), "Changelog");
    let day = |day| jiff::civil::date(2026, 11, day);
    let versions: Vec<_> = changelog
        .versions
        .iter()
        .map(|it| (it.name.slice(TEXT), it.is_bracketed, it.is_unreleased))
        .collect();
    let expected = [
        ("Unreleased", true, true),
        ("0.2.0", true, false),
        ("0.1.0", true, false),
    ];
    assert_eq!(versions, expected);
    assert_eq!(changelog.versions[0].date, Dated::Missing);
    assert!(matches!(changelog.versions[1].date, Dated::On(date, _) if date == day(20)));
    let Dated::Elsewise(date, range) = changelog.versions[2].date else {
        panic!("{:?}", changelog.versions[2].date);
    };
    assert_eq!((date, range.slice(TEXT)), (day(2), "2026/11/2"));
    let groups: Vec<_> = changelog
        .groups
        .iter()
        .map(|it| (it.name.slice(TEXT), it.means, it.version))
        .collect();
    let expected = [
        ("Added", Some(Means::Category(Category::Added)), 0),
        ("Oddities", None, 0),
        ("Models", Some(Means::Kind(Kind::Model)), 1),
    ];
    assert_eq!(groups, expected);
    let entries: Vec<_> = changelog
        .entries
        .iter()
        .map(|it| {
            let steps: Vec<_> = it.steps.iter().map(|(id, _)| id.as_str()).collect();
            (steps.join(" "), it.kind, it.group)
        })
        .collect();
    let expected = [
        ("2.1".to_owned(), Some(Kind::Model), Some(0)),
        ("1.1 1.2 1.3".to_owned(), None, Some(0)),
        ("3.1".to_owned(), None, Some(1)),
        (String::new(), Some(Kind::Model), Some(2)),
        (String::new(), None, None),
    ];
    assert_eq!(entries, expected);
    assert!(changelog.keeps_form() && !changelog.is_by_kind());
}

#[test]
fn dates_are_read_where_they_mean_one_day() {
    let date = |written: &str| changelog(&format!("## [1.0.0] - {written}\n")).versions[0].date;
    for written in [
        "2026-11-5",
        "2026.11.05",
        "Nov 5, 2026",
        "5 November 2026",
        "2026 Nov 05",
    ] {
        let Dated::Elsewise(day, _) = date(written) else {
            panic!("{written}: {:?}", date(written));
        };
        assert_eq!(day, jiff::civil::date(2026, 11, 5), "{written}");
    }
    assert!(matches!(date("23.11.2026"), Dated::Elsewise(..)));
    for written in ["2026-02-30", "03/04/2026", "2026-13-01"] {
        assert!(matches!(date(written), Dated::Wrong(_)), "{written}");
    }
    for written in ["", "the 2026 edition", "soon", "[YANKED]"] {
        assert_eq!(date(written), Dated::Missing, "{written}");
    }
}

#[test]
fn other_forms_have_versions_too() {
    let text = "# 1.2.0 (2026-11-23)\n\n* a\n\n# v1.1.0\n\n## Bug fixes\n\n* b\n";
    let read = changelog(text);
    let names: Vec<_> = read.versions.iter().map(|it| it.name.slice(text)).collect();
    assert_eq!(names, ["1.2.0", "v1.1.0"]);
    assert!(!read.keeps_form() && read.title.is_none());
    assert_eq!(changelog("# Notes\n\n- a\n").versions, []);
}

fn inserted(text: &str, kind: Option<Kind>) -> String {
    let edit = changelog(text).insert(text, kind, "new");
    let mut text = text.to_owned();
    text.replace_range(
        edit.range.start as usize..edit.range.end as usize,
        &edit.content,
    );
    text
}

#[test]
fn an_entry_goes_behind_the_last_one_of_its_heading() {
    let text = "## [Unreleased]\n\n### Added\n\n* a\n  more\n\n### Changed\n\n## [0.1.0]\n";
    let after = inserted(text, Some(Kind::Model));
    let expected =
        "## [Unreleased]\n\n### Added\n\n* a\n  more\n* model: new\n\n### Changed\n\n## [0.1.0]\n";
    assert_eq!(after, expected);
    let after = inserted(text, Some(Kind::Performance));
    assert!(after.ends_with("### Changed\n\n- performance: new\n\n## [0.1.0]\n"));
}

#[test]
fn what_is_missing_around_an_entry_is_added() {
    let cases = [
        ("", "## [Unreleased]\n\n### Added\n\n- new\n"),
        (
            "# Changelog\n",
            "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- new\n",
        ),
        (
            "# Changelog",
            "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- new\n",
        ),
        (
            "## [0.1.0]\n\n- a\n",
            "## [Unreleased]\n\n### Added\n\n- new\n\n## [0.1.0]\n\n- a\n",
        ),
        (
            "# 0.1.0\n",
            "# Unreleased\n\n## Added\n\n- new\n\n# 0.1.0\n",
        ),
        (
            "## [Unreleased]\r\n\r\n### Fixed\r\n\r\n- a\r\n",
            "## [Unreleased]\r\n\r\n### Fixed\r\n\r\n- a\r\n\r\n### Added\r\n\r\n- new\r\n",
        ),
        (
            "## [Unreleased]\n\n## [0.1.0]\n",
            "## [Unreleased]\n\n### Added\n\n- new\n\n## [0.1.0]\n",
        ),
    ];
    for (before, after) in cases {
        assert_eq!(inserted(before, None), after, "{before}");
    }
}

#[test]
fn a_changelog_by_kinds_stays_one() {
    let text = "## [Unreleased]\n\n### Datasets\n\n- a\n";
    let after = inserted(text, Some(Kind::Model));
    assert_eq!(after, format!("{text}\n### Models\n\n- new\n"));
    let means = changelog(&after).entries[1].kind;
    assert_eq!(means, Some(Kind::Model));
}
