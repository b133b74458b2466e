//! Values of settings: out of what the analysis knows of a value, or out of words that somebody gives.

use crate::estimate::run::{Attention, Dtype};
use crate::python::facts::Value;

/// A type of values that settings have.
pub trait Typed: Sized {
    /// Out of a value; nothing where it is none of this type.
    fn read(value: &Value) -> Option<Self>;
    /// As Python writes it.
    fn show(&self) -> String;
}

impl Typed for u64 {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Int(number) => Self::try_from(*number).ok(),
            // `args.n` of a command line; `2048.0` of a file.
            Value::Float(number) if number.fract() == 0.0 && (0.0..1e15).contains(number) => {
                format!("{number:.0}").parse().ok()
            }
            Value::Str(text) => text.trim().replace('_', "").parse().ok(),
            _ => None,
        }
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl Typed for f64 {
    fn read(value: &Value) -> Option<Self> {
        let number = match value {
            #[expect(clippy::cast_precision_loss, reason = "settings are small numbers")]
            Value::Int(number) => *number as Self,
            Value::Float(number) => *number,
            Value::Str(text) => text.trim().parse().ok()?,
            _ => return None,
        };
        number.is_finite().then_some(number)
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl Typed for bool {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(value) => Some(*value),
            Value::None => Some(false),
            Value::Str(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" | "1" => Some(true),
                "false" | "no" | "off" | "0" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    fn show(&self) -> String {
        if *self { "True" } else { "False" }.to_owned()
    }
}

impl Typed for String {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Str(text) if !text.trim().is_empty() => Some(text.clone()),
            _ => None,
        }
    }

    fn show(&self) -> String {
        self.clone()
    }
}

/// `None`, or a value.
impl<T: Typed> Typed for Option<T> {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::None => Some(None),
            value => T::read(value).map(Some),
        }
    }

    fn show(&self) -> String {
        self.as_ref().map_or_else(|| "None".to_owned(), T::show)
    }
}

impl Typed for Dtype {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Str(text) => dtype(text),
            _ => None,
        }
    }

    fn show(&self) -> String {
        dtype_name(*self).to_owned()
    }
}

impl Typed for Attention {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Str(text) => attention(text),
            _ => None,
        }
    }

    fn show(&self) -> String {
        match self {
            Self::Flash => "flash",
            Self::Sdpa => "sdpa",
            Self::Eager => "eager",
        }
        .to_owned()
    }
}

/// A type by its names in PyTorch, in configurations and on command lines.
pub fn dtype(name: &str) -> Option<Dtype> {
    let name = name.trim();
    Some(match name.strip_prefix("torch.").unwrap_or(name) {
        "bfloat16" | "bf16" => Dtype::Bfloat16,
        "float16" | "half" | "fp16" => Dtype::Float16,
        "float32" | "float" | "fp32" => Dtype::Float32,
        "float64" | "double" | "fp64" => Dtype::Float64,
        "float8_e4m3fn" | "float8_e5m2" | "float8" | "fp8" => Dtype::Float8,
        "int8" => Dtype::Int8,
        _ => return None,
    })
}

/// The name of a type in PyTorch.
pub const fn dtype_name(dtype: Dtype) -> &'static str {
    match dtype {
        Dtype::Float64 => "float64",
        Dtype::Float32 => "float32",
        Dtype::Bfloat16 => "bfloat16",
        Dtype::Float16 => "float16",
        Dtype::Float8 => "float8",
        Dtype::Int8 => "int8",
    }
}

/// How attention is computed, by a name of `attn_implementation`: kernels of the Hub are named by their repository.
pub fn attention(name: &str) -> Option<Attention> {
    let name = name.trim().to_ascii_lowercase();
    Some(match name.rsplit(['/', '|']).next().unwrap_or(&name) {
        "eager" => Attention::Eager,
        // Fused too: no scores in memory.
        "sdpa" | "flex_attention" | "paged|sdpa" => Attention::Sdpa,
        it if it.contains("flash") => Attention::Flash,
        _ => return None,
    })
}

/// What is true of a value that is written out: `"bf16"`, `2048`, `true`; anything else is a string.
pub fn plain(text: &str) -> Value {
    let text = text.trim();
    match text {
        "" => Value::Unknown,
        "None" | "none" | "null" => Value::None,
        "True" | "true" => Value::Bool(true),
        "False" | "false" => Value::Bool(false),
        _ => {
            let digits = text.replace('_', "");
            let is_number =
                text.starts_with(|it: char| it.is_ascii_digit() || it == '.' || it == '-');
            match (digits.parse::<i64>(), digits.parse::<f64>()) {
                (Ok(number), _) => Value::Int(number),
                (_, Ok(number)) if is_number => Value::Float(number),
                _ => Value::Str(text.to_owned()),
            }
        }
    }
}
