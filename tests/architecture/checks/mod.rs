//! The kinds of invariants.
//!
//! | kind | file |
//! |---|---|
//! | rooms on floors import from lower floors only | `floors` |
//! | paths and methods that a part of a crate does not use | `forbidden` |
//! | a parent module holds nothing that its children need | `parents` |
//! | no import cycle between folders | `cycles` |

pub mod cycles;
pub mod floors;
pub mod forbidden;
pub mod parents;

/// File, line and subject of a violation.
pub type Finding = (String, usize, String);
