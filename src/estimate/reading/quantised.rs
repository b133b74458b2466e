//! How weights are quantised: configurations in code, in `config.json`, and words.

use super::notes::Found;
use super::object::Object;
use super::typed::Typed;
use crate::estimate::run::Quantization;
use crate::python::facts::Value;

/// The weights of a group where a configuration names none.
const GROUP: u32 = 128;

impl Typed for Quantization {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::None => Some(Self::None),
            Value::Str(text) => of_name(text),
            // As [`of_object`] gives them.
            Value::List(pair) => match pair.as_slice() {
                [Value::Int(bits), Value::Int(group)] => Some(Self::Groups {
                    bits: u8::try_from(*bits).ok()?,
                    group: u32::try_from(*group).ok()?,
                }),
                _ => None,
            },
            _ => None,
        }
    }

    fn show(&self) -> String {
        name(*self)
    }
}

/// By a word of the command line, or of a file's name.
fn of_name(text: &str) -> Option<Quantization> {
    Some(
        match text.trim().to_ascii_lowercase().replace('_', "-").as_str() {
            "none" | "no" => Quantization::None,
            "int8" | "8bit" => Quantization::Int8,
            "nf4" | "fp4" | "4bit" | "int4" => Quantization::Nf4 { double: false },
            "nf4-dq" | "fp4-dq" => Quantization::Nf4 { double: true },
            "fp8" | "float8" => Quantization::Float8,
            "gptq" | "awq" | "hqq" => Quantization::Groups {
                bits: 4,
                group: GROUP,
            },
            _ => return None,
        },
    )
}

/// As the command line has it.
pub fn name(quantization: Quantization) -> String {
    match quantization {
        Quantization::None => "none".to_owned(),
        Quantization::Int8 => "int8".to_owned(),
        Quantization::Nf4 { double: false } => "nf4".to_owned(),
        Quantization::Nf4 { double: true } => "nf4-dq".to_owned(),
        Quantization::Groups { bits, group } => format!("{bits} bits, groups of {group}"),
        Quantization::Float8 => "float8".to_owned(),
    }
}

/// Of `quantization_config` in a `config.json`.
pub fn of_config(config: &serde_json::Value) -> Option<Quantization> {
    let is = |name: &str| config.get(name).and_then(serde_json::Value::as_bool) == Some(true);
    let number = |name: &str| config.get(name).and_then(serde_json::Value::as_u64);
    let method = config
        .get("quant_method")
        .and_then(serde_json::Value::as_str);
    Some(match method {
        Some("bitsandbytes") | None if is("load_in_4bit") => Quantization::Nf4 {
            double: is("bnb_4bit_use_double_quant"),
        },
        Some("bitsandbytes") | None if is("load_in_8bit") => Quantization::Int8,
        Some("fp8" | "fbgemm_fp8") => Quantization::Float8,
        Some("mxfp4") => Quantization::Groups { bits: 4, group: 32 },
        Some("gptq" | "awq" | "hqq" | "auto-round") => Quantization::Groups {
            bits: number("bits")
                .and_then(|it| u8::try_from(it).ok())
                .filter(|it| (2..=8).contains(it))?,
            group: number("group_size")
                .and_then(|it| u32::try_from(it).ok())
                .filter(|it| *it > 0)
                .unwrap_or(GROUP),
        },
        _ => return None,
    })
}

/// Of an object that `quantization_config=` takes.
pub fn of_object(object: &Object<'_, '_>) -> Option<Found> {
    let symbol = object.symbol();
    let class = symbol.rsplit('.').next().unwrap_or(&symbol);
    let is = |name: &str| {
        let found = object.field(name);
        found
            .and_then(|it| bool::read(&it.value))
            .unwrap_or_default()
    };
    let bits = |name: &str| {
        let found = object.field(name)?;
        u64::read(&found.value).and_then(|it| u8::try_from(it).ok())
    };
    let group = || {
        let found = object
            .field("group_size")
            .and_then(|it| u64::read(&it.value));
        found
            .and_then(|it| u32::try_from(it).ok())
            .filter(|it| *it > 0)
            .unwrap_or(GROUP)
    };
    let value = match class {
        "BitsAndBytesConfig" if is("load_in_4bit") => Quantization::Nf4 {
            double: is("bnb_4bit_use_double_quant"),
        },
        "BitsAndBytesConfig" if is("load_in_8bit") => Quantization::Int8,
        "BitsAndBytesConfig" => Quantization::None,
        "GPTQConfig" | "AwqConfig" => Quantization::Groups {
            bits: bits("bits")?,
            group: group(),
        },
        "HqqConfig" => Quantization::Groups {
            bits: bits("nbits")?,
            group: group(),
        },
        "FineGrainedFP8Config" | "FbgemmFp8Config" => Quantization::Float8,
        _ => return None,
    };
    let call = object.call?;
    // By its name in words: settings are values of Python.
    let value = match value {
        Quantization::Groups { bits, group } => {
            return Some(Found {
                value: Value::List(vec![
                    Value::Int(i64::from(bits)),
                    Value::Int(i64::from(group)),
                ]),
                origin: object.code.place(call.callee_range),
            });
        }
        plain => Value::Str(name(plain)),
    };
    Some(Found {
        value,
        origin: object.code.place(call.callee_range),
    })
}
