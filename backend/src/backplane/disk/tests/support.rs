//! Engines on simulated disks.

use std::sync::Arc;

use parking_lot::Mutex;
use yodel_protocol::{ClientId, Epoch, EventName, IdempotencyKey, Json, Offset, Position, RoomName};

use super::clock::ManualClock;
use crate::backplane::disk::config::{DiskConfig, Durability};
use crate::backplane::disk::engine::Engine;
use crate::backplane::disk::faulty_disk::FaultyDisk;
use crate::backplane::disk::replay::ReplayError;
use crate::backplane::disk::start::{DiskEnvironment, Started};
use crate::backplane::journal::{Journal, Receipt, StoredRoom};
use crate::backplane::message::{Body, Message, MessageKey, NewMessage, Sender};
use crate::backplane::unavailable::Unavailable;
use crate::environment::SimulatedRandom;

/// Results of receipts, in the order of the calls.
pub type Receipts = Arc<Mutex<Vec<(u64, Result<(), Unavailable>)>>>;

pub struct TestDisk {
    pub disk: FaultyDisk,
    pub clock: Arc<ManualClock>,
    pub random: Arc<SimulatedRandom>,
    pub config: DiskConfig,
    pub receipts: Receipts,
}

impl TestDisk {
    pub fn new(seed: u64, durability: Durability) -> Self {
        Self::on(FaultyDisk::new(seed), seed, durability)
    }

    pub fn on(disk: FaultyDisk, seed: u64, durability: Durability) -> Self {
        let config = DiskConfig { durability, ..DiskConfig::new("unused".into()) };
        let (clock, random) = (Arc::new(ManualClock::new()), Arc::new(SimulatedRandom::new(!seed)));
        Self { disk, clock, random, config, receipts: Receipts::default() }
    }

    pub fn try_start(&self) -> Result<Started, ReplayError> {
        let storage = Arc::new(self.disk.clone());
        let environment = DiskEnvironment { storage, clock: self.clock.clone(), random: self.random.clone() };
        Engine::start(&self.config, environment)
    }

    pub fn start(&self) -> Started {
        self.try_start().unwrap()
    }

    /// Returns a receipt that records its result under a number.
    pub fn receipt(&self, number: u64) -> Receipt {
        let receipts = Arc::clone(&self.receipts);
        Box::new(move |result| receipts.lock().push((number, result)))
    }

    pub fn take_receipts(&self) -> Vec<(u64, Result<(), Unavailable>)> {
        std::mem::take(&mut self.receipts.lock())
    }
}

pub fn room(name: &str) -> RoomName {
    RoomName::new(name).unwrap()
}

pub fn position(epoch: &str, offset: u64) -> Position {
    Position { epoch: Epoch::new(epoch).unwrap(), offset: Offset(offset) }
}

pub fn message(room_name: &str, position: Position, text: &str) -> Arc<Message> {
    let body = Body::Json(EventName::new("say").unwrap(), Json::string(text));
    let from = Some(Arc::new(Sender { client: ClientId::new("c_1").unwrap(), user: None, prefix: None }));
    Arc::new(Message::new(room(room_name), Some(position), NewMessage { body, from, key: None, order: None }, 7))
}

pub fn key(name: &str, message: &Message) -> MessageKey {
    MessageKey::new(IdempotencyKey::new(name).unwrap(), &message.body)
}

pub fn text(message: &Message) -> String {
    let Body::Json(_, data) = &message.body else { panic!("not JSON") };
    data.as_string().unwrap().into_owned()
}

/// Returns the offsets and texts of a room.
pub fn messages(stored: &StoredRoom) -> Vec<(u64, String)> {
    stored.messages.iter().map(|(message, _)| (message.offset().unwrap().0, text(message))).collect()
}

/// Appends a message with a receipt of the same number as its offset.
pub fn append(
    test: &TestDisk,
    journal: &dyn Journal,
    room_name: &str,
    epoch: &str,
    offset: u64,
) -> Result<(), Unavailable> {
    let message = message(room_name, position(epoch, offset), &format!("m{offset}"));
    journal.append(&message, None, Some(test.receipt(offset)))
}
