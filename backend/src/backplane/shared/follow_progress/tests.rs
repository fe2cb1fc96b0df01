use std::sync::Arc;

use bytes::Bytes;
use yodel_protocol::Epoch;

use super::*;
use crate::backplane::message::{Body, NewMessage};
use crate::backplane::shared::metrics::SharedMetrics;
use crate::backplane::shared::recorded_replica::RecordedReplica;
use crate::backplane::shared::simulated_store::Journal;
use crate::backplane::shared::stored_message::StoredMessage;

/// A replica at offset 5 of the epoch `e`, and its progress.
struct ProgressFixture {
    room: RoomName,
    replica: Arc<RecordedReplica>,
    decoder: MessageDecoder,
    progress: FollowProgress,
}

fn at(epoch: &str, offset: u64) -> Position {
    Position { epoch: Epoch::new(epoch).unwrap(), offset: Offset(offset) }
}

fn payload() -> Bytes {
    let message = NewMessage { body: Body::Text("x".into()), from: None, key: None, order: None };
    StoredMessage { message, time: 0, excluded: None }.encode()
}

fn page(position: Position, offsets: std::ops::Range<u64>) -> Page {
    let messages = offsets.map(|offset| (Offset(offset), payload())).collect();
    Page { position, messages, more: true }
}

impl ProgressFixture {
    fn new() -> Self {
        let room = RoomName::new("r").unwrap();
        let replica = RecordedReplica::new(room.clone(), &Journal::default());
        assert!(replica.begin(at("e", 5)));
        let decoder = MessageDecoder { node: "n".into(), metrics: Arc::<SharedMetrics>::default() };
        Self { room, replica, decoder, progress: FollowProgress::new(at("e", 5)) }
    }

    fn receive(&mut self, position: &Position, payload: &[u8]) {
        let sink = ReplicaSink { room: &self.room, replica: &*self.replica, decoder: &self.decoder };
        self.progress.receive(position, payload, &sink);
    }

    fn apply(&mut self, requested: &Position, page: &Page) -> Result<(), ReplicaClosed> {
        let sink = ReplicaSink { room: &self.room, replica: &*self.replica, decoder: &self.decoder };
        self.progress.apply(requested, page, &sink)
    }

    /// Checks the position of the replica, whether it is behind, and the numbers of gaps and resets.
    #[track_caller]
    fn check(&self, position: &Position, behind: bool, gaps: u64, resets: u64) {
        assert_eq!((self.progress.position(), self.replica.position().as_ref()), (position, Some(position)));
        let metrics = &self.decoder.metrics;
        assert_eq!((self.progress.is_behind(), metrics.gaps.get(), metrics.resets.get()), (behind, gaps, resets));
    }
}

#[test]
fn appends_the_next_message_only() {
    let mut room = ProgressFixture::new();
    room.receive(&at("e", 6), &payload());
    room.check(&at("e", 6), false, 0, 0);
    for lower in [0, 5, 6] {
        room.receive(&at("e", lower), &payload());
    }
    room.check(&at("e", 6), false, 0, 0);
}

#[test]
fn a_later_message_is_a_gap() {
    let mut room = ProgressFixture::new();
    room.receive(&at("e", 8), &payload());
    room.check(&at("e", 5), true, 1, 0);
    room.receive(&at("e", 9), &payload());
    room.check(&at("e", 5), true, 1, 0);
    let requested = room.progress.begin_read();
    assert_eq!(requested, at("e", 5));
    room.apply(&requested, &page(at("e", 9), 6..10)).unwrap();
    room.check(&at("e", 9), false, 1, 0);
}

#[test]
fn a_message_of_another_epoch_makes_the_position_doubtful() {
    let mut room = ProgressFixture::new();
    room.receive(&at("f", 6), &payload());
    room.check(&at("e", 5), true, 1, 0);
    let requested = room.progress.begin_read();
    room.apply(&requested, &page(at("e", 5), 0..0)).unwrap();
    room.check(&at("e", 5), false, 1, 0);
}

#[test]
fn begins_anew_in_another_epoch() {
    let mut room = ProgressFixture::new();
    room.receive(&at("e", 9), &payload());
    let requested = room.progress.begin_read();
    room.apply(&requested, &page(at("f", 3), 1..4)).unwrap();
    room.check(&at("f", 3), false, 1, 1);
}

#[test]
fn begins_anew_if_the_next_message_is_lost() {
    for lost in [page(at("e", 9), 7..10), page(at("e", 9), 0..0)] {
        let mut room = ProgressFixture::new();
        room.progress.doubt();
        let requested = room.progress.begin_read();
        room.apply(&requested, &lost).unwrap();
        room.check(&at("e", 9), false, 0, 1);
    }
}

#[test]
fn begins_anew_if_the_position_went_back() {
    let mut room = ProgressFixture::new();
    let requested = room.progress.begin_read();
    room.apply(&requested, &page(at("e", 4), 0..0)).unwrap();
    room.check(&at("e", 4), true, 0, 1);
    let requested = room.progress.begin_read();
    room.apply(&requested, &page(at("e", 4), 0..0)).unwrap();
    room.check(&at("e", 4), false, 0, 1);
}

#[test]
fn messages_that_were_received_during_a_read_are_not_appended_twice() {
    let mut room = ProgressFixture::new();
    room.progress.doubt();
    let requested = room.progress.begin_read();
    room.receive(&at("e", 6), &payload());
    room.receive(&at("e", 7), &payload());
    room.apply(&requested, &page(at("e", 6), 6..7)).unwrap();
    room.check(&at("e", 7), false, 0, 0);
}

#[test]
fn reads_page_by_page() {
    let mut room = ProgressFixture::new();
    room.progress.note(&at("e", 10));
    for (expected, offsets) in [(5, 6..8), (7, 8..10), (9, 10..11)] {
        assert!(room.progress.is_behind());
        let requested = room.progress.begin_read();
        assert_eq!(requested, at("e", expected));
        room.apply(&requested, &page(at("e", 10), offsets)).unwrap();
    }
    room.check(&at("e", 10), false, 0, 0);
}

#[test]
fn appends_nothing_to_a_full_replica() {
    let mut room = ProgressFixture::new();
    room.replica.set_full(true);
    room.receive(&at("e", 6), &payload());
    room.check(&at("e", 5), true, 0, 0);
    let requested = room.progress.begin_read();
    room.apply(&requested, &page(at("e", 6), 6..7)).unwrap();
    room.check(&at("e", 5), true, 0, 0);
    room.replica.set_full(false);
    room.apply(&requested, &page(at("e", 6), 6..7)).unwrap();
    room.check(&at("e", 6), false, 0, 0);
}

#[test]
fn a_position_that_the_store_does_not_have_is_read_once() {
    let mut room = ProgressFixture::new();
    room.progress.note(&at("e", 1000));
    let requested = room.progress.begin_read();
    room.apply(&requested, &page(at("e", 6), 6..7)).unwrap();
    room.check(&at("e", 6), false, 0, 0);
}

#[test]
fn begins_anew_after_a_message_that_cannot_be_read() {
    let mut room = ProgressFixture::new();
    room.receive(&at("e", 6), br#"{"v":2}"#);
    room.check(&at("e", 6), false, 0, 1);
    assert_eq!(room.decoder.metrics.damaged_messages.get(), 1);
    room.receive(&at("e", 7), &payload());
    room.check(&at("e", 7), false, 0, 1);
}

#[test]
fn a_closed_replica_ends_the_read() {
    let mut room = ProgressFixture::new();
    assert!(room.replica.close());
    let requested = room.progress.begin_read();
    assert!(room.apply(&requested, &page(at("f", 1), 1..2)).is_err());
}
