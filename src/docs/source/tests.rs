use super::*;

const MODULE: &str = r#"
"""About the module."""
INPUTS_DOCSTRING = "Args:\n    corn (`str`): What is ground, as the template says."

if fast:
    def grind(corn):
        "Grinds."

@dataclass
class Mill:
    """A mill.

    Args:
        stones (`int`): How many.
    """
    gap: int = field(default=1, metadata={"help": "Between the " "stones."})
    stones: int = 2
    loud: bool = False
    """Whether it is heard."""

    @add_start(INPUTS_DOCSTRING.format("x"))
    def run(self, corn): ...

    @auto_docstring(custom_intro="Runs.")
    def stop(self): ...

class Table:
    corn = {"description": "What is ground.", "shape": None}
"#;

#[test]
fn the_texts_of_a_module_are_found() {
    let docs = read(MODULE);
    assert_eq!(
        docs.item("grind").unwrap().docstring.as_deref(),
        Some("Grinds.")
    );
    let mill = docs.item("Mill").unwrap();
    assert!(mill.docstring.as_ref().unwrap().starts_with("A mill."));
    assert_eq!(mill.field("gap"), Some("Between the stones."));
    assert_eq!(mill.field("loud"), Some("Whether it is heard."));
    assert_eq!(mill.field("stones"), None);
    assert!(docs.item("Mill.run").unwrap().decorators[0].texts[0].contains("template"));
    assert!(docs.item("Mill.stop").unwrap().is_automatic());
    assert_eq!(
        docs.item("Mill.stop").unwrap().decorators[0]
            .intro
            .as_deref(),
        Some("Runs.")
    );
    assert_eq!(
        docs.item("Table").unwrap().field("corn"),
        Some("What is ground.")
    );
    assert!(docs.template("INPUTS_DOCSTRING").is_some());
}

#[derive(Debug)]
struct Many;

impl ModuleSource for Many {
    fn module(&self, name: &str) -> Option<(String, bool)> {
        let number = name.strip_prefix("m")?;
        Some((
            format!("def f():\n    '''{number}{}'''\n", "x".repeat(100_000)),
            false,
        ))
    }
}

#[test]
fn what_is_kept_is_bounded() {
    let reader = Reader::default();
    let sources: Arc<dyn ModuleSource> = Arc::new(Many);
    for number in 0..400 {
        assert!(reader.module(&sources, &format!("m{number}")).is_some());
        assert!(reader.module(&sources, &format!("none{number}")).is_none());
    }
    let kept = reader.kept.lock().unwrap();
    assert!(kept.iter().map(|it| it.size).sum::<usize>() <= BUDGET);
    assert!(kept.len() <= MODULES);
    drop(kept);
    let last = reader.module(&sources, "m399").unwrap();
    assert!(
        last.item("f")
            .unwrap()
            .docstring
            .as_ref()
            .unwrap()
            .starts_with("399")
    );
}
