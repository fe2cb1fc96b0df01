//! One row: time, icon, text, mark. Text is text nodes, whatever it looks like.

use super::composer::focus_field;
use crate::{
    i18n::{Strings, fill},
    log::{
        Body, Kind, Row,
        row::{Away, Envelope, Limit},
    },
    store::Store,
    view::{click, text},
};
use client::{Delivery, session::LOBBY};
use leptos::prelude::*;
use std::fmt::Write;

/// A row is one line: more of a text than this is never seen.
const SHOWN: usize = 1_000;
/// Bytes of a binary message that are shown.
const HEAD: usize = 32;
/// The event of a text, which says nothing about it.
const TEXT: &str = "text";

/// One row of the list.
#[component]
pub fn RowView(store: Store, row: Row) -> impl IntoView {
    let kind = row.kind();
    let (minutes, seconds, full) = clock(row.at_ms);
    let mark = mark(store, &row);
    let about = row.body.clone();
    view! {
        <li class=class(kind)>
            <time datetime=full>{minutes}<span class="s">{seconds}</span></time>
            <span aria-hidden="true">{icon(kind)}</span>
            <span class="sr">{text(move || word(store.words(), kind))}</span>
            <span class="t">
                <span class="server">{text(move || server(store.words(), &about))}</span>
                {text(move || content(store.words(), &row.body))}
            </span>
            {mark}
        </li>
    }
}

/// What became of a message of one's own, and what can be done about it.
fn mark(store: Store, row: &Row) -> Option<impl IntoView + use<>> {
    let Body::Sent { text: sent, delivery, why, .. } = &row.body else { return None };
    let (id, delivery, sent, why) = (row.id, *delivery, sent.clone(), why.clone());
    let again = (delivery == Delivery::Failed).then(|| {
        view! {
            <button
                type="button"
                class="small"
                on:click=click(move || {
                    store.send_again(id, &sent);
                    focus_field();
                })
            >
                {store.say(|words| words.retry)}
            </button>
        }
    });
    let delete = matches!(delivery, Delivery::Failed | Delivery::Waiting).then(|| {
        view! {
            <button
                type="button"
                class="small"
                on:click=click(move || {
                    store.delete(id);
                    focus_field();
                })
            >
                {store.say(|words| words.delete)}
            </button>
        }
    });
    let (tick, hidden) = match delivery {
        Delivery::Sent => ("✓", "sr"),
        Delivery::Acknowledged => ("✓✓", "sr"),
        _ => ("", ""),
    };
    let said = move || fail(state(store.words(), delivery), why.as_deref());
    Some(view! {
        <span class="m">
            <span aria-hidden="true">{tick}</span>
            <span class=hidden>{text(said)}</span>
            {again}
            {delete}
        </span>
    })
}

fn state(words: &'static Strings, delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::Waiting => words.mark_waiting,
        Delivery::Sent => words.mark_sent,
        Delivery::Acknowledged => words.mark_acknowledged,
        Delivery::Doubtful => words.mark_doubtful,
        Delivery::Failed => words.mark_failed,
    }
}

/// A state, and the server's words for it.
fn fail(state: &str, why: Option<&str>) -> String {
    why.map_or_else(|| state.to_owned(), |why| format!("{state} ({why})"))
}

fn class(kind: Kind) -> &'static str {
    match kind {
        Kind::Info => "list-group-item list-group-item-info",
        Kind::Sent => "list-group-item list-group-item-success",
        Kind::Received => "list-group-item list-group-item-warning",
        Kind::Error => "list-group-item list-group-item-danger",
    }
}

fn icon(kind: Kind) -> &'static str {
    match kind {
        Kind::Info => "●",
        Kind::Sent => "↑",
        Kind::Received => "↓",
        Kind::Error => "✕",
    }
}

fn word(words: &'static Strings, kind: Kind) -> &'static str {
    match kind {
        Kind::Info => words.word_info,
        Kind::Sent => words.word_sent,
        Kind::Received => words.word_received,
        Kind::Error => words.word_error,
    }
}

/// How a row about a connection begins. On a narrow screen only what follows is shown.
fn server(words: &Strings, body: &Body) -> String {
    match body {
        Body::Opened { url, .. } | Body::Closed { url, .. } => fill(words.server, &[("url", url)]),
        _ => String::new(),
    }
}

/// The words of a row.
fn content(words: &Strings, body: &Body) -> String {
    match body {
        Body::Opened { away, .. } => words.opened.to_owned() + &away.map(|away| back(words, away)).unwrap_or_default(),
        Body::Closed { code, reason, .. } => fill(words.closed, &[("code", &words.close(*code, reason))]),
        Body::Sent { text, .. } | Body::Said(text) => shown(text).to_owned(),
        Body::Received { text, envelope } => {
            let about = envelope.as_deref().map(about).unwrap_or_default();
            format!(" > {about}{}", shown(text))
        }
        Body::Binary { bytes, .. } => {
            format!(" > {}", fill(words.binary, &[("n", &bytes.len()), ("hex", &hex(bytes))]))
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
    if lobby && envelope.event.as_str() == TEXT {
        return String::new();
    }
    let room = envelope.room.as_ref().map_or_else(|| "@".to_owned(), |room| format!("#{room}"));
    let user = envelope.from.as_ref().and_then(|from| from.user.as_ref());
    let user = user.map(|user| format!(" {user}")).unwrap_or_default();
    let event = if envelope.event.as_str() == TEXT { String::new() } else { format!(" [{}]", envelope.event) };
    format!("{room}{user}{event}: ")
}

fn back(words: &Strings, away: Away) -> String {
    let text = if away.kept { words.back_kept } else { words.back };
    fill(text, &[("s", &away.ms.div_ceil(1_000))])
}

fn shown(text: &str) -> &str {
    text.char_indices().nth(SHOWN).map_or(text, |(end, _)| &text[..end])
}

/// How a binary message begins.
fn hex(bytes: &[u8]) -> String {
    let head = &bytes[..bytes.len().min(HEAD)];
    let mut hex = String::with_capacity(head.len() * 3 + 4);
    for byte in head {
        let _ = write!(hex, "{byte:02x} ");
    }
    hex.push_str(if head.len() < bytes.len() { "…" } else { "" });
    hex.trim_end().to_owned()
}

/// Local hours and minutes, `:` and seconds, and the whole instant.
#[expect(clippy::cast_precision_loss, reason = "a time in milliseconds is a small integer")]
fn clock(at_ms: u64) -> (String, String, String) {
    let date = js_sys::Date::new(&(at_ms as f64).into());
    let minutes = format!("{:02}:{:02}", date.get_hours(), date.get_minutes());
    (minutes, format!(":{:02}", date.get_seconds()), date.to_iso_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    fn en(body: &Body) -> String {
        server(Lang::En.strings(), body) + &content(Lang::En.strings(), body)
    }

    #[test]
    fn a_connection_that_came_back_says_what_is_true() {
        let opened = |away| en(&Body::Opened { url: "ws://a/ws".into(), away });
        let succeeded = "WebSocket Server [ws://a/ws] Connection Succeeded!";
        assert_eq!(opened(None), succeeded);
        assert_eq!(
            opened(Some(Away { ms: 5_400, kept: true })),
            format!("{succeeded} Back after 6 s, all that waited was sent.")
        );
        assert_eq!(opened(Some(Away { ms: 5_400, kept: false })), format!("{succeeded} Back after 6 s."));
    }

    #[test]
    fn a_received_text_has_the_prefix_of_the_tutorials() {
        assert_eq!(en(&Body::Received { text: "<b>hi</b>".into(), envelope: None }), " > <b>hi</b>");
    }

    #[test]
    fn binary_is_its_size_and_its_first_bytes() {
        let binary = |bytes: &[u8]| en(&Body::Binary { bytes: bytes.into(), envelope: None });
        assert_eq!(binary(&[0x0a, 0x1f, 0x9c]), " > binary, 3 bytes: 0a 1f 9c");
        let head = "00 ".repeat(HEAD);
        assert_eq!(binary(&[0; HEAD + 1]), format!(" > binary, 33 bytes: {head}…"));
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(shown(&"é".repeat(SHOWN + 1)), "é".repeat(SHOWN));
        assert_eq!(shown("short"), "short");
    }

    #[test]
    fn the_note_groups_its_digits() {
        let note = Body::Trimmed { rows: 5_000, limit: Limit::Rows };
        assert_eq!(en(&note), "Oldest 5,000 rows removed (limit 100,000).");
        assert_eq!(content(Lang::Zh.strings(), &note), "已移除最早的 5000 条（上限 10 万）。");
    }
}
