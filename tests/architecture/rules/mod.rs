//! The architecture invariants, one entry each.

mod everywhere;
mod libraries;
mod page;
mod server;

use crate::rule::Rule;

/// Returns all invariants.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [server::RULES, libraries::RULES, page::RULES, everywhere::RULES].into_iter().flatten()
}
