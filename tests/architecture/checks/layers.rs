//! Rooms on floors: a room imports from lower floors only.

use crate::checks::Finding;
use crate::module::Segments;
use crate::resolve::{Reference, Target};

/// Floor of the crate's root by this name.
const ROOT: &str = "lib";

/// Rooms of a crate with their floors.
pub type Floors = [(&'static str, u8)];

/// Returns the file, line and subject of each import that does not point down.
pub fn check(references: &[Reference<'_>], floors: &Floors) -> Vec<Finding> {
    references.iter().filter_map(|reference| broken(reference, floors)).collect()
}

fn broken(reference: &Reference<'_>, floors: &Floors) -> Option<Finding> {
    let from = room(&reference.from.path);
    let upward = |target: &Target| match target {
        Target::Internal { module, .. } => {
            let to = room(module);
            (from != to && !is_below(to, from, floors)).then(|| describe(from, to, floors))
        }
        Target::External(_) => None,
    };
    let subject = upward(&reference.named).or_else(|| upward(&reference.defined))?;
    Some((reference.from.file.clone(), reference.line, subject))
}

fn room(module: &Segments) -> &str {
    module.first().map_or(ROOT, String::as_str)
}

fn is_below(lower: &str, upper: &str, floors: &Floors) -> bool {
    matches!((floor(lower, floors), floor(upper, floors)), (Some(lower), Some(upper)) if lower < upper)
}

fn floor(room: &str, floors: &Floors) -> Option<u8> {
    floors.iter().find(|(name, _)| *name == room).map(|(_, floor)| *floor)
}

fn describe(from: &str, to: &str, floors: &Floors) -> String {
    let level = |room| floor(room, floors).map_or("no floor".to_owned(), |floor| format!("floor {floor}"));
    format!("{from} ({}) imports from {to} ({})", level(from), level(to))
}
