//! Sizes and switches of a configuration. Whatever stands there, a size is a number that can be counted with.

use serde_json::{Map, Value};

use super::Unknown;

/// No model has a size above this; products of three of them do not overflow.
const MOST: u64 = 1 << 20;

/// A configuration.
pub struct Config<'a>(&'a Map<String, Value>);

impl<'a> Config<'a> {
    /// A `config.json` as it was read.
    pub fn new(config: &'a Value) -> Result<Self, Unknown> {
        let fields = config.as_object();
        fields
            .map(Self)
            .ok_or_else(|| Unknown("the configuration is no object".to_owned()))
    }

    /// The field `model_type`.
    pub fn family(&self) -> Result<&'a str, Unknown> {
        let name = self.0.get("model_type").and_then(Value::as_str);
        name.ok_or_else(|| Unknown("the configuration has no `model_type`".to_owned()))
    }

    /// The first of the classes that it names.
    pub fn architecture(&self) -> Option<&'a str> {
        self.0.get("architectures")?.get(0)?.as_str()
    }

    /// A size that has to be there.
    pub fn size(&self, name: &str) -> Result<u64, Unknown> {
        match self.sized(name)? {
            Some(size) => Ok(size),
            None => Err(Unknown(format!("the configuration has no `{name}`"))),
        }
    }

    /// A size with the default of its class.
    pub fn size_or(&self, name: &str, default: u64) -> Result<u64, Unknown> {
        Ok(self.sized(name)?.unwrap_or(default))
    }

    /// A size that only helps.
    pub fn maybe(&self, name: &str) -> Option<u64> {
        self.0.get(name)?.as_u64().filter(|size| *size > 0)
    }

    fn sized(&self, name: &str) -> Result<Option<u64>, Unknown> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match value.as_u64() {
                Some(size) if (1..=MOST).contains(&size) => Ok(Some(size)),
                _ => Err(Unknown(format!(
                    "`{name}` of the configuration is no size that a model can have"
                ))),
            },
        }
    }

    /// A number that may be 0, with the default of its class.
    pub fn number(&self, name: &str, default: u64) -> Result<u64, Unknown> {
        match self.0.get(name).and_then(Value::as_u64) {
            Some(0) => Ok(0),
            _ => self.size_or(name, default),
        }
    }

    /// A number, where it is above 0: -1 often means that there is none.
    pub fn positive(&self, name: &str) -> Option<u64> {
        self.maybe(name).filter(|size| *size <= MOST)
    }

    /// Whether a number below 0 stands there.
    pub fn is_negative(&self, name: &str) -> bool {
        let value = self.0.get(name).and_then(Value::as_i64);
        value.is_some_and(|it| it < 0)
    }

    /// Whether a number stands there.
    pub fn has_number(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(Value::is_number)
    }

    /// Whether it says that there is none.
    pub fn is_null(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(Value::is_null)
    }

    /// Words that stand in a list, or in one text with something between them.
    pub fn parts(&self, name: &str, between: char) -> Vec<&'a str> {
        let text = self.text(name).unwrap_or_default();
        let of_text = text.split(between).map(str::trim);
        self.words(name).chain(of_text).collect()
    }

    /// A switch with the default of its class.
    pub fn is(&self, name: &str, default: bool) -> Result<bool, Unknown> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(default),
            Some(Value::Bool(it)) => Ok(*it),
            Some(_) => Err(Unknown(format!(
                "`{name}` of the configuration is neither true nor false"
            ))),
        }
    }

    /// A text.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        self.0.get(name)?.as_str()
    }

    /// The words of a list.
    pub fn words(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let list = self.0.get(name).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str)
    }

    /// How long a list is.
    pub fn entries(&self, name: &str) -> Option<u64> {
        let list = self.0.get(name).and_then(Value::as_array);
        list.map(|it| it.len() as u64)
    }

    /// Whether a factor changes nothing.
    pub fn is_one(&self, name: &str) -> bool {
        let factor = self.0.get(name).and_then(Value::as_f64);
        factor.is_none_or(|it| (it - 1.0).abs() < f64::EPSILON)
    }

    /// Whether a list is there that has something in it.
    pub fn lists(&self, name: &str) -> bool {
        self.0
            .get(name)
            .and_then(Value::as_array)
            .is_some_and(|it| !it.is_empty())
    }

    /// How many labels a head for classes has: two where nothing says so.
    pub fn labels(&self) -> Result<u64, Unknown> {
        let named = self.0.get("id2label").and_then(Value::as_object);
        let named = named
            .map(|it| it.len() as u64)
            .filter(|it| (1..=MOST).contains(it));
        match self.sized("num_labels")? {
            Some(labels) => Ok(labels),
            None => Ok(named.unwrap_or(2)),
        }
    }
}
