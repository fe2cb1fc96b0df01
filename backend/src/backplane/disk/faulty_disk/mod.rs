//! A disk that fails as real ones do. Everything depends on a seed.
//!
//! | content | file |
//! |---|---|
//! | the disk and its faults; what they share with open files | `disk`, `state` |
//! | an open file on it | `backend` |
//! | its contents, with what a crash loses | `image` |

mod backend;
mod disk;
mod image;
mod state;

pub use disk::FaultyDisk;
