//! Export of a room.

use std::io::Write;
use std::path::Path;

use serde_json::json;
use yodel_protocol::RoomName;

use super::check::{existing, gaps, read_all};
use super::damage::Damage;
use super::disk_error::DiskError;
use super::folder::Folder;
use super::index::Index;
use super::record::StoredRecord;
use crate::backplane::message::Body;

/// Result of an export.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportReport {
    /// Number of messages.
    pub messages: u64,
    /// Damaged parts of the database. Messages in them are missing.
    pub damage: Vec<Damage>,
}

/// Writes the history of a room as lines of JSON, oldest message first: `room`, `epoch`, `offset`, `time` in milliseconds
/// since 1970, `client` and `user` of the sender, `event` and `data`, or `text`, or `binary` as Base64. Changes nothing but
/// the lock.
///
/// # Errors
/// Returns an error if the folder cannot be read, is used by a process, has no database, or is newer, or if `out` fails.
pub fn export(folder: &Path, room: &RoomName, out: &mut dyn Write) -> Result<ExportReport, DiskError> {
    let folder = Folder::lock(folder)?;
    let (storage, path) = (existing(&folder)?, folder.database());
    let (mut index, mut lines) = (Index::default(), Vec::new());
    let (mut damage, _) = read_all(&*storage, &path, &mut |entry, record, _| {
        if record.room != room.as_str() {
            return None;
        }
        lines.extend(line(record).map(|line| (record.offset, line)));
        index.add_stored(entry, record).err().map(|error| error.to_string())
    })?;
    damage.extend(gaps(&mut index));
    let mut report = ExportReport { messages: 0, damage };
    let Some(index) = index.room(room) else { return Ok(report) };
    for (offset, mut line) in lines {
        if offset >= index.kept.messages {
            line["epoch"] = index.position.epoch.as_str().into();
            writeln!(out, "{line}").map_err(|error| DiskError::io(&path, error))?;
            report.messages += 1;
        }
    }
    Ok(report)
}

fn line(record: &StoredRecord<'_>) -> Option<serde_json::Value> {
    if !record.has_message() {
        return None;
    }
    let (message, time) = record.message().ok()?;
    let mut line = json!({ "room": record.room, "offset": record.offset, "time": time });
    if let Some(from) = &message.from {
        line["client"] = from.client.as_str().into();
        if let Some(user) = &from.user {
            line["user"] = user.as_str().into();
        }
    }
    match &message.body {
        Body::Json(event, data) => {
            line["event"] = event.as_str().into();
            line["data"] = data.to().unwrap_or_default();
        }
        Body::Text(text) => line["text"] = (**text).into(),
        Body::Binary(bytes) => {
            use base64::Engine;
            line["binary"] = base64::engine::general_purpose::STANDARD.encode(bytes).into();
        }
    }
    Some(line)
}
