//! Losses of sentence-transformers that compute a batch in small parts, whose embeddings they keep
//! (`CachedMultipleNegativesRankingLoss` and its relatives): memory depends on the parts.

use super::code::Code;
use super::notes::Found;
use super::object::Object;

/// How many examples are computed at a time, where the loss of the trainer does so.
pub fn part(code: &Code<'_, '_>, trainer: &Object<'_, '_>) -> Option<Found> {
    let passed = trainer.passed("loss")?;
    let loss = code.object(passed.origin()?)?;
    let symbol = loss.symbol();
    let class = symbol.rsplit('.').next()?;
    class
        .starts_with("Cached")
        .then(|| loss.field("mini_batch_size"))?
}
