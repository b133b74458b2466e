//! Files beside Python in which Hugging Face code lives: what stands in them, and where, to the byte.
//!
//! Pure: a text goes in, trees and facts come out.

pub mod json;
pub mod tree;
pub mod yaml;
