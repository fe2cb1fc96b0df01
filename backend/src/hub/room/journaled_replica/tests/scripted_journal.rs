//! Journal of a test.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::Mutex;
use yodel_protocol::{Position, RoomName};

use crate::backplane::journal::{Excess, Journal, Kept, Receipt};
use crate::backplane::message::{Message, MessageKey};
use crate::backplane::unavailable::Unavailable;

/// Journal that records its calls, and keeps receipts until the test gives them.
#[derive(Default)]
pub struct ScriptedJournal {
    pub calls: Mutex<Vec<String>>,
    pub receipts: Mutex<VecDeque<Receipt>>,
    pub refuses: AtomicBool,
    pub excess: AtomicU64,
    pub measured: AtomicU64,
}

impl Journal for ScriptedJournal {
    fn is_available(&self) -> bool {
        !self.refuses.load(Ordering::Relaxed)
    }

    fn excess(&self) -> Excess {
        let (bytes, measured) = (self.excess.load(Ordering::Relaxed), self.measured.load(Ordering::Relaxed));
        // Another write is in progress.
        Excess { bytes, measured, begun: measured + 1 }
    }

    fn append(
        &self,
        message: &Arc<Message>,
        key: Option<&MessageKey>,
        receipt: Option<Receipt>,
    ) -> Result<(), Unavailable> {
        if !self.is_available() {
            return Err(Unavailable);
        }
        let key = key.map_or(String::new(), |key| format!(" {}", key.key.as_str()));
        self.calls.lock().push(format!("append {} {}{key}", message.room, message.offset().unwrap().0));
        self.receipts.lock().extend(receipt);
        Ok(())
    }

    fn trim(&self, room: &RoomName, kept: Kept) {
        self.calls.lock().push(format!("trim {room} {} {}", kept.messages.0, kept.keys.0));
    }

    fn begin(&self, room: &RoomName, position: &Position) {
        self.calls.lock().push(format!("begin {room} {}", position.offset.0));
    }

    fn end(&self, room: &RoomName) {
        self.calls.lock().push(format!("end {room}"));
    }
}
