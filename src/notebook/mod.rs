//! Jupyter notebooks: what stands in them, as one Python text, and the way back into their file.
//!
//! Pure. A notebook is read from the text of its file ([`Notebook::parse`]) or put together from the
//! cells that an editor holds ([`Joined::new`]); what is found in the joined text goes back to cells
//! ([`Joined::place`]), and to the bytes of the file ([`Notebook::file_range`], [`Notebook::file_edits`]).

mod contain;
mod file;
mod fix;
mod join;
pub(crate) mod json;
mod magic;
pub(crate) mod pins;
mod write;
mod written;

pub use self::file::{Cell, CellKind, NotANotebook, Notebook};
pub use self::fix::fix_all;
pub use self::join::{Joined, Place};
pub(crate) use self::magic::scan;
pub use self::written::Written;

use std::path::Path;

/// Whether a file is a notebook, by its name.
pub fn is_notebook(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "ipynb")
}
