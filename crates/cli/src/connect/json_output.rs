//! Output with --json: one JSON object per line. A received `yodel.v1` frame is printed unchanged.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use yodel_client::{Delivery, Effect, State, StopReason};
use yodel_protocol::frame::{ErrorReply, Message, PresenceEntry};
use yodel_protocol::{CloseCode, Position, RoomName, ServerFrame, UserId};

use super::line::Line;
use super::output_event::OutputEvent;

/// JSON object for an event of the client itself.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum JsonEvent<'a> {
    /// Received text message in plain mode.
    Text { data: &'a str },
    /// Received binary message.
    Binary { base64: String },
    /// Text that is being sent; `message` is its number in later `delivery` objects.
    Sending { message: u64, data: &'a str },
    /// New delivery state of a message.
    Delivery { message: u64, state: &'static str },
    /// A connection attempt started.
    Connecting,
    /// The connection is open; `away_ms` is the time since it was lost.
    Open { url: &'a str, away_ms: Option<u64> },
    /// The connection closed, or the first of several attempts failed.
    Closed { url: &'a str, code: CloseCode, reason: &'a str },
    /// Another attempt follows at `until`, in milliseconds since 1970.
    Waiting { until: u64, attempt: u32, code: CloseCode, reason: &'a str },
    /// No further attempt follows.
    Stopped { why: &'static str },
    /// The server accepted the token.
    Login { user: Option<&'a UserId>, expires: Option<u64> },
    /// A room was joined.
    Joined { room: &'a RoomName, position: &'a Position, users: Option<&'a [PresenceEntry]>, more_users: bool },
    /// A room was left, or joining it failed.
    Left { room: &'a RoomName, why: Option<&'a ErrorReply> },
    /// Joining a room failed for now; it is repeated.
    Delayed { room: &'a RoomName, why: &'a ErrorReply },
    /// Messages of a room are lost.
    Gap { room: &'a RoomName, after: &'a Position, upto: &'a Position },
    /// Measured round-trip time.
    Latency { ms: u64 },
    /// A frame that could not be parsed.
    #[serde(rename = "strange")]
    UnknownFrame { data: &'a str },
    /// An error of the client.
    #[serde(rename = "trouble")]
    Error { reason: String },
}

/// Returns the output lines for an event; none for an event without a JSON form.
pub fn lines(event: &OutputEvent<'_>) -> Vec<Line> {
    let object = match event {
        OutputEvent::Effect(effect) => match effect_object(effect) {
            Some(object) => object,
            None => return frame(effect).map(|frame| Line::received("", frame)).into_iter().collect(),
        },
        OutputEvent::Text(data) => JsonEvent::Text { data },
        OutputEvent::Binary(bytes) => JsonEvent::Binary { base64: STANDARD.encode(bytes) },
        OutputEvent::Sending(id, data) => JsonEvent::Sending { message: id.0, data },
        OutputEvent::Waiting { .. } => return Vec::new(),
        OutputEvent::DialFailed(error) => JsonEvent::Error { reason: error.to_string() },
        OutputEvent::Error(text) => JsonEvent::Error { reason: (*text).to_owned() },
    };
    vec![Line::received("", serde_json::to_string(&object).expect("an object with string keys serializes"))]
}

fn effect_object(effect: &Effect) -> Option<JsonEvent<'_>> {
    Some(match effect {
        Effect::State(state) => return state_object(state),
        Effect::Delivery(id, delivery) => JsonEvent::Delivery { message: id.0, state: delivery_name(*delivery) },
        Effect::OutboxFull(id) => JsonEvent::Delivery { message: id.0, state: "full" },
        Effect::Up { url, away_ms } => JsonEvent::Open { url, away_ms: *away_ms },
        Effect::Down { url, code, reason, .. } => JsonEvent::Closed { url, code: CloseCode(*code), reason },
        Effect::Authenticated { user, expires } => JsonEvent::Login { user: user.as_ref(), expires: *expires },
        Effect::Joined { room, position, users, more_users } => {
            JsonEvent::Joined { room, position, users: users.as_deref(), more_users: *more_users }
        }
        Effect::Left { room, error } => JsonEvent::Left { room, why: error.as_ref() },
        Effect::JoinDelayed { room, error } => JsonEvent::Delayed { room, why: error },
        Effect::Gap { room, after, upto } => JsonEvent::Gap { room, after, upto },
        Effect::Latency(ms) => JsonEvent::Latency { ms: *ms },
        Effect::UnrecognizedFrame(data) => JsonEvent::UnknownFrame { data },
        _ => return None,
    })
}

fn state_object(state: &State) -> Option<JsonEvent<'_>> {
    Some(match state {
        State::Connecting(_) => JsonEvent::Connecting,
        State::Backoff { until_ms, last_failure } => JsonEvent::Waiting {
            until: *until_ms,
            attempt: last_failure.attempt,
            code: last_failure.code,
            reason: &last_failure.reason,
        },
        State::Stopped(StopReason::Exhausted(_)) => JsonEvent::Stopped { why: "exhausted" },
        State::Stopped(StopReason::Fatal { .. }) => JsonEvent::Stopped { why: "fatal" },
        State::Stopped(_) => JsonEvent::Stopped { why: "wanted" },
        _ => return None,
    })
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

/// Returns the received frame, unchanged.
fn frame(effect: &Effect) -> Option<String> {
    let frame: ServerFrame<Message> = match effect {
        Effect::Welcome(welcome) => ServerFrame::Welcome((**welcome).clone()),
        Effect::Message(message) => ServerFrame::Message((**message).clone()),
        Effect::Direct(direct) => ServerFrame::Direct((**direct).clone()),
        Effect::PresenceDiff(diff) => ServerFrame::PresenceDiff(diff.clone()),
        Effect::Goodbye(goodbye) => ServerFrame::Goodbye(goodbye.clone()),
        Effect::Error(error) => ServerFrame::Error(error.clone()),
        // Prefixed with the number of the message that it replies to.
        Effect::Reply(id, reply) => return Some(format!("{{\"message\":{},{}", id.0, &reply.encode()[1..])),
        _ => return None,
    };
    Some(frame.encode())
}

#[cfg(test)]
mod tests {
    use yodel_client::{Generation, LastFailure, MessageId};
    use yodel_protocol::ErrorCode;

    use super::*;

    fn print(effect: &Effect) -> String {
        let lines = lines(&OutputEvent::Effect(effect));
        lines.iter().map(|line| String::from_utf8_lossy(&line.body)).collect()
    }

    fn full() -> ErrorReply {
        let (code, message) = (ErrorCode::Unavailable, "full".to_owned());
        ErrorReply { id: None, code, message, retry: true }
    }

    #[test]
    fn prints_each_effect_as_one_object() {
        let url = || "ws://a/ws".to_owned();
        let last_failure = LastFailure { code: CloseCode(1006), reason: "no\nroute".to_owned(), attempt: 2 };
        for (effect, json) in [
            (Effect::State(State::Connecting(Generation(1))), r#"{"type":"connecting"}"#),
            (Effect::Up { url: url(), away_ms: Some(5) }, r#"{"type":"open","url":"ws://a/ws","away_ms":5}"#),
            (
                Effect::Down { url: url(), code: 4502, reason: "no".to_owned(), requested: false },
                r#"{"type":"closed","url":"ws://a/ws","code":4502,"reason":"no"}"#,
            ),
            (
                Effect::State(State::Backoff { until_ms: 7, last_failure }),
                r#"{"type":"waiting","until":7,"attempt":2,"code":1006,"reason":"no\nroute"}"#,
            ),
            (
                Effect::Delivery(MessageId(3), Delivery::Acknowledged),
                r#"{"type":"delivery","message":3,"state":"acknowledged"}"#,
            ),
            (Effect::State(State::Stopped(StopReason::User)), r#"{"type":"stopped","why":"wanted"}"#),
            (
                Effect::JoinDelayed { room: RoomName::new("chat").expect("a valid name"), error: full() },
                r#"{"type":"delayed","room":"chat","why":{"code":"unavailable","message":"full","retry":true}}"#,
            ),
            (Effect::State(State::Suspended), ""),
        ] {
            assert_eq!(print(&effect), json);
        }
    }

    #[test]
    fn prints_received_frames_unchanged() {
        for text in [
            r#"{"type":"message","room":"chat","offset":45,"event":"msg","data":{ "b":1.0 },"time":1}"#,
            r#"{"type":"direct","event":"dm","data":"\u00e9","time":1}"#,
            r#"{"type":"goodbye","code":4001,"reason":"deploy","retry_ms":7}"#,
        ] {
            let effect = match ServerFrame::decode(text).expect(text) {
                ServerFrame::Message(message) => Effect::Message(Box::new(message)),
                ServerFrame::Direct(direct) => Effect::Direct(Box::new(direct)),
                ServerFrame::Goodbye(goodbye) => Effect::Goodbye(goodbye),
                other => panic!("{other:?}"),
            };
            assert_eq!(print(&effect), text);
        }
        let reply = ServerFrame::decode(r#"{"type":"ok","id":9,"delivered":2}"#).expect("a valid frame");
        assert_eq!(
            print(&Effect::Reply(MessageId(4), Box::new(reply))),
            r#"{"message":4,"type":"ok","id":9,"delivered":2}"#
        );
    }

    #[test]
    fn prints_binary_messages_as_base64() {
        let lines = lines(&OutputEvent::Binary(&[0, 255, 10]));
        assert_eq!(lines[0].body, br#"{"type":"binary","base64":"AP8K"}"#);
    }
}
