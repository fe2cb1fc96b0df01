//! A row as a line of an export. Large messages are written in pieces; the text is the last field of a line.

use crate::{
    model::log::{Body, LogEntry, annotations::Annotation},
    model::text::boundary,
    platform::encoding,
};
use std::{borrow::Cow, fmt::Write};
use yodel_client::Delivery;
use yodel_protocol::Json;

/// Bytes of a message per piece; a multiple of three because of Base64.
const PIECE: usize = 192 << 10;
/// Names of the fields.
const FIELDS: [&str; 16] = [
    "time",
    "kind",
    "room",
    "offset",
    "event",
    "client",
    "user",
    "server_time",
    "delivery",
    "reason",
    "url",
    "code",
    "pinned",
    "note",
    "encoding",
    "text",
];

/// Signs with which a formula begins; Excel accepts the full-width ones, too.
const FORMULA_SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
/// Ends of lines within a cell.
const LINE_BREAKS: [char; 2] = ['\n', '\r'];

/// File format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JSON Lines: an object per line.
    Json,
    /// CSV (RFC 4180).
    Csv,
}

impl Format {
    /// Returns the header of the file.
    pub fn header(self) -> String {
        if self == Self::Json { String::new() } else { FIELDS.join(",") + "\r\n" }
    }

    /// Returns the extension of the file name.
    pub fn extension(self) -> &'static str {
        if self == Self::Json { "jsonl" } else { "csv" }
    }
}

/// Content of a line besides the row itself.
#[derive(Clone, Copy)]
pub struct Details<'a> {
    /// Time as ISO 8601 writes it.
    pub time: &'a str,
    /// Text of a row that is not a message.
    pub description: &'a str,
    /// Pin and note.
    pub annotation: Option<&'a Annotation>,
}

/// Returns a piece of a row's line, and whether it is the last one.
pub fn piece(format: Format, row: &LogEntry, details: Details, piece: usize) -> (String, bool) {
    let (bytes, binary) = match &row.body {
        Body::Sent { text, .. } | Body::Received { text, .. } => (text.as_bytes(), false),
        Body::Binary { bytes, .. } | Body::SentBinary { bytes, .. } => (&**bytes, true),
        _ => (details.description.as_bytes(), false),
    };
    let (from, to) = (edge(bytes, binary, piece), edge(bytes, binary, piece + 1));
    let last = to == bytes.len();
    let mut line = String::with_capacity((to - from) * 3 / 2 + 200);
    if piece == 0 {
        write_fields(format, &fields(row, details, binary), &mut line);
    }
    if binary {
        encoding::encode_into(&bytes[from..to], &mut line);
    } else {
        let text = str::from_utf8(&bytes[from..to]).unwrap_or_default();
        let is_line_start = from == 0 || LINE_BREAKS.contains(&char::from(bytes[from - 1]));
        line.push_str(&escape(format, text, is_line_start));
    }
    if last {
        line.push_str(if format == Format::Json { "\"}\n" } else { "\"\r\n" });
    }
    (line, last)
}

/// Returns the offset at which a piece begins.
fn edge(bytes: &[u8], binary: bool, piece: usize) -> usize {
    let at = (piece * PIECE).min(bytes.len());
    if binary { at } else { boundary(bytes, at) }
}

/// Returns the values of all fields but the last.
fn fields(row: &LogEntry, details: Details, binary: bool) -> [String; FIELDS.len() - 1] {
    let mut fields = [const { String::new() }; FIELDS.len() - 1];
    let mut set = |name, value: String| {
        if let Some(index) = FIELDS.iter().position(|field| *field == name) {
            fields[index] = value;
        }
    };
    set("time", details.time.to_owned());
    set("kind", kind_name(&row.body).to_owned());
    set("encoding", if binary { "base64" } else { "" }.to_owned());
    if let Some(Annotation { is_pinned, note, .. }) = details.annotation {
        set("pinned", if *is_pinned { "true" } else { "" }.to_owned());
        set("note", note.clone());
    }
    match &row.body {
        Body::Received { envelope: Some(envelope), .. } | Body::Binary { envelope: Some(envelope), .. } => {
            set("room", envelope.room.as_ref().map(ToString::to_string).unwrap_or_default());
            set("offset", envelope.offset().map(|offset| offset.0.to_string()).unwrap_or_default());
            set("event", envelope.event.to_string());
            if let Some(from) = &envelope.from {
                set("client", from.client.to_string());
                set("user", from.user.as_ref().map(ToString::to_string).unwrap_or_default());
            }
            match &envelope.stream_id {
                // The id of an event is its position in the stream, which has no time.
                Some(id) => set("offset", id.to_string()),
                None => set("server_time", envelope.time().to_string()),
            }
        }
        Body::Sent { delivery, error, .. } | Body::SentBinary { delivery, error, .. } => {
            set("delivery", delivery_name(*delivery).to_owned());
            set("reason", error.as_deref().unwrap_or_default().to_owned());
        }
        Body::Opened { url, .. } => set("url", url.to_string()),
        Body::Closed { url, code, reason, .. } => {
            set("url", url.to_string());
            set("code", code.0.to_string());
            set("reason", reason.to_string());
        }
        Body::Gap { room, .. } | Body::Recovered { room, .. } => set("room", room.to_string()),
        _ => {}
    }
    fields
}

fn write_fields(format: Format, fields: &[String], line: &mut String) {
    for (name, value) in FIELDS.iter().zip(fields) {
        match format {
            Format::Json if value.is_empty() => {}
            Format::Json => {
                let _ = write!(line, "{}\"{name}\":\"{}\"", separator(line), escape(format, value, true));
            }
            Format::Csv if value.is_empty() => line.push(','),
            Format::Csv => {
                let _ = write!(line, "\"{}\",", escape(format, value, true));
            }
        }
    }
    line.push_str(if format == Format::Json { ",\"text\":\"" } else { "\"" });
}

fn separator(line: &str) -> &'static str {
    if line.is_empty() { "{" } else { "," }
}

/// Escapes a text for use between quotes. `is_line_start` is `true` if a line begins with it.
fn escape(format: Format, text: &str, is_line_start: bool) -> String {
    if format == Format::Csv {
        return guarded(text, is_line_start).replace('"', "\"\"");
    }
    let json = Json::string(text);
    let json = json.text();
    json.get(1..json.len().saturating_sub(1)).unwrap_or_default().to_owned()
}

/// Returns a text with a quote before each line that a spreadsheet would evaluate as a formula (CSV injection).
/// Programs that end a cell at a line break evaluate its later lines, too.
fn guarded(text: &str, is_line_start: bool) -> Cow<'_, str> {
    let is_marked = is_line_start && text.starts_with(['\t', '\r']);
    if !is_marked && !text.contains(FORMULA_SIGNS) {
        return text.into();
    }
    let mut guarded = String::with_capacity(text.len() + 16);
    guarded.push_str(if is_marked { "'" } else { "" });
    let mut is_first = is_line_start && !is_marked;
    for line in text.split_inclusive(LINE_BREAKS) {
        if is_first && is_formula(line) {
            guarded.push('\'');
        }
        guarded.push_str(line);
        is_first = true;
    }
    guarded.into()
}

/// Returns whether a spreadsheet would evaluate a line. A number with a sign is harmless.
fn is_formula(line: &str) -> bool {
    let line = line.trim_end_matches(LINE_BREAKS);
    let is_number = line.strip_prefix(['+', '-']).is_some_and(|rest| {
        !rest.is_empty()
            && rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
            && rest.matches('.').count() < 2
    });
    // Spreadsheets ignore whitespace before a formula.
    line.trim_start().starts_with(FORMULA_SIGNS) && !is_number
}

fn kind_name(body: &Body) -> &'static str {
    match body {
        Body::Opened { .. } => "opened",
        Body::Closed { .. } => "closed",
        Body::Sent { .. } | Body::SentBinary { .. } => "sent",
        Body::Received { .. } | Body::Binary { .. } => "received",
        Body::Gap { .. } => "gap",
        Body::Recovered { .. } => "recovered",
        Body::Notice(_) => "notice",
        Body::Rule { .. } => "rule",
        Body::Reloaded { .. } => "reloaded",
        Body::Trimmed { .. } => "trimmed",
    }
}

fn delivery_name(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::Waiting => "waiting",
        Delivery::Sent => "sent",
        Delivery::Unconfirmed => "doubtful",
        Delivery::Failed => "failed",
        Delivery::Acknowledged => "acknowledged",
    }
}

#[cfg(test)]
mod tests;
