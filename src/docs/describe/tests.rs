use super::*;
use crate::docs::inventory::tests::inventory;

fn view() -> View {
    View::new([])
}

fn installed(version: &str, wanted: &str) -> Release {
    release("mill", &version.parse().unwrap(), &wanted.parse().unwrap())
}

fn doc() -> SymbolDoc {
    let group = |title: Option<&str>, names: &[&str]| Group {
        title: title.map(ToOwned::to_owned),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
    };
    SymbolDoc {
        owner: "mill.Mill".to_owned(),
        description: "[[open-in-colab]]\n\nA mill.\n\nMore.".to_owned(),
        groups: vec![
            group(None, &["stones"]),
            group(Some("Sound & light"), &["loud", "lamp", "bell"]),
            group(Some("Rest"), &["x"]),
        ],
        returns: Some(("`Flour`".to_owned(), "What comes out.".to_owned())),
        release: installed("1.0.0", "1.0.0"),
    }
}

#[test]
fn a_class_is_its_first_paragraph_and_its_groups() {
    let limits = Limits {
        text: 500,
        groups: 2,
        names: 2,
    };
    let shown = symbol(&doc(), &view(), &Links::default(), &limits);
    assert_eq!(
        shown.to_markdown(),
        "A mill.\n\n- **Parameters:** `stones`\n- **Sound & light:** `loud`, `lamp`, and 1 more\n\
         - … and 1 parameters in 1 more group\n\nReturns `Flour`: What comes out.\n"
    );
}

#[test]
fn parameters_are_linked_to_their_places() {
    let inventory =
        Inventory::parse(&inventory("mill.Mill py:class 1 reference/mill#$ -\n")).unwrap();
    let site = Site {
        host: "https://huggingface.co".to_owned(),
        product: "mill".to_owned(),
        version: "v1.0.0".to_owned(),
        language: None,
    };
    let links = Links {
        site: Some(&site),
        inventory: Some(&inventory),
    };
    let shown = symbol(&doc(), &view(), &links, &Limits::HOVER).to_markdown();
    let page = "https://huggingface.co/docs/mill/v1.0.0/reference/mill#mill.Mill";
    assert!(
        shown.contains(&format!("[`stones`]({page}.stones)")),
        "{shown}"
    );
    assert!(
        shown.ends_with(&format!("[Documentation 1.0.0]({page})\n")),
        "{shown}"
    );
    let argument_doc = ArgumentDoc {
        name: "stones".to_owned(),
        owner: "mill.Mill".to_owned(),
        heading: String::new(),
        text: "How many, see [`Mill`].".to_owned(),
        group: None,
        release: installed("1.0.0", "1.0.0"),
    };
    let shown = argument(&argument_doc, &view(), &links, &Limits::HOVER);
    assert_eq!(shown.text, format!("How many, see [`Mill`]({page})."));
    assert_eq!(shown.link, Some(format!("{page}.stones")));
}

#[test]
fn another_version_is_said() {
    let other = installed("1.0.0", "1.1.0");
    let shown = |source| {
        Documentation {
            text: "Text.".to_owned(),
            source,
            link: None,
        }
        .to_markdown()
    };
    assert_eq!(
        shown(Source::Cached(other.clone())),
        "Text.\n\ndocs for mill 1.0.0, you have 1.1.0\n"
    );
    assert_eq!(
        shown(Source::Installed(other)),
        "Text.\n\nfrom the installed mill 1.0.0\n"
    );
    assert_eq!(
        shown(Source::Installed(installed("1.1.0", "1.1.0"))),
        "Text.\n"
    );
    let link = Documentation {
        text: String::new(),
        source: Source::Nothing,
        link: Some("https://huggingface.co/docs".to_owned()),
    };
    assert_eq!(
        link.to_markdown(),
        "[Documentation](https://huggingface.co/docs)\n"
    );
}
