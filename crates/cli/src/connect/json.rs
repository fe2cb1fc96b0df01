//! What happened, as one JSON object per line. What a server says in yodel.v1 stays the frame that it was.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use yodel_client::{Delivery, Effect, State, Stopped};
use yodel_protocol::frame::{ErrorReply, Message, PresenceEntry};
use yodel_protocol::{CloseCode, Position, RoomName, ServerFrame, UserId};

use super::line::Line;
use super::news::News;

/// What is told of the client itself.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Told<'a> {
    /// A text message of a plain server.
    Text { data: &'a str },
    /// A binary message.
    Binary { base64: String },
    /// A text that is sent, with a number for what is told of it later.
    Sending { message: u64, data: &'a str },
    /// Where a message is.
    Delivery { message: u64, state: &'static str },
    /// A socket is dialled.
    Connecting,
    /// The connection is open.
    Open { url: &'a str, away_ms: Option<u64> },
    /// The connection is closed, or the first dial of many failed.
    Closed { url: &'a str, code: CloseCode, reason: &'a str },
    /// It will be dialled again.
    Waiting { until: u64, attempt: u32, code: CloseCode, reason: &'a str },
    /// It will not be dialled again.
    Stopped { why: &'static str },
    /// The token was taken.
    Login { user: Option<&'a UserId>, expires: Option<u64> },
    /// A room is heard.
    Joined { room: &'a RoomName, position: &'a Position, users: Option<&'a [PresenceEntry]>, more_users: bool },
    /// A room is not heard.
    Left { room: &'a RoomName, why: Option<&'a ErrorReply> },
    /// Messages of a room are lost.
    Gap { room: &'a RoomName, after: &'a Position, upto: &'a Position },
    /// How long the server took to answer.
    Latency { ms: u64 },
    /// A frame that is not understood.
    Strange { data: &'a str },
    /// Something went wrong.
    Trouble { reason: String },
}

/// The lines that tell it.
pub fn lines(news: &News<'_>) -> Vec<Line> {
    let told = match news {
        News::Effect(effect) => match of_effect(effect) {
            Some(told) => told,
            None => return frame(effect).map(|frame| Line::received("", frame)).into_iter().collect(),
        },
        News::Text(data) => Told::Text { data },
        News::Binary(bytes) => Told::Binary { base64: STANDARD.encode(bytes) },
        News::Sending(id, data) => Told::Sending { message: id.0, data },
        News::Hopeless(error) => Told::Trouble { reason: error.to_string() },
        News::Trouble(text) => Told::Trouble { reason: (*text).to_owned() },
    };
    vec![Line::received("", serde_json::to_string(&told).expect("its keys are strings"))]
}

fn of_effect(effect: &Effect) -> Option<Told<'_>> {
    Some(match effect {
        Effect::State(state) => return of_state(state),
        Effect::Delivery(id, delivery) => Told::Delivery { message: id.0, state: name(*delivery) },
        Effect::Full(id) => Told::Delivery { message: id.0, state: "full" },
        Effect::Up { url, away_ms } => Told::Open { url, away_ms: *away_ms },
        Effect::Down { url, code, reason } => Told::Closed { url, code: CloseCode(*code), reason },
        Effect::LoggedIn { user, expires } => Told::Login { user: user.as_ref(), expires: *expires },
        Effect::Joined { room, position, users, more_users } => {
            Told::Joined { room, position, users: users.as_deref(), more_users: *more_users }
        }
        Effect::Left { room, why } => Told::Left { room, why: why.as_ref() },
        Effect::Gap { room, after, upto } => Told::Gap { room, after, upto },
        Effect::Latency(ms) => Told::Latency { ms: *ms },
        Effect::Strange(data) => Told::Strange { data },
        _ => return None,
    })
}

fn of_state(state: &State) -> Option<Told<'_>> {
    Some(match state {
        State::Connecting(_) => Told::Connecting,
        State::Backoff { until_ms, why } => {
            Told::Waiting { until: *until_ms, attempt: why.attempt, code: why.code, reason: &why.reason }
        }
        State::Stopped(Stopped::Exhausted) => Told::Stopped { why: "exhausted" },
        State::Stopped(Stopped::Fatal { .. }) => Told::Stopped { why: "fatal" },
        State::Stopped(_) => Told::Stopped { why: "wanted" },
        _ => return None,
    })
}

fn name(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::Waiting => "waiting",
        Delivery::Sent => "sent",
        Delivery::Doubtful => "doubtful",
        Delivery::Failed => "failed",
        Delivery::Acknowledged => "acknowledged",
    }
}

/// What the server said, as it was.
fn frame(effect: &Effect) -> Option<String> {
    let frame: ServerFrame<Message> = match effect {
        Effect::Welcome(welcome) => ServerFrame::Welcome((**welcome).clone()),
        Effect::Message(message) => ServerFrame::Message((**message).clone()),
        Effect::Direct(direct) => ServerFrame::Direct((**direct).clone()),
        Effect::PresenceDiff(diff) => ServerFrame::PresenceDiff(diff.clone()),
        Effect::Goodbye(goodbye) => ServerFrame::Goodbye(goodbye.clone()),
        Effect::Error(error) => ServerFrame::Error(error.clone()),
        // With the number of the message that it answers.
        Effect::Reply(id, reply) => return Some(format!("{{\"message\":{},{}", id.0, &reply.encode()[1..])),
        _ => return None,
    };
    Some(frame.encode())
}

#[cfg(test)]
mod tests {
    use yodel_client::{Generation, MessageId, Why};

    use super::*;

    fn told(effect: &Effect) -> String {
        let lines = lines(&News::Effect(effect));
        lines.iter().map(|line| String::from_utf8_lossy(&line.body)).collect()
    }

    #[test]
    fn everything_is_one_object_with_a_type() {
        let url = || "ws://a/ws".to_owned();
        let why = Why { code: CloseCode(1006), reason: "no\nroute".to_owned(), attempt: 2 };
        for (effect, json) in [
            (Effect::State(State::Connecting(Generation(1))), r#"{"type":"connecting"}"#),
            (Effect::Up { url: url(), away_ms: Some(5) }, r#"{"type":"open","url":"ws://a/ws","away_ms":5}"#),
            (
                Effect::Down { url: url(), code: 4502, reason: "no".to_owned() },
                r#"{"type":"closed","url":"ws://a/ws","code":4502,"reason":"no"}"#,
            ),
            (
                Effect::State(State::Backoff { until_ms: 7, why }),
                r#"{"type":"waiting","until":7,"attempt":2,"code":1006,"reason":"no\nroute"}"#,
            ),
            (
                Effect::Delivery(MessageId(3), Delivery::Acknowledged),
                r#"{"type":"delivery","message":3,"state":"acknowledged"}"#,
            ),
            (Effect::State(State::Stopped(Stopped::User)), r#"{"type":"stopped","why":"wanted"}"#),
            (Effect::State(State::Suspended), ""),
        ] {
            assert_eq!(told(&effect), json);
        }
    }

    #[test]
    fn a_frame_stays_what_it_was() {
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
            assert_eq!(told(&effect), text);
        }
        let reply = ServerFrame::decode(r#"{"type":"ok","id":9,"delivered":2}"#).expect("a frame");
        assert_eq!(
            told(&Effect::Reply(MessageId(4), Box::new(reply))),
            r#"{"message":4,"type":"ok","id":9,"delivered":2}"#
        );
    }

    #[test]
    fn what_is_no_text_is_base64() {
        let lines = lines(&News::Binary(&[0, 255, 10]));
        assert_eq!(lines[0].body, br#"{"type":"binary","base64":"AP8K"}"#);
    }
}
