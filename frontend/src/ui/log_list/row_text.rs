//! A row in words.

use crate::{
    i18n::{Strings, fill},
    model::{
        destination::short,
        log::{
            Body, Envelope, Kind,
            entry::{Limit, Outage},
        },
        well_known::{BINARY, LOBBY, TEXT},
    },
    platform::encoding,
};
use yodel_client::Delivery;

/// Bytes of a binary message that are shown.
const HEAD: usize = 32;
/// The events of what plain clients say, which tell nothing about it.
const PLAIN: [&str; 2] = [TEXT, BINARY];

/// What a row is about, for screen readers.
pub fn kind(words: &'static Strings, kind: Kind) -> &'static str {
    match kind {
        Kind::Info => words.word_info,
        Kind::Sent => words.word_sent,
        Kind::Received => words.word_received,
        Kind::Error => words.word_error,
    }
}

/// A state in words.
pub fn state(words: &'static Strings, delivery: Delivery, nobody: bool) -> &'static str {
    match delivery {
        _ if nobody => words.mark_nobody,
        Delivery::Waiting => words.mark_waiting,
        Delivery::Sent => words.mark_sent,
        Delivery::Acknowledged => words.mark_acknowledged,
        Delivery::Unconfirmed => words.mark_doubtful,
        Delivery::Failed => words.mark_failed,
    }
}

/// A state, and the server's words for it.
pub fn fail(state: &str, why: Option<&str>) -> String {
    why.map_or_else(|| state.to_owned(), |why| format!("{state} ({why})"))
}

/// How a row about a connection begins. On a narrow screen only what follows is shown.
pub fn server(words: &Strings, body: &Body) -> String {
    match body {
        Body::Opened { url, .. } | Body::Closed { url, .. } => fill(words.server, &[("url", url)]),
        _ => String::new(),
    }
}

/// What stands before a message.
pub fn lead(body: &Body) -> String {
    match body {
        Body::Sent { to: Some(to), .. } => format!("→ {to}: "),
        Body::Received { envelope, .. } | Body::Binary { envelope, .. } => {
            format!(" > {}", envelope.as_ref().map(about).unwrap_or_default())
        }
        _ => String::new(),
    }
}

/// The words of a row; a message is cut after so many characters.
pub fn content(words: &Strings, body: &Body, most: usize) -> String {
    match body {
        Body::Opened { outage: away, .. } => {
            words.opened.to_owned() + &away.map(|away| back(words, away)).unwrap_or_default()
        }
        Body::Closed { code, reason, .. } => fill(words.closed, &[("code", &words.close(*code, reason))]),
        Body::Sent { text, .. } | Body::Received { text, .. } | Body::Notice(text) => cut(text, most).to_owned(),
        Body::Binary { bytes, .. } => fill(words.binary, &[("n", &bytes.len()), ("hex", &encoding::hex(bytes, HEAD))]),
        Body::Reloaded { left_out: 0 } => words.reloaded.to_owned(),
        Body::Reloaded { left_out } => {
            format!("{} {}", words.reloaded, fill(words.left_out, &[("n", &words.number(*left_out))]))
        }
        Body::Gap { room, lost: Some(lost) } => fill(words.gap, &[("n", &words.number(*lost)), ("room", room)]),
        Body::Gap { room, lost: None } => fill(words.began_anew, &[("room", room)]),
        Body::Recovered { room, messages } => fill(words.recovered, &[("n", &words.number(*messages)), ("room", room)]),
        Body::Trimmed { rows, limit } => {
            let text = if *limit == Limit::Rows { words.trimmed_rows } else { words.trimmed_bytes };
            fill(text, &[("n", &words.number(*rows))])
        }
    }
}

/// Where a message was said and by whom, unless it is one that a plain client hears as it is.
fn about(envelope: &Envelope) -> String {
    let lobby = envelope.room.as_ref().is_some_and(|room| room.as_str() == LOBBY);
    let plain = PLAIN.contains(&envelope.event.as_str());
    if lobby && plain {
        return String::new();
    }
    let from = envelope.from.as_ref();
    let user = from.and_then(|from| from.user.as_ref()).map(ToString::to_string);
    let place = match (&envelope.room, user) {
        (Some(room), user) => format!("#{room}{}", user.map(|user| format!(" {user}")).unwrap_or_default()),
        (None, Some(user)) => format!("@{user}"),
        (None, None) => format!("@{}", from.map(|from| short(from.client.as_str())).unwrap_or_default()),
    };
    let event = if plain { String::new() } else { format!(" [{}]", envelope.event) };
    format!("{place}{event}: ")
}

fn back(words: &Strings, away: Outage) -> String {
    let text = if away.all_sent { words.back_kept } else { words.back };
    fill(text, &[("s", &away.ms.div_ceil(1_000))])
}

fn cut(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests;
