//! Notes on settings while they are looked for.

use super::given::Given;
use super::typed::Typed;
use super::{Origin, Setting};
use crate::python::facts::Value;

/// What was found of a setting, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Its value; unknown where it is written, but computed.
    pub value: Value,
    /// Where.
    pub origin: Origin,
}

impl Found {
    /// A value that a release makes of things.
    pub fn does(value: Value, what: String, source: &'static str) -> Self {
        Self {
            value,
            origin: Origin::Does(what, source),
        }
    }

    /// A value that is taken for granted.
    pub fn assumed(value: Value, why: impl Into<String>) -> Self {
        Self {
            value,
            origin: Origin::Assumed(why.into()),
        }
    }

    /// The same if somebody wrote or gave it, and it is no default.
    pub fn if_said(self) -> Option<Self> {
        let is_said = matches!(
            self.origin,
            Origin::Read(_) | Origin::Elsewhere(_) | Origin::Option(..)
        );
        (is_said && self.value != Value::None).then_some(self)
    }
}

/// Settings that were looked for, in that order.
#[derive(Debug)]
pub struct Notes<'g> {
    given: &'g Given,
    pub settings: Vec<Setting>,
}

impl<'g> Notes<'g> {
    /// With what people give.
    pub const fn new(given: &'g Given) -> Self {
        Self {
            given,
            settings: Vec::new(),
        }
    }

    /// Whether somebody gave a value for it.
    pub fn is_given(&self, name: &str) -> bool {
        self.given.get(name).is_some()
    }

    /// What was given for it, where that makes sense.
    pub fn given<T: Typed>(&self, name: &str) -> Option<T> {
        self.given.get(name).and_then(T::read)
    }

    /// A setting: what was given, else what was found, else `otherwise` for the reason `why`.
    pub fn take<T: Typed>(
        &mut self,
        name: &str,
        found: Option<Found>,
        otherwise: T,
        why: &str,
    ) -> T {
        self.try_take(name, found).unwrap_or_else(|computed| {
            let why = match computed {
                Some(_) => format!("its value is only known when the code runs; {why}"),
                None => why.to_owned(),
            };
            self.note(name, &otherwise, Origin::Assumed(why));
            otherwise
        })
    }

    /// The same where nothing is assumed.
    pub fn find<T: Typed>(&mut self, name: &str, found: Option<Found>) -> Option<T> {
        self.try_take(name, found).ok()
    }

    /// What was given or found; else what was found and cannot be used.
    fn try_take<T: Typed>(&mut self, name: &str, found: Option<Found>) -> Result<T, Option<Found>> {
        if let Some(value) = self.given::<T>(name) {
            self.note(name, &value, Origin::Given);
            return Ok(value);
        }
        let Some(found) = found else {
            return Err(None);
        };
        match T::read(&found.value) {
            Some(value) => {
                self.note(name, &value, found.origin);
                Ok(value)
            }
            None => Err(Some(found)),
        }
    }

    /// Notes a setting.
    pub fn note<T: Typed>(&mut self, name: &str, value: &T, origin: Origin) {
        self.say(name, value.show(), origin);
    }

    /// Notes a setting in words.
    pub fn say(&mut self, name: &str, value: String, origin: Origin) {
        self.settings.retain(|known| known.name != name);
        self.settings.push(Setting {
            name: name.to_owned(),
            value,
            origin,
        });
    }
}
