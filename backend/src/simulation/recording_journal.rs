//! Journal that records what is published.

use std::sync::Arc;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use yodel_protocol::{Position, RoomName};

use super::disk_defect::DiskDefect;
use super::machine::SimulatedMachine;
use crate::backplane::disk::DiskJournal;
use crate::backplane::journal::{Excess, Journal, Kept, Receipt};
use crate::backplane::message::{Message, MessageKey};
use crate::backplane::unavailable::Unavailable;

/// Journal of a process, which records what is published as long as the process lives.
#[derive(Debug)]
pub struct RecordingJournal {
    inner: DiskJournal,
    machine: SimulatedMachine,
    /// Notified when something was added.
    added: Arc<Notify>,
    killed: CancellationToken,
}

impl RecordingJournal {
    /// Creates the journal of a process that lives until `killed` is cancelled.
    pub fn new(inner: DiskJournal, machine: SimulatedMachine, added: Arc<Notify>, killed: CancellationToken) -> Self {
        Self { inner, machine, added, killed }
    }

    /// Returns a receipt that records a message when it is acknowledged and delivered.
    fn recording(&self, message: &Arc<Message>, receipt: Receipt) -> Receipt {
        let (machine, message, killed) = (self.machine.clone(), Arc::clone(message), self.killed.clone());
        Box::new(move |result| {
            if result.is_ok() && !killed.is_cancelled() {
                machine.record().publish(&message);
            }
            receipt(result);
        })
    }
}

impl Journal for RecordingJournal {
    fn is_available(&self) -> bool {
        self.inner.is_available()
    }

    fn excess(&self) -> Excess {
        self.inner.excess()
    }

    fn append(
        &self,
        message: &Arc<Message>,
        key: Option<&MessageKey>,
        receipt: Option<Receipt>,
    ) -> Result<(), Unavailable> {
        self.added.notify_one();
        let Some(receipt) = receipt else {
            self.inner.append(message, key, None)?;
            if !self.killed.is_cancelled() {
                self.machine.record().publish(message);
            }
            return Ok(());
        };
        let receipt = self.recording(message, receipt);
        if self.machine.defect() != Some(DiskDefect::DeliversEarly) {
            return self.inner.append(message, key, Some(receipt));
        }
        self.inner.append(message, key, Some(Box::new(|_| {})))?;
        // Not now: the caller has locked the room.
        drop(tokio::spawn(async move { receipt(Ok(())) }));
        Ok(())
    }

    fn trim(&self, room: &RoomName, kept: Kept) {
        self.inner.trim(room, kept);
        self.added.notify_one();
    }

    fn begin(&self, room: &RoomName, position: &Position) {
        if !self.killed.is_cancelled() {
            self.machine.record().begin(room, &position.epoch);
        }
        self.inner.begin(room, position);
        self.added.notify_one();
    }

    fn end(&self, room: &RoomName) {
        if !self.killed.is_cancelled() {
            self.machine.record().end(room);
        }
        self.inner.end(room);
        self.added.notify_one();
    }
}
