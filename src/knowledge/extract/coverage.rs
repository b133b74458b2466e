//! How much of each library is kept.

/// How much of a module is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// Everything.
    Full,
    /// The names bound in it, and of the classes that the package exports (and their bases in such
    /// modules) the constructor, `true` with the other public methods.
    Exported {
        /// Whether public methods are kept.
        methods: bool,
    },
}

/// The coverage of a module of a distribution; absent for what users never import.
pub fn of(distribution: &str, module: &str) -> Option<Coverage> {
    let internal = module.split('.').any(|part| {
        matches!(
            part,
            "tests" | "testing" | "benchmark" | "benchmarks" | "_vendor"
        )
    });
    if internal {
        return None;
    }
    // Some wheels bring folders along that are no part of the library.
    let root = module.split('.').next().unwrap_or_default();
    if matches!(root, "examples" | "scripts" | "docs" | "test" | "utils") {
        return None;
    }
    let mut parts = module.split('.').skip(1);
    let folder = parts.next().unwrap_or_default();
    let inner = parts.next();
    let deeper = parts.next().is_some();
    Some(match (distribution, folder, inner) {
        ("transformers", "models", Some(model)) if model != "auto" => {
            Coverage::Exported { methods: false }
        }
        ("diffusers", "pipelines" | "models" | "modular_pipelines", Some(_)) if deeper => {
            Coverage::Exported { methods: true }
        }
        ("timm", "models" | "layers", Some(_)) => Coverage::Exported { methods: false },
        _ => Coverage::Full,
    })
}
