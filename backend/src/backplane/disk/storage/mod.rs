//! Place of the database of a folder.
//!
//! | content | file |
//! |---|---|
//! | its interface; a file | `interface`, `file` |
//! | counts what is written | `counted` |
//! | what redb does not tell about its header | `header` |
//! | keeps writes in memory, for readers that must not change the file | `overlay` |

pub mod counted;
pub mod file;
pub mod header;
mod interface;
pub mod overlay;

pub use interface::Storage;
