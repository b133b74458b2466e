//! Documentation of exactly the resolved version, short, clean and safe.
//!
//! Pure: the sources of installed packages come in through [`crate::environment::ModuleSource`], fetched files as text.
//! [`find`] says which text speaks about an argument or symbol, [`docstring`] and [`page`] cut it out, [`clean`] makes it
//! safe, [`describe`] puts it together.

pub mod address;
pub mod clean;
pub mod describe;
pub mod docstring;
pub mod find;
pub mod inventory;
pub mod page;
pub mod source;
pub mod versions;
