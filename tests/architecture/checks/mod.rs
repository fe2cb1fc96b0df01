//! The kinds of checks.
//!
//! | kind | file |
//! |---|---|
//! | top-level modules import from lower layers only | `layers` |
//! | modules do not use certain paths and methods | `forbidden` |
//! | child modules do not import items of their parent modules | `parents` |
//! | folders have no import cycle | `cycles` |

pub mod cycles;
pub mod forbidden;
pub mod layers;
pub mod parents;

/// File, line and subject of a violation.
pub type Finding = (String, usize, String);
