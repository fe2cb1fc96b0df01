//! Checks of the members after all faults.

use std::collections::BTreeSet;

use yodel_client::{Delivery, State};
use yodel_protocol::{Offset, RoomName};

use crate::violation::{Property, Violation};
use crate::world::World;

/// Checks that all clients are connected and current, and that all their messages are acknowledged.
pub fn check(world: &World) -> Vec<Violation> {
    let mut found = Vec::new();
    for (number, client) in &world.clients {
        let mut state = client.state.lock();
        let mut add = |property, text| {
            found.push(Violation { property, text: format!("client {number}: {text}") });
        };
        if !matches!(state.state, State::Open(_)) {
            add(Property::Recovery, format!("the session is in {:?}", state.state));
        }
        let waiting = state.sent.values().filter(|message| message.delivery != Some(Delivery::Acknowledged));
        for message in waiting {
            add(Property::Recovery, format!("{} in {} is {:?}", message.text, message.room, message.delivery));
        }
        let wanted: Vec<RoomName> = state.wanted.iter().cloned().collect();
        for room in wanted {
            // A room that was evicted begins anew with its next message.
            let current = world.store.position(&room).filter(|position| position.offset > Offset(0));
            if let Err(fault) = state.check_current(&room, current.as_ref()) {
                add(Property::Delivery, format!("{room}: {fault}"));
            }
        }
    }
    found
}

/// Checks that all members of a room see the same users, who are its members.
pub fn check_presence(world: &World) -> Vec<Violation> {
    let mut found = Vec::new();
    for room in world.rooms.values() {
        let states = world.clients.values().map(|client| client.state.lock());
        let members: Vec<_> = states.filter(|state| state.wanted.contains(room)).collect();
        let names: BTreeSet<String> = members.iter().filter_map(|state| state.name.clone()).collect();
        for (number, state) in members.iter().enumerate() {
            let known = state.present.get(room);
            if known != Some(&names) {
                let text = format!("member {number} of {room} sees {known:?} instead of {names:?}");
                found.push(Violation { property: Property::Presence, text });
            }
        }
    }
    found
}
