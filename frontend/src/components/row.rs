//! One row: time, icon, text, mark. Text is text nodes, whatever it looks like.

use super::composer::focus_field;
use crate::{
    i18n::{Strings, fill},
    log::{
        Body, Kind, Row, RowId,
        destination::short,
        row::{Away, Envelope, Limit},
    },
    store::Store,
    view::{Click, click, part, text},
};
use client::{Delivery, session::LOBBY};
use leptos::prelude::*;
use std::fmt::Write;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// A row is one line: more of a text than this is never seen.
const SHOWN: usize = 1_000;
/// Bytes of a binary message that are shown.
const HEAD: usize = 32;
/// The events of what plain clients say, which tell nothing about it.
const PLAIN: [&str; 2] = ["text", "binary"];

/// What is drawn: a row with another key is drawn anew.
pub fn key(store: Store, row: &Row) -> (RowId, u64, bool) {
    (row.id, row.version(), store.unseen_from.get_untracked() == Some(row.id))
}

/// One row of the list.
#[component]
pub fn RowView(store: Store, row: Row) -> impl IntoView {
    let kind = row.kind();
    let (minutes, seconds, full) = clock(row.at_ms);
    let mark = mark(store, &row);
    let (id, about) = (row.id, row.body.clone());
    let is_first = store.unseen_from.get_untracked() == Some(id);
    let since = is_first.then(|| view! { <strong class="since">{store.say(|words| words.since)}</strong> });
    view! {
        <li
            class=class(kind)
            aria-current=text(move || (store.selected.get() == Some(id)).to_string())
            on:click=inspect(store, id)
        >
            <time datetime=full>{minutes}<span class="s">{seconds}</span></time>
            <span aria-hidden="true">{icon(kind)}</span>
            <span class="sr">{text(move || word(store.words(), kind))}</span>
            <span class="t">
                <span class="server">{text(move || server(store.words(), &about))}</span>
                {part(move || Some(marked(store, &row.body)))}
            </span>
            {mark}
            {since}
        </li>
    }
}

/// A click anywhere but on a button.
fn inspect(store: Store, id: RowId) -> Click {
    Box::new(move |event| {
        if !on_button(&event) {
            store.inspect(id);
        }
    })
}

/// Whether an event is about a button in a row.
pub fn on_button(event: &web_sys::Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.closest("button").is_ok_and(|button| button.is_some()))
}

/// What happened, with marks where it is what was looked for.
fn marked(store: Store, body: &Body) -> AnyView {
    let (lead, content) = (lead(body), content(store.words(), body, SHOWN));
    let marked = store.mark.with(|mark| mark.as_ref().map(|mark| mark(&content)));
    (lead, marked.unwrap_or_else(|| content.into_any())).into_any()
}

/// What became of a message of one's own, and what can be done about it.
fn mark(store: Store, row: &Row) -> Option<impl IntoView + use<>> {
    let Body::Sent { text: sent, delivery, why, nobody, .. } = &row.body else { return None };
    let (id, delivery, sent, why, nobody) = (row.id, *delivery, sent.clone(), why.clone(), *nobody);
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
        _ if nobody => ("", ""),
        Delivery::Sent => ("✓", "sr"),
        Delivery::Acknowledged => ("✓✓", "sr"),
        _ => ("", ""),
    };
    let said = move || fail(state(store.words(), delivery, nobody), why.as_deref());
    Some(view! {
        <span class="m">
            <span aria-hidden="true">{tick}</span>
            <span class=hidden>{text(said)}</span>
            {again}
            {delete}
        </span>
    })
}

/// A state in words.
pub fn state(words: &'static Strings, delivery: Delivery, nobody: bool) -> &'static str {
    match delivery {
        _ if nobody => words.mark_nobody,
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
            format!(" > {}", envelope.as_deref().map(about).unwrap_or_default())
        }
        _ => String::new(),
    }
}

/// The words of a row; a message is cut after so many characters.
pub fn content(words: &Strings, body: &Body, most: usize) -> String {
    match body {
        Body::Opened { away, .. } => words.opened.to_owned() + &away.map(|away| back(words, away)).unwrap_or_default(),
        Body::Closed { code, reason, .. } => fill(words.closed, &[("code", &words.close(*code, reason))]),
        Body::Sent { text, .. } | Body::Received { text, .. } | Body::Said(text) => cut(text, most).to_owned(),
        Body::Binary { bytes, .. } => fill(words.binary, &[("n", &bytes.len()), ("hex", &hex(bytes))]),
        Body::Reloaded => words.reloaded.to_owned(),
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

fn back(words: &Strings, away: Away) -> String {
    let text = if away.kept { words.back_kept } else { words.back };
    fill(text, &[("s", &away.ms.div_ceil(1_000))])
}

fn cut(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(end, _)| &text[..end])
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
pub fn clock(at_ms: u64) -> (String, String, String) {
    let date = js_sys::Date::new(&(at_ms as f64).into());
    let minutes = format!("{:02}:{:02}", date.get_hours(), date.get_minutes());
    (minutes, format!(":{:02}", date.get_seconds()), date.to_iso_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    fn en(body: &Body) -> String {
        server(Lang::En.strings(), body) + &lead(body) + &content(Lang::En.strings(), body, SHOWN)
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
    fn a_message_says_where_it_was_said_and_where_it_goes() {
        let received = |text: &str| {
            let mut journal = crate::log::Journal::default();
            let effect = match protocol::ServerFrame::decode(text).unwrap() {
                protocol::ServerFrame::Message(message) => client::Effect::Message(message.into()),
                protocol::ServerFrame::Direct(direct) => client::Effect::Direct(direct.into()),
                other => panic!("{other:?}"),
            };
            journal.apply(1, &effect);
            en(&journal.rows.iter().next().unwrap().body)
        };
        let ada = r#""from":{"client":"c_1","user":"ada"},"data":"hi","time":9}"#;
        let text = |room: &str| format!(r#"{{"type":"message","room":"{room}","event":"text",{ada}"#);
        assert_eq!(received(&text("lobby")), " > hi");
        assert_eq!(received(&text("deploys")), " > #deploys ada: hi");
        assert_eq!(received(&format!(r#"{{"type":"direct","event":"text",{ada}"#)), " > @ada: hi");
        let client = ada.replace(r#","user":"ada""#, "");
        assert_eq!(received(&format!(r#"{{"type":"direct","event":"note",{client}"#)), " > @c_1 [note]: hi");
        let to = crate::log::Destination::Room(protocol::RoomName::new("deploys").unwrap());
        let mut journal = crate::log::Journal::default();
        journal.write(1, "hi", Some(to));
        assert_eq!(en(&journal.rows.iter().next().unwrap().body), "→ #deploys: hi");
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
        assert_eq!(cut(&"é".repeat(SHOWN + 1), SHOWN), "é".repeat(SHOWN));
        assert_eq!(cut("short", SHOWN), "short");
    }

    #[test]
    fn the_note_groups_its_digits() {
        let note = Body::Trimmed { rows: 5_000, limit: Limit::Rows };
        assert_eq!(en(&note), "Oldest 5,000 rows removed (limit 100,000).");
        assert_eq!(content(Lang::Zh.strings(), &note, SHOWN), "已移除最早的 5000 条（上限 10 万）。");
    }
}
