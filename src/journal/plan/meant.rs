//! Which field a name that is none was meant for.

use super::field::FieldName;

/// What a name was meant for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meant {
    /// The field.
    pub name: FieldName,
    /// Whether it is the field's name with a slip; else it is another word for it.
    pub is_slip: bool,
}

/// Words that are often written for a field.
const SYNONYMS: [(&str, FieldName); 11] = [
    ("command", FieldName::Run),
    ("commands", FieldName::Run),
    ("test", FieldName::Verify),
    ("verification", FieldName::Verify),
    ("requires", FieldName::Depends),
    ("depends on", FieldName::Depends),
    ("dependencies", FieldName::Depends),
    ("blocked by", FieldName::Depends),
    ("reason", FieldName::Why),
    ("rationale", FieldName::Why),
    ("parameters", FieldName::Params),
];

/// Words of their own, in this language or in others, that look like slips.
const WORDS: [&str; 19] = [
    "mode",
    "modes",
    "modal",
    "modell",
    "modelo",
    "modello",
    "stats",
    "state",
    "states",
    "statut",
    "options",
    "optimal",
    "opcional",
    "optionnel",
    "optioneel",
    "severity",
    "passages",
    "verity",
    "tiles",
];

/// The field that a name was meant for; `None` for the name of a field, and for words of prose: `Note`.
pub fn find(written: &str) -> Option<Meant> {
    let word = written.to_lowercase();
    if FieldName::find(&word).is_some() || WORDS.contains(&word.as_str()) {
        return None;
    }
    let synonym = SYNONYMS.iter().find(|(known, _)| *known == word);
    if let Some((_, name)) = synonym {
        return Some(Meant {
            name: *name,
            is_slip: false,
        });
    }
    let slips = FieldName::ALL.into_iter().filter_map(|name| {
        let known = name.as_str().to_lowercase();
        let allowed = match known.len() {
            0..=4 => 0,
            5..=6 => 1,
            _ => 2,
        };
        let distance = strsim::osa_distance(&known, &word);
        (distance <= allowed).then_some((distance, name))
    });
    let nearest = slips.min_by_key(|(distance, _)| *distance);
    nearest.map(|(_, name)| Meant {
        name,
        is_slip: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_words() {
        for (written, meant) in [
            ("Verfy", Some(FieldName::Verify)),
            ("file", Some(FieldName::Files)),
            ("Dependson", Some(FieldName::Depends)),
            ("Depend", Some(FieldName::Depends)),
            ("Packges", Some(FieldName::Packages)),
            ("Command", Some(FieldName::Run)),
            ("Verify", None),
            ("run", None),
            ("Note", None),
            ("Mode", None),
            ("Who", None),
            ("Details", None),
            ("Prüfen", None),
            ("Estado", None),
            ("Modelo", None),
            ("Answer", None),
            ("Owner", None),
            ("Fields", None),
            ("Database", None),
        ] {
            assert_eq!(find(written).map(|it| it.name), meant, "{written}");
        }
    }
}
