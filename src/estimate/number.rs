//! Counts as floats: hostile sizes then saturate instead of overflowing.

/// A count as a float; exact below 2^53, which no memory reaches.
#[expect(clippy::cast_precision_loss, reason = "see above")]
pub const fn float(count: u64) -> f64 {
    count as f64
}

/// A float as a count; what is negative or no number becomes 0, what is too large the largest.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates"
)]
pub const fn count(float: f64) -> u64 {
    float as u64
}

/// 2^30 bytes.
pub const GIB: f64 = 1_073_741_824.0;
