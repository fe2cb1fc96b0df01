//! Sends events to their receiver.

use std::collections::HashSet;

use bytes::Bytes;
use tracing::debug;
use yodel_protocol::RoomName;

use crate::backplane::shared::store::Event;

use super::context::RedisContext;
use super::push::Push;
use super::subscriptions::Channel;

/// Rooms that are reported although further ones are expected soon.
const BATCH: usize = 1024;

/// Sends events of one connection to their receiver, without waiting: the socket has to be drained.
pub(super) struct EventSink<'a> {
    context: &'a RedisContext,
    /// Rooms of which events were lost, and whose report was not sent yet.
    renewed: HashSet<RoomName>,
}

impl<'a> EventSink<'a> {
    pub fn new(context: &'a RedisContext) -> Self {
        Self { context, renewed: HashSet::new() }
    }

    /// Sends what was received on a channel, or drops it if the queue is full. A gap in the offsets shows that a
    /// message was dropped; a dropped change of presence is repaired after a report. A dropped signal is lost.
    pub fn send(&mut self, channel: Channel, bytes: &[u8]) {
        let event = match channel {
            Channel::Signal => Event::Signal(Bytes::copy_from_slice(bytes)),
            Channel::Room(room) => match Push::decode(bytes) {
                Some(Push::Message { position, payload }) => Event::Message { room, position, payload },
                Some(Push::Presence { node, entries }) => Event::Presence { room, node, entries },
                None => {
                    debug!(%room, "ignoring a message of an unknown kind from redis");
                    return;
                }
            },
        };
        let Err(error) = self.context.events.try_send(event) else { return };
        match error.into_inner() {
            Event::Signal(_) => self.context.metrics.add_dropped_signal(),
            Event::Presence { room, .. } => {
                self.context.metrics.add_dropped_event();
                self.renewed.insert(room);
            }
            Event::Message { .. } | Event::Resubscribed(_) => self.context.metrics.add_dropped_event(),
        }
    }

    /// Adds a room that is subscribed again.
    pub fn add_renewed(&mut self, room: RoomName) {
        self.renewed.insert(room);
    }

    /// Reports rooms that are subscribed again, unless more of them are expected soon. A dropped report would go
    /// unnoticed, so it is repeated.
    pub fn report_renewed(&mut self, expects_more: bool) {
        if self.renewed.is_empty() || (expects_more && self.renewed.len() < BATCH) {
            return;
        }
        if let Ok(place) = self.context.events.try_reserve() {
            place.send(Event::Resubscribed(self.renewed.drain().collect()));
        }
    }
}
