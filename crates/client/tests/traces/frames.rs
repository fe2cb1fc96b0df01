//! Envelope mode in transcripts. Frames are JSON; frequent ones have a shorthand.
//!
//! | shorthand | frame |
//! |---|---|
//! | `receive #1 welcome` | the welcome frame of a server that requires no token; `welcome before auth` of one that does |
//! | `receive #1 chat 44 hi` | a message in `chat` at offset 44 from another client |
//! | `receive #1 own 44 hi` | the same from this client |
//! | `receive #1 joined 3 chat k:44` | the reply to the join with id 3, in epoch k; `unrecovered joined` without the missed messages |
//! | `receive #1 ok 3 k:44` | the reply to the publish with id 3 |
//! | `receive #1 rate_limited 3` | the error `rate_limited` for the request with id 3 |
//! | `receive #1 error 3 forbidden` | any other error |
//! | `request 7 publish chat hi` | a publish with `echo:false` and the key k7; `request 7..9 ..` sends three |
//! | `request 7 {..}` | any request |

use yodel_client::{Effect, Event, MessageId, Secret};
use yodel_protocol::frame::Message;
use yodel_protocol::{ClientFrame, Position, RoomName, ServerFrame};

use crate::transcript::{number, socket};

const WELCOME: &str =
    r#"{"type":"welcome","client":"c_me","version":"0","node":"n","plain":"echo","ping":25,"max":1000,"time":1000000}"#;

pub fn room(name: &str) -> RoomName {
    RoomName::new(name).expect("valid room name")
}

/// Parses `abc`, `abc for ws://b/ws` or nothing. A token is for `ws://a/ws` unless it says otherwise.
pub fn token(text: &str) -> Event {
    let (text, url) = text.split_once(" for ").unwrap_or((text, "ws://a/ws"));
    Event::Token { url: url.to_owned(), token: (!text.is_empty()).then(|| Secret::new(text.to_owned())) }
}

pub fn requests(rest: &str) -> Vec<Event> {
    let (ids, request_text) = rest.split_once(' ').expect("a number and a frame");
    let (first, last) = ids.split_once("..").unwrap_or((ids, ids));
    let request = |id: u64| {
        let frame = request_text
            .strip_prefix("publish ")
            .map_or_else(|| request_text.to_owned(), |message| publish(id, message));
        let frame = frame.replacen('{', r#"{"id":1,"#, 1);
        let verb = ClientFrame::decode(&frame).expect("a frame").verb;
        Event::Request { id: MessageId(id), verb }
    };
    (number(first)..=number(last)).map(request).collect()
}

fn publish(id: u64, message: &str) -> String {
    let (room, text) = message.split_once(' ').expect("a room and a text");
    format!(r#"{{"type":"publish","room":"{room}","event":"msg","data":"{text}","key":"k{id}","echo":false}}"#)
}

pub fn receive(rest: &str) -> Event {
    let (socket_name, shorthand) = rest.split_once(' ').expect("a socket and a frame");
    let text = if shorthand.starts_with('{') { shorthand.to_owned() } else { frame_text(shorthand) };
    Event::Received { socket: socket(socket_name), text }
}

fn frame_text(shorthand: &str) -> String {
    match shorthand.split(' ').collect::<Vec<_>>()[..] {
        ["welcome"] => WELCOME.to_owned(),
        ["welcome", "of", "broadcast"] => WELCOME.replace(r#""echo""#, r#""broadcast""#),
        ["welcome", "before", "auth"] => WELCOME.replace('}', r#","auth_required":true}"#),
        ["welcome", user] => WELCOME.replace(r#""version""#, &format!(r#""user":"{user}","version""#)),
        ["welcome", "as", client] => WELCOME.replace("c_me", client),
        ["ok", id] => format!(r#"{{"type":"ok","id":{id}}}"#),
        ["ok", id, place] => format!(r#"{{"type":"ok","id":{id},{}}}"#, position(place)),
        ["rate_limited", id] => error(id, "rate_limited", true),
        ["error", id, code] => error(id, code, false),
        ["pong", id] => format!(r#"{{"type":"pong","id":{id},"time":1}}"#),
        ["joined", id, room, place, ref missed @ ..] => joined(id, room, place, true, missed),
        ["unrecovered", "joined", id, room, place] => joined(id, room, place, false, &[]),
        ["own", offset, text] => message("chat", offset, "c_me", text),
        [room, offset, text] => message(room, offset, "c_other", text),
        _ => shorthand.to_owned(),
    }
}

fn position(place: &str) -> String {
    let (epoch, offset) = place.split_once(':').expect("epoch:offset");
    format!(r#""epoch":"{epoch}","offset":{offset}"#)
}

fn error(id: &str, code: &str, retry: bool) -> String {
    format!(r#"{{"type":"error","id":{id},"code":"{code}","message":"no","retry":{retry}}}"#)
}

fn message(room: &str, offset: &str, from: &str, text: &str) -> String {
    format!(
        r#"{{"type":"message","room":"{room}","offset":{offset},"event":"msg","from":{{"client":"{from}"}},"data":"{text}","time":1}}"#
    )
}

/// Returns a `joined` frame. `44=hi` is a missed message, `44=me:hi` an own one.
fn joined(id: &str, room: &str, place: &str, recovered: bool, missed: &[&str]) -> String {
    let missed = missed.iter().map(|missed| {
        let (offset, text) = missed.split_once('=').expect("offset=text");
        let own = text.strip_prefix("me:");
        message(room, offset, if own.is_some() { "c_me" } else { "c_other" }, own.unwrap_or(text))
    });
    let messages = missed.collect::<Vec<_>>().join(",");
    let place = position(place);
    format!(r#"{{"type":"joined","id":{id},"room":"{room}",{place},"recovered":{recovered},"messages":[{messages}]}}"#)
}

/// Returns the short form of a frame.
pub fn show_text(text: &str) -> String {
    let text = text.replace(r#""type":"#, "").replace(['"', '{', '}'], "").replace(',', " ");
    text.replace(" event:msg", "").replace(" echo:false", "")
}

pub fn show(effect: &Effect) -> String {
    match effect {
        Effect::Welcome(welcome) => format!("welcome {}", welcome.client),
        Effect::TokenRequested { .. } => "token requested".to_owned(),
        Effect::Authenticated { user, .. } => {
            format!("authenticated {}", user.as_ref().map_or("", |user| user.as_str()))
        }
        Effect::Reply(id, reply) => format!("{} reply {}", id.0, show_reply(reply)),
        Effect::Joined { room, position, .. } => format!("joined {room} {}", show_position(position)),
        Effect::Left { room, error: None } => format!("left {room}"),
        Effect::Left { room, error: Some(error) } => format!("left {room}: {}", error.code),
        Effect::JoinDelayed { room, error } => format!("delayed {room}: {}", error.code),
        Effect::Gap { room, after, upto } => {
            format!("gap in {room} after {} up to {}", show_position(after), show_position(upto))
        }
        Effect::Message(message) => show_message(message),
        Effect::Direct(direct) => format!("direct {}", direct.data.text()),
        Effect::PresenceDiff(diff) => format!("presence in {}", diff.room),
        Effect::Latency(ms) => format!("latency {ms}"),
        Effect::Goodbye(goodbye) => format!("goodbye {} in {}", goodbye.code.0, goodbye.retry_ms),
        Effect::Error(error) => format!("error {}: {}", error.code, error.message),
        Effect::UnrecognizedFrame(text) => format!("unrecognized {}", show_text(text)),
        _ => panic!("{effect:?} belongs to both modes"),
    }
}

fn show_message(message: &Message) -> String {
    let offset = message.offset.map_or_else(|| "everyone".to_owned(), |offset| offset.0.to_string());
    format!("{} {offset} {}", message.room, message.data.as_string().unwrap_or_default())
}

fn show_position(position: &Position) -> String {
    format!("{}:{}", position.epoch, position.offset.0)
}

fn show_reply(reply: &ServerFrame) -> String {
    match reply {
        ServerFrame::Ok(ack) => match ack.offset {
            Some(offset) => format!("ok {}", offset.0),
            None => "ok".to_owned(),
        },
        ServerFrame::Echo(echo) => format!("echo {}", echo.data.text()),
        ServerFrame::Result(result) => format!("result {}", result.data.text()),
        ServerFrame::Presence(presence) => format!("presence {}", presence.clients),
        ServerFrame::History(history) => format!("history of {}", history.messages.len()),
        ServerFrame::Pong(_) => "pong".to_owned(),
        ServerFrame::Error(error) => error.code.to_string(),
        other => format!("{other:?}"),
    }
}
