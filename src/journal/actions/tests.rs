//! Tests of the actions.
