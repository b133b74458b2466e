//! Documents as editors and disks hold them.
//!
//! Knows lines and columns in every encoding that a client may ask for, but no type of the protocol.

pub mod document;
pub mod encoding;
