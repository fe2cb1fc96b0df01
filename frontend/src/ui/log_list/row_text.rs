//! Texts of a row.

use crate::{
    i18n::{ShellStrings, fill_exact},
    model::{
        address::is_event_stream,
        destination::short,
        log::{
            Body, Envelope, Kind,
            entry::{Limit, Outage},
        },
        well_known::{BINARY, LOBBY, MESSAGE, TEXT},
    },
    platform::encoding,
};
use yodel_client::Delivery;

/// Maximum number of shown bytes of a binary message.
const SHOWN_BYTES: usize = 32;
/// Events of messages in plain mode; they are not shown.
const PLAIN_EVENTS: [&str; 2] = [TEXT, BINARY];

/// Returns the kind of a row, for screen readers.
pub fn kind_label(strings: &'static ShellStrings, kind: Kind) -> &'static str {
    match kind {
        Kind::Info => strings.kind_info,
        Kind::Sent => strings.kind_sent,
        Kind::Received => strings.kind_received,
        Kind::Error => strings.kind_error,
    }
}

/// Returns the delivery state of a sent message. `no_recipient` is `true` if the recipient has no connection.
pub fn delivery_label(strings: &'static ShellStrings, delivery: Delivery, no_recipient: bool) -> &'static str {
    match delivery {
        _ if no_recipient => strings.recipient_offline,
        Delivery::Waiting => strings.delivery_queued,
        Delivery::Sent => strings.delivery_sent,
        Delivery::Acknowledged => strings.delivery_acknowledged,
        Delivery::Unconfirmed => strings.delivery_unconfirmed,
        Delivery::Failed => strings.delivery_failed,
    }
}

/// Returns a delivery state with the server's reason.
pub fn with_reason(state: &str, reason: Option<&str>) -> String {
    reason.map_or_else(|| state.to_owned(), |reason| format!("{state} ({reason})"))
}

/// Returns the start of a row about the connection; empty for other rows. It is hidden on narrow screens.
pub fn connection_prefix(strings: &ShellStrings, body: &Body) -> String {
    match body {
        Body::Opened { url, .. } | Body::Closed { url, .. } => {
            let text = if is_event_stream(url) { strings.event_stream } else { strings.server };
            fill_exact(text, &[("url", url)])
        }
        _ => String::new(),
    }
}

/// Returns the recipient or sender in front of a message.
pub fn message_prefix(body: &Body) -> String {
    match body {
        Body::Sent { to: Some(to), .. } => format!("→ {to}: "),
        Body::Received { envelope, .. } | Body::Binary { envelope, .. } => {
            format!(" > {}", envelope.as_ref().map(sender_label).unwrap_or_default())
        }
        _ => String::new(),
    }
}

/// Returns the text of a row. A message is truncated after `max_chars` characters.
pub fn content(strings: &ShellStrings, body: &Body, max_chars: usize) -> String {
    match body {
        Body::Opened { outage, .. } => {
            strings.opened.to_owned() + &outage.map(|outage| reconnected(strings, outage)).unwrap_or_default()
        }
        Body::Closed { code, reason, .. } => fill_exact(strings.closed, &[("code", &strings.close(*code, reason))]),
        Body::Sent { text, .. } | Body::Received { text, .. } | Body::Notice(text) | Body::Rule { text, .. } => {
            truncate(text, max_chars).to_owned()
        }
        Body::Binary { bytes, .. } | Body::SentBinary { bytes, .. } => fill_exact(
            strings.binary,
            &[("n", &strings.number(bytes.len() as u64)), ("hex", &encoding::hex(bytes, SHOWN_BYTES))],
        ),
        Body::Reloaded { left_out: 0 } => strings.reloaded.to_owned(),
        Body::Reloaded { left_out } => {
            format!("{} {}", strings.reloaded, fill_exact(strings.not_restored, &[("n", &strings.number(*left_out))]))
        }
        Body::Gap { room, lost: Some(lost) } => {
            fill_exact(strings.messages_lost, &[("n", &strings.number(*lost)), ("room", room)])
        }
        Body::Gap { room, lost: None } => fill_exact(strings.room_reset, &[("room", room)]),
        Body::Recovered { room, messages } => {
            fill_exact(strings.messages_recovered, &[("n", &strings.number(*messages)), ("room", room)])
        }
        Body::Trimmed { entries, limit } => {
            let text = if *limit == Limit::Entries { strings.trimmed_count } else { strings.trimmed_bytes };
            fill_exact(text, &[("n", &strings.number(*entries))])
        }
    }
}

/// Returns room, sender and event of a message; empty for a plain message in the lobby and an unnamed event.
fn sender_label(envelope: &Envelope) -> String {
    if envelope.stream_id.is_some() {
        let name = envelope.event.as_str();
        return if name == MESSAGE { String::new() } else { ["[", name, "]: "].concat() };
    }
    let lobby = envelope.room.as_ref().is_some_and(|room| room.as_str() == LOBBY);
    let plain = PLAIN_EVENTS.contains(&envelope.event.as_str());
    if lobby && plain {
        return String::new();
    }
    let from = envelope.from.as_ref();
    let user = from.and_then(|from| from.user.as_ref()).map(ToString::to_string);
    let sender = match (&envelope.room, user) {
        (Some(room), user) => format!("#{room}{}", user.map(|user| format!(" {user}")).unwrap_or_default()),
        (None, Some(user)) => format!("@{user}"),
        (None, None) => format!("@{}", from.map(|from| short(from.client.as_str())).unwrap_or_default()),
    };
    let event = if plain { String::new() } else { format!(" [{}]", envelope.event) };
    format!("{sender}{event}: ")
}

fn reconnected(strings: &ShellStrings, outage: Outage) -> String {
    let text = if outage.all_sent { strings.reconnected_queue_sent } else { strings.reconnected };
    fill_exact(text, &[("s", &outage.ms.div_ceil(1_000))])
}

fn truncate(text: &str, max_chars: usize) -> &str {
    text.char_indices().nth(max_chars).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests;
