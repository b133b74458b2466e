//! Nothing panics, and every range fits the text.
