//! Checks of everything that was published.

use std::collections::{BTreeMap, BTreeSet};

use yodel_server::simulation::DAMAGED;

use crate::violation::Property;
use crate::world::World;

/// Checks that each epoch has the messages of each client once and in order, and that no offset was used twice.
pub fn check(world: &World) {
    let (journal, record) = (world.store.journal(), &world.record);
    for violation in world.store.take_violations() {
        record.violation(Property::Durability, violation);
    }
    for violation in journal.violations() {
        record.violation(Property::Offsets, violation);
    }
    for ((room, epoch), texts) in journal.texts() {
        let mut last: BTreeMap<String, u64> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for text in texts.iter().filter(|text| *text != DAMAGED) {
            if !seen.insert(text) {
                record.violation(Property::Once, format!("{text} was published twice in {room} {epoch}"));
                continue;
            }
            let Some((client, number)) = sender(text) else {
                record.violation(Property::Once, format!("{text} was never sent"));
                continue;
            };
            // One that was published in another epoch as well was lost with it: its sender repeats it later. An epoch on a
            // disk continues with the messages of the one before.
            let is_repeated = world.plan.disk.is_none() && journal.positions(&room, text).len() > 1;
            if !is_repeated && last.insert(client.to_owned(), number).is_some_and(|last| last > number) {
                record.violation(Property::Order, format!("{text} is out of order in {room} {epoch}: {texts:?}"));
            }
        }
    }
}

fn sender(text: &str) -> Option<(&str, u64)> {
    let (client, number) = text.split_once('.')?;
    Some((client, number.parse().ok()?))
}
