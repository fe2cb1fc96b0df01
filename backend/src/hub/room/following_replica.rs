//! A room that follows the store of several nodes.

use std::sync::Arc;

use yodel_protocol::{CloseCode, Position, RoomName};

use super::Room;
use crate::backplane::message::Message;
use crate::backplane::recipients::Recipients;
use crate::backplane::shared::replica::FollowingReplica;
use crate::hub::content::Content;
use crate::hub::payload::Payload;

impl<P: Payload> FollowingReplica for Room<P> {
    fn name(&self) -> &RoomName {
        &self.name
    }

    fn begin(&self, position: Position) -> bool {
        let mut state = self.state.lock();
        if state.is_closed() {
            return false;
        }
        let missed = state.begin(position, &self.services);
        self.entry.update(&mut state);
        // Under the lock: who joins afterwards has missed nothing.
        let members = if missed { self.fanout.remove_all() } else { Vec::new() };
        drop(state);
        for member in members {
            member.disconnect(CloseCode::RESYNC, "messages of a room were missed");
        }
        true
    }

    fn append(&self, message: Arc<Message>, recipients: Recipients) {
        let now = self.services.now();
        let mut state = self.state.lock();
        if state.append_next(&message, now, &self.services) {
            self.entry.update(&mut state);
            // Under the lock, so that messages are delivered in the order of their offsets.
            self.fanout.publish(Content::Message(message), recipients, now);
        }
    }

    fn end(&self) -> bool {
        let mut state = self.state.lock();
        let unused = self.fanout.len() == 0;
        if unused && !state.is_closed() {
            state.end(&self.services);
            self.entry.update(&mut state);
        }
        unused
    }

    fn is_full(&self) -> bool {
        self.fanout.is_full()
    }

    fn has_since(&self, position: &Position) -> bool {
        self.state.lock().has_since(position)
    }
}

#[cfg(test)]
mod tests;
