//! Histories that clients read.

use std::borrow::Cow;

use yodel_protocol::Offset;
use yodel_protocol::frame::History;
use yodel_server::simulation::{DAMAGED, Journal};

/// Checks that a part of a history has the right messages, all up to the position of the room.
///
/// # Errors
/// Returns an error with the first wrong message.
pub fn check(history: &History, journal: &Journal) -> Result<(), String> {
    let Some(first) = history.messages.first().and_then(|message| message.offset) else { return Ok(()) };
    let mut messages = history.messages.iter();
    for offset in (first.0..=history.offset.0).map(Offset) {
        let published = journal.text(&history.room, &history.epoch, offset);
        if published.as_deref() == Some(DAMAGED) {
            continue;
        }
        let read = messages.next().filter(|message| message.offset == Some(offset));
        let read = read.and_then(|message| message.data.as_string()).map(Cow::into_owned);
        if read != published {
            return Err(format!("the history of {} has {read:?} at {offset:?}, not {published:?}", history.room));
        }
    }
    Ok(())
}
