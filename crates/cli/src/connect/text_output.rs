//! Output as text.

use std::time::Duration;

use yodel_client::{Delivery, Effect, Mode};
use yodel_protocol::frame::{Direct, From, Message, PresenceEntry};
use yodel_protocol::{Json, Position, RoomName, ServerFrame};

use super::failure_text::{describe_failure, rejected};
use super::line::{Line, escaped};
use super::output_event::OutputEvent;

/// Number of bytes of a binary message that are shown.
const HEX_BYTES: usize = 32;

/// Returns the output lines for an event; none for an event that is not printed.
pub fn lines(event: &OutputEvent<'_>, formatted: bool) -> Vec<Line> {
    match event {
        OutputEvent::Effect(effect) => effect_lines(effect).unwrap_or_default(),
        OutputEvent::Text(text) => vec![Line::received("> ", *text)],
        OutputEvent::Binary(bytes) if formatted => vec![Line::received("> ", hex(bytes))],
        OutputEvent::Binary(bytes) => vec![Line::received("", *bytes)],
        OutputEvent::Sending(_, text) if formatted => vec![Line::sent(*text)],
        OutputEvent::Waiting { wait, failure, was_up } => {
            let reason = describe_failure(failure.code, &failure.reason, *was_up);
            vec![Line::error(format!("{reason}; retry {} in {}", failure.attempt, seconds(millis(*wait))))]
        }
        // The final error message reports a failed dial.
        OutputEvent::Sending(..) | OutputEvent::DialFailed(_) => Vec::new(),
        OutputEvent::Error(text) => vec![Line::error(*text)],
    }
}

fn effect_lines(effect: &Effect) -> Option<Vec<Line>> {
    let line = match effect {
        Effect::Up { url, away_ms: None } => Line::info(format!("connected to {url}")),
        Effect::Up { url, away_ms: Some(ms) } => Line::info(format!("reconnected to {url} after {}", seconds(*ms))),
        // Others are reported with the next attempt or by the final error message.
        Effect::Down { code: 1000, .. } => Line::info("closed"),
        Effect::Delivery(_, Delivery::Unconfirmed) => Line::error("a message may not have been delivered"),
        Effect::OutboxFull(_) => Line::error("not sent: too many messages are queued"),
        Effect::Welcome(welcome) => Line::info(format!("client id: {}", welcome.client)),
        Effect::Authenticated { user, .. } => {
            Line::info(format!("authenticated{}", user.as_ref().map(|user| format!(" as {user}")).unwrap_or_default()))
        }
        Effect::Reply(_, reply) => return reply_lines(reply),
        Effect::Joined { room, users, .. } => Line::info(format!("joined {room}{}", user_count(users.as_deref()))),
        Effect::Left { room, error: None } => Line::info(format!("left {room}")),
        Effect::Left { room, error: Some(error) } => {
            Line::error(format!("cannot join {room}: {}: {}", error.code, error.message))
        }
        Effect::JoinDelayed { room, error } => {
            Line::error(format!("cannot join {room} yet: {}: {}", error.code, error.message))
        }
        Effect::Gap { room, after, upto } => Line::error(gap(room, after, upto)),
        Effect::Message(message) => message_line(message),
        Effect::Direct(direct) => direct_line(direct),
        Effect::PresenceDiff(diff) => return Some(presence_lines(&diff.room, &diff.joined, &diff.left)),
        Effect::Goodbye(goodbye) => Line::info(format!("the server is closing the connection: {}", goodbye.reason)),
        Effect::Error(error) => Line::error(format!("{}: {}", error.code, error.message)),
        Effect::UnrecognizedFrame(text) => Line::error(format!("received an unknown frame: {text}")),
        _ => return None,
    };
    Some(vec![line])
}

fn reply_lines(reply: &ServerFrame) -> Option<Vec<Line>> {
    Some(match reply {
        ServerFrame::Echo(echo) => vec![Line::received("> ", text(&echo.data))],
        ServerFrame::Result(result) => vec![Line::received("> ", text(&result.data))],
        ServerFrame::History(history) => history.messages.iter().map(message_line).collect(),
        ServerFrame::Presence(presence) => presence.users.iter().map(|user| Line::info(user_line(user))).collect(),
        ServerFrame::Ok(ok) => match ok.delivered {
            Some(0) if ok.forwarded => vec![Line::info("sent to the other nodes: no recipient on this one")],
            Some(0) => vec![Line::error("not delivered: no connected recipient")],
            _ => return None,
        },
        ServerFrame::Error(error) => vec![Line::error(rejected("not sent", error.code, &error.message))],
        _ => return None,
    })
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn seconds(ms: u64) -> String {
    format!("{}.{} s", ms / 1_000, ms % 1_000 / 100)
}

fn gap(room: &RoomName, after: &Position, upto: &Position) -> String {
    if after.epoch == upto.epoch {
        format!("messages {} to {} of {room} are lost, except those below", after.offset.next().0, upto.offset.0)
    } else {
        format!("{room} was reset on the server; earlier messages may be lost")
    }
}

fn message_line(message: &Message) -> Line {
    let room = if message.room.is_everyone() { "everyone" } else { message.room.as_str() };
    Line::received(format!("{} {} > ", escaped(room), sender(message.from.as_ref())), text(&message.data))
}

fn direct_line(direct: &Direct) -> Line {
    Line::received(format!("{} to you > ", sender(direct.from.as_ref())), text(&direct.data))
}

fn sender(from: Option<&From>) -> String {
    let name = from.map(|from| from.user.as_ref().map_or(from.client.as_str(), |user| user.as_str()));
    escaped(name.unwrap_or("the server"))
}

/// Returns the text of a JSON string, and any other value as JSON.
fn text(data: &Json) -> String {
    data.as_string().map_or_else(|| data.text().to_owned(), std::borrow::Cow::into_owned)
}

fn user_count(users: Option<&[PresenceEntry]>) -> String {
    users.map(|users| format!(" (users: {})", users.len())).unwrap_or_default()
}

fn presence_lines(room: &RoomName, joined: &[PresenceEntry], left: &[PresenceEntry]) -> Vec<Line> {
    let line = |user: &PresenceEntry, verb: &str| Line::info(format!("{} {verb} {room}", name(user)));
    joined.iter().map(|user| line(user, "joined")).chain(left.iter().map(|user| line(user, "left"))).collect()
}

fn name(present: &PresenceEntry) -> &str {
    let client = || present.client.as_ref().map_or("unknown", |client| client.as_str());
    present.user.as_ref().map_or_else(client, |user| user.as_str())
}

fn user_line(user: &PresenceEntry) -> String {
    let info = user.info.as_ref().map(|info| format!(" {}", info.text())).unwrap_or_default();
    format!("{} ({}){info}", name(user), user.clients)
}

fn hex(bytes: &[u8]) -> String {
    let digits: Vec<String> = bytes.iter().take(HEX_BYTES).map(|byte| format!("{byte:02x}")).collect();
    let more = if bytes.len() > HEX_BYTES { " .." } else { "" };
    format!("({} bytes) {}{more}", bytes.len(), digits.join(" "))
}

/// Returns the help for the prompt.
pub fn help(mode: Mode) -> &'static str {
    match mode {
        Mode::Plain => "Enter sends the line; Ctrl-D or Ctrl-C exits",
        Mode::Envelope { .. } => {
            "Enter sends the line to the last joined room; /join ROOM, /leave [ROOM], /to USER TEXT, /who [ROOM], \
             /history [ROOM], /quit; // sends a line that starts with a slash"
        }
    }
}

#[cfg(test)]
mod tests {
    use yodel_protocol::CloseCode;

    use super::*;

    fn lines_of(text: &str) -> Vec<String> {
        let effect = match ServerFrame::decode(text).expect(text) {
            ServerFrame::Message(message) => Effect::Message(Box::new(message)),
            ServerFrame::Direct(direct) => Effect::Direct(Box::new(direct)),
            ServerFrame::PresenceDiff(diff) => Effect::PresenceDiff(diff),
            reply => Effect::Reply(yodel_client::MessageId(1), Box::new(reply)),
        };
        let lines = lines(&OutputEvent::Effect(&effect), true);
        lines.iter().map(|line| String::from_utf8(line.bytes(true, false)).expect("text")).collect()
    }

    #[test]
    fn shows_the_room_and_the_sender_of_a_message() {
        for (frame, line) in [
            (
                r#"{"type":"message","room":"chat","offset":1,"event":"text","from":{"client":"c_x","user":"ada"},"data":"hi","time":1}"#,
                "chat ada > hi\n",
            ),
            (
                r#"{"type":"message","room":"chat","offset":1,"event":"msg","from":{"client":"c_x"},"data":{"a":1},"time":1}"#,
                "chat c_x > {\"a\":1}\n",
            ),
            (r#"{"type":"message","room":"*","event":"note","data":"all","time":1}"#, "everyone the server > all\n"),
            (r#"{"type":"direct","from":{"client":"c_x"},"event":"dm","data":"psst","time":1}"#, "c_x to you > psst\n"),
            (r#"{"type":"echo","id":1,"data":"line\nbreak","time":1}"#, "> line\\nbreak\n"),
            (
                r#"{"type":"error","id":1,"code":"forbidden","message":"no","retry":false}"#,
                "not sent: forbidden: no; use a --token-file that permits it\n",
            ),
            (r#"{"type":"ok","id":1,"delivered":0}"#, "not delivered: no connected recipient\n"),
            (
                r#"{"type":"ok","id":1,"delivered":0,"forwarded":true}"#,
                "sent to the other nodes: no recipient on this one\n",
            ),
        ] {
            assert_eq!(lines_of(frame), [line]);
        }
        assert!(lines_of(r#"{"type":"ok","id":1,"epoch":"k","offset":1}"#).is_empty());
    }

    #[test]
    fn shows_presence_changes() {
        let diff = r#"{"type":"presence_diff","room":"chat","joined":[{"user":"ada","clients":1}],"left":[{"client":"c_x","clients":0}]}"#;
        assert_eq!(lines_of(diff), ["ada joined chat\n", "c_x left chat\n"]);
    }

    #[test]
    fn describes_the_wait_after_a_failure() {
        let failure = |reason: &str| yodel_client::LastFailure {
            code: CloseCode::ABNORMAL,
            reason: reason.to_owned(),
            attempt: 2,
        };
        for (reason, was_up, text) in [
            ("", true, "connection lost; retry 2 in 1.5 s"),
            ("", false, "connection failed: no response; retry 2 in 1.5 s"),
            ("refused", false, "connection failed: refused; retry 2 in 1.5 s"),
        ] {
            let wait = Duration::from_millis(1_500);
            let event = OutputEvent::Waiting { wait, failure: &failure(reason), was_up };
            assert_eq!(lines(&event, false)[0].body, text.as_bytes());
        }
    }

    #[test]
    fn describes_gaps() {
        let position = |epoch: &str, offset| Position {
            epoch: yodel_protocol::Epoch::new(epoch).expect("a valid epoch"),
            offset: yodel_protocol::Offset(offset),
        };
        let room = RoomName::new("chat").expect("a valid room name");
        let describe = |upto| gap(&room, &position("k", 44), &upto);
        assert_eq!(describe(position("k", 49)), "messages 45 to 49 of chat are lost, except those below");
        assert_eq!(describe(position("new", 3)), "chat was reset on the server; earlier messages may be lost");
    }

    #[test]
    fn prints_binary_messages_raw_or_as_hex() {
        let event = OutputEvent::Binary(&[1, 255]);
        assert_eq!(lines(&event, false)[0].body, [1, 255]);
        assert_eq!(lines(&event, true)[0].body, b"(2 bytes) 01 ff");
        assert_eq!(hex(&[0; 40]), format!("(40 bytes) {} ..", ["00"; 32].join(" ")));
    }
}
