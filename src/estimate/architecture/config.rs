//! Sizes and switches of a configuration. Whatever stands there, a size is a number that can be counted with.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::{Unknown, usual};
use crate::estimate::number::float;

/// No model has a size above this; products of three of them do not overflow.
const MOST: u64 = 1 << 20;

/// No list of sizes is longer than this.
const LONGEST: usize = 256;

type Values = Map<String, Value>;

/// A configuration.
#[derive(Clone, Copy)]
pub struct Config<'a> {
    fields: &'a Values,
    /// What its class takes where it does not say.
    usual: Option<&'a Values>,
    family: Option<&'a str>,
}

/// A part that nothing is said of.
static NOTHING: LazyLock<Values> = LazyLock::new(Values::new);

impl<'a> Config<'a> {
    /// A `config.json` as it was read.
    pub fn new(config: &'a Value) -> Result<Self, Unknown> {
        let fields = config.as_object();
        let fields = fields.ok_or_else(|| Unknown("the configuration is no object".to_owned()))?;
        let named = fields
            .get("model_type")
            .or_else(|| fields.get("_class_name"));
        let mut whole = Self::of(fields, named.and_then(Value::as_str));
        // One that names its classes and no size is a part of a configuration, as listings of models have it.
        let is_part = fields.contains_key("architectures")
            && whole
                .usual
                .is_some_and(|it| !it.keys().any(|name| fields.contains_key(name)));
        if is_part {
            whole.usual = None;
        }
        Ok(whole)
    }

    fn of(fields: &'a Values, family: Option<&'a str>) -> Self {
        Self {
            fields,
            usual: family.and_then(usual::of),
            family,
        }
    }

    /// The field `model_type`, or what stands in for it: the class that diffusers writes, the family of a part.
    pub fn family(&self) -> Result<&'a str, Unknown> {
        self.family
            .ok_or_else(|| Unknown("the configuration has no `model_type`".to_owned()))
    }

    /// A configuration inside of this one, as `text_config`. `family` is given where its class does not depend on what is
    /// written there.
    pub fn part(&self, name: &str, family: Option<&'static str>) -> Result<Self, Unknown> {
        let usual = self
            .usual
            .and_then(|it| it.get(name))
            .and_then(Value::as_object);
        let fields = match self.fields.get(name) {
            None | Some(Value::Null) => usual.unwrap_or(&NOTHING),
            Some(Value::Object(it)) => it,
            Some(_) => {
                return Err(Unknown(format!(
                    "`{name}` of the configuration is no object"
                )));
            }
        };
        let named = |fields: &'a Values| fields.get("model_type").and_then(Value::as_str);
        let family = family
            .or_else(|| named(fields))
            .or_else(|| usual.and_then(named));
        Ok(Self::of(fields, family))
    }

    /// The same fields, read as those of another family, with its defaults.
    pub fn read_as(&self, family: &'static str) -> Self {
        Self::of(self.fields, Some(family))
    }

    /// The same with the defaults written out, as a configuration of a family that is alike.
    pub fn written(&self, family: &'static str) -> Value {
        let mut all = self.usual.cloned().unwrap_or_default();
        all.extend(self.fields.clone());
        all.insert("model_type".to_owned(), family.into());
        Value::Object(all)
    }

    /// A size for each of so many, where one number stands for all; a size may be nothing.
    pub fn each(&self, name: &str, count: usize) -> Result<Vec<u64>, Unknown> {
        if !self.get(name).is_some_and(Value::is_array) {
            return Ok(vec![self.size(name)?; count]);
        }
        let sizes = self.sizes(name)?;
        match sizes.len() == count && sizes.iter().all(|it| *it <= 1 << 16) {
            true => Ok(sizes),
            false => Err(Unknown(format!("`{name}` are not as many as the blocks"))),
        }
    }

    /// Sizes, each so many times the one in its place, rounded down.
    pub fn factors(&self, name: &str, sizes: &[u64]) -> Result<Vec<u64>, Unknown> {
        let wrong = || Unknown(format!("`{name}` of the configuration are no ratios"));
        let list = self.get(name).and_then(Value::as_array).ok_or_else(wrong)?;
        if list.len() != sizes.len() {
            return Err(wrong());
        }
        let pairs = list.iter().zip(sizes);
        let product = |(ratio, size): (&Value, &u64)| whole(ratio.as_f64()? * float(*size));
        pairs.map(product).collect::<Option<_>>().ok_or_else(wrong)
    }

    /// The stages whose features a backbone gives: 0 is what stands before them all, the last alone where nothing is said.
    pub fn stages(&self, all: usize) -> Result<Vec<usize>, Unknown> {
        let wrong = || Unknown("the stages that the backbone gives are not known".to_owned());
        let number = |value: &Value| match value {
            Value::String(name) if name == "stem" => Some(0),
            Value::String(name) => name.strip_prefix("stage")?.parse().ok(),
            value => usize::try_from(value.as_u64()?).ok(),
        };
        let listed = |fields: &'a Values| {
            let names = ["out_features", "out_indices"];
            names.iter().find_map(|name| fields.get(*name)?.as_array())
        };
        let list = listed(self.fields).or_else(|| listed(self.usual?));
        let Some(list) = list else {
            return Ok(vec![all]);
        };
        let stages: Option<Vec<usize>> = list.iter().map(number).collect();
        let stages = stages.filter(|it| !it.is_empty() && it.iter().all(|it| *it <= all));
        stages.ok_or_else(wrong)
    }

    /// So many numbers that need not be whole.
    pub fn numbers(&self, name: &str, count: usize) -> Result<Vec<f64>, Unknown> {
        let list = self.get(name).and_then(Value::as_array);
        let list = list.filter(|it| it.len() == count);
        let numbers =
            list.and_then(|it| it.iter().map(Value::as_f64).collect::<Option<Vec<f64>>>());
        let numbers = numbers.filter(|it| it.iter().all(|it| *it > 0.0));
        numbers.ok_or_else(|| Unknown(format!("`{name}` of the configuration are no numbers")))
    }

    /// How many there are of what is one or a list.
    pub fn count(&self, name: &str) -> Result<u64, Unknown> {
        match self.get(name) {
            Some(Value::Number(_)) => Ok(1),
            Some(Value::Array(list)) if (1..=LONGEST).contains(&list.len()) => {
                Ok(list.len() as u64)
            }
            _ => Err(Unknown(format!("`{name}` of the configuration is no list"))),
        }
    }

    fn get(&self, name: &str) -> Option<&'a Value> {
        let value = self.fields.get(name);
        value.or_else(|| self.usual?.get(name))
    }

    /// Whether the configuration itself speaks of something.
    pub fn says(&self, name: &str) -> bool {
        self.fields.get(name).is_some_and(|it| !it.is_null())
    }

    /// Whether there is a value, written or by default.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some_and(|it| !it.is_null())
    }

    /// A list of sizes.
    pub fn sizes(&self, name: &str) -> Result<Vec<u64>, Unknown> {
        let wrong = || Unknown(format!("`{name}` of the configuration is no list of sizes"));
        let list = self.get(name).and_then(Value::as_array).ok_or_else(wrong)?;
        if list.len() > LONGEST {
            return Err(wrong());
        }
        let sizes = list.iter().map(|it| it.as_u64().filter(|it| *it <= MOST));
        sizes.collect::<Option<_>>().ok_or_else(wrong)
    }

    /// Height and width, where one number stands for both.
    pub fn area(&self, name: &str) -> Result<(u64, u64), Unknown> {
        if !self.get(name).is_some_and(Value::is_array) {
            let side = self.size(name)?;
            return Ok((side, side));
        }
        match self.sizes(name)?[..] {
            [side] => Ok((side, side)),
            [height, width] if height > 0 && width > 0 => Ok((height, width)),
            _ => Err(Unknown(format!("`{name}` of the configuration is no area"))),
        }
    }

    /// A number that need not be whole.
    pub fn fraction(&self, name: &str) -> Option<f64> {
        self.get(name)?.as_f64()
    }

    /// So many times a size, rounded down as Python's `int` does.
    pub fn times(&self, name: &str, size: u64) -> Result<u64, Unknown> {
        let product = self.fraction(name).map(|it| it * float(size));
        product.and_then(whole).ok_or_else(|| {
            Unknown(format!(
                "`{name}` of the configuration is no ratio that a model can have"
            ))
        })
    }

    /// The first of the classes that it names.
    pub fn architecture(&self) -> Option<&'a str> {
        self.get("architectures")?.get(0)?.as_str()
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
        self.get(name)?.as_u64().filter(|size| *size > 0)
    }

    fn sized(&self, name: &str) -> Result<Option<u64>, Unknown> {
        match self.get(name) {
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
        match self.get(name).and_then(Value::as_u64) {
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
        let value = self.get(name).and_then(Value::as_i64);
        value.is_some_and(|it| it < 0)
    }

    /// Whether a number stands there.
    pub fn has_number(&self, name: &str) -> bool {
        self.get(name).is_some_and(Value::is_number)
    }

    /// Whether it says that there is none.
    pub fn is_null(&self, name: &str) -> bool {
        self.get(name).is_some_and(Value::is_null)
    }

    /// Words that stand in a list, or in one text with something between them.
    pub fn parts(&self, name: &str, between: char) -> Vec<&'a str> {
        let text = self.text(name).unwrap_or_default();
        let of_text = text.split(between).map(str::trim);
        self.words(name).chain(of_text).collect()
    }

    /// A switch with the default of its class.
    pub fn is(&self, name: &str, default: bool) -> Result<bool, Unknown> {
        match self.get(name) {
            None | Some(Value::Null) => Ok(default),
            Some(Value::Bool(it)) => Ok(*it),
            Some(_) => Err(Unknown(format!(
                "`{name}` of the configuration is neither true nor false"
            ))),
        }
    }

    /// A text.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        self.get(name)?.as_str()
    }

    /// The words of a list.
    pub fn words(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let list = self.get(name).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str)
    }

    /// How long a list is.
    pub fn entries(&self, name: &str) -> Option<u64> {
        let list = self.get(name).and_then(Value::as_array);
        list.map(|it| it.len() as u64)
    }

    /// Whether a factor changes nothing.
    pub fn is_one(&self, name: &str) -> bool {
        let factor = self.get(name).and_then(Value::as_f64);
        factor.is_none_or(|it| (it - 1.0).abs() < f64::EPSILON)
    }

    /// Whether a list is there that has something in it.
    pub fn lists(&self, name: &str) -> bool {
        self.get(name)
            .and_then(Value::as_array)
            .is_some_and(|it| !it.is_empty())
    }

    /// How many labels a head for classes has: two where nothing says so.
    pub fn labels(&self) -> Result<u64, Unknown> {
        let named = self.get("id2label").and_then(Value::as_object);
        let named = named
            .map(|it| it.len() as u64)
            .filter(|it| (1..=MOST).contains(it));
        match self.sized("num_labels")? {
            Some(labels) => Ok(labels),
            None => Ok(named.unwrap_or(2)),
        }
    }
}

/// A size without what is behind the point, as Python's `int` makes it.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "its bounds were looked at"
)]
fn whole(size: f64) -> Option<u64> {
    (1.0..=float(MOST)).contains(&size).then_some(size as u64)
}
