//! What happened, in words.

use yodel_client::{Delivery, Effect, Mode, State};
use yodel_protocol::close::ReconnectAdvice;
use yodel_protocol::frame::{Direct, From, Message, PresenceEntry};
use yodel_protocol::{CloseCode, ErrorCode, Json, Position, RoomName, ServerFrame};

use super::line::{Line, escaped};
use super::news::News;

/// Binary messages are shown up to so many bytes.
const HEAD: usize = 32;

/// The lines that tell it; none for what nobody needs to know.
pub fn lines(news: &News<'_>, for_people: bool) -> Vec<Line> {
    match news {
        News::Effect(effect) => of_effect(effect).unwrap_or_default(),
        News::Text(text) => vec![Line::received("> ", *text)],
        News::Binary(bytes) if for_people => vec![Line::received("> ", hex(bytes))],
        News::Binary(bytes) => vec![Line::received("", *bytes)],
        News::Sending(_, text) if for_people => vec![Line::sent(*text)],
        // The end has a line of its own.
        News::Sending(..) | News::Hopeless(_) => Vec::new(),
        News::Trouble(text) => vec![Line::error(*text)],
    }
}

fn of_effect(effect: &Effect) -> Option<Vec<Line>> {
    let line = match effect {
        Effect::Up { url, away_ms: None } => Line::info(format!("connected to {url}")),
        Effect::Up { url, away_ms: Some(ms) } => Line::info(format!("connected to {url} again after {}", seconds(*ms))),
        Effect::Down { code: 1000, .. } => Line::info("closed"),
        Effect::Down { code, .. } if CloseCode(*code).advice() == ReconnectAdvice::Stop => return None,
        Effect::Down { code, reason, .. } => Line::error(closed(CloseCode(*code), reason)),
        Effect::State(State::Backoff { why, .. }) => {
            Line::info(format!("dialling again soon (attempt {})", why.attempt + 1))
        }
        Effect::Delivery(_, Delivery::Doubtful) => Line::error("a message may not have arrived"),
        Effect::Full(_) => Line::error("not sent: too many messages wait already"),
        Effect::Welcome(welcome) => Line::info(format!("the server calls this connection {}", welcome.client)),
        Effect::LoggedIn { user, .. } => {
            Line::info(format!("logged in{}", user.as_ref().map(|user| format!(" as {user}")).unwrap_or_default()))
        }
        Effect::Reply(_, reply) => return of_reply(reply),
        Effect::Joined { room, users, .. } => Line::info(format!("in {room}{}", here(users.as_deref()))),
        Effect::Left { room, why: None } => Line::info(format!("left {room}")),
        Effect::Left { room, why: Some(why) } => Line::error(format!("not in {room}: {}: {}", why.code, why.message)),
        Effect::Gap { room, after, upto } => Line::error(gap(room, after, upto)),
        Effect::Message(message) => said(message),
        Effect::Direct(direct) => told(direct),
        Effect::PresenceDiff(diff) => return Some(moves(&diff.room, &diff.joined, &diff.left)),
        Effect::Goodbye(goodbye) => Line::info(format!("the server is leaving: {}", goodbye.reason)),
        Effect::Error(error) => Line::error(format!("{}: {}", error.code, error.message)),
        Effect::Strange(text) => Line::error(format!("the server said something strange: {text}")),
        _ => return None,
    };
    Some(vec![line])
}

fn of_reply(reply: &ServerFrame) -> Option<Vec<Line>> {
    Some(match reply {
        ServerFrame::Echo(echo) => vec![Line::received("> ", text(&echo.data))],
        ServerFrame::Result(result) => vec![Line::received("> ", text(&result.data))],
        ServerFrame::History(history) => history.messages.iter().map(said).collect(),
        ServerFrame::Presence(presence) => presence.users.iter().map(|who| Line::info(who_is(who))).collect(),
        ServerFrame::Ok(done) => match done.delivered {
            Some(0) => vec![Line::error("nobody is there to hear it")],
            _ => return None,
        },
        ServerFrame::Error(error) => vec![Line::error(refused(error.code, &error.message))],
        _ => return None,
    })
}

/// Why a message was not sent, and what would help.
fn refused(code: ErrorCode, message: &str) -> String {
    let help = match code {
        ErrorCode::Forbidden => "; another --token-file may be allowed to",
        ErrorCode::TooLarge => "; send it in parts",
        _ => "",
    };
    format!("not sent: {code}: {message}{help}")
}

/// What a close is called.
pub fn closed(code: CloseCode, reason: &str) -> String {
    let reason = if reason.is_empty() { String::new() } else { format!(": {reason}") };
    match code {
        // Nobody said goodbye: the code says nothing.
        CloseCode::ABNORMAL if !reason.is_empty() => format!("no connection{reason}"),
        CloseCode::ABNORMAL => "the connection is lost".to_owned(),
        code => format!("closed ({code}){reason}"),
    }
}

fn seconds(ms: u64) -> String {
    format!("{}.{} s", ms / 1_000, ms % 1_000 / 100)
}

fn gap(room: &RoomName, after: &Position, upto: &Position) -> String {
    if after.epoch == upto.epoch {
        format!("messages {} to {} of {room} are lost, except those that follow", after.offset.next().0, upto.offset.0)
    } else {
        format!("{room} has begun anew: messages may be lost")
    }
}

fn said(message: &Message) -> Line {
    let room = if message.room.is_everyone() { "everyone" } else { message.room.as_str() };
    Line::received(format!("{} {} > ", escaped(room), speaker(message.from.as_ref())), text(&message.data))
}

fn told(direct: &Direct) -> Line {
    Line::received(format!("{} to you > ", speaker(direct.from.as_ref())), text(&direct.data))
}

fn speaker(from: Option<&From>) -> String {
    let name = from.map(|from| from.user.as_ref().map_or(from.client.as_str(), |user| user.as_str()));
    escaped(name.unwrap_or("the server"))
}

/// A string as the text that it is, everything else as its JSON.
fn text(data: &Json) -> String {
    data.as_string().map_or_else(|| data.text().to_owned(), std::borrow::Cow::into_owned)
}

fn here(users: Option<&[PresenceEntry]>) -> String {
    users.map(|users| format!(" ({} here)", users.len())).unwrap_or_default()
}

fn moves(room: &RoomName, joined: &[PresenceEntry], left: &[PresenceEntry]) -> Vec<Line> {
    let line = |who: &PresenceEntry, what: &str| Line::info(format!("{} {what} {room}", name(who)));
    joined.iter().map(|who| line(who, "came to")).chain(left.iter().map(|who| line(who, "left"))).collect()
}

fn name(who: &PresenceEntry) -> &str {
    let client = || who.client.as_ref().map_or("somebody", |client| client.as_str());
    who.user.as_ref().map_or_else(client, |user| user.as_str())
}

fn who_is(who: &PresenceEntry) -> String {
    let info = who.info.as_ref().map(|info| format!(" {}", info.text())).unwrap_or_default();
    format!("{} ({}){info}", name(who), who.clients)
}

fn hex(bytes: &[u8]) -> String {
    let head: Vec<String> = bytes.iter().take(HEAD).map(|byte| format!("{byte:02x}")).collect();
    let more = if bytes.len() > HEAD { " .." } else { "" };
    format!("({} bytes) {}{more}", bytes.len(), head.join(" "))
}

/// What a person can type, in this mode.
pub fn help(mode: Mode) -> &'static str {
    match mode {
        Mode::Plain => "Enter sends a line as it is, Ctrl-D or Ctrl-C ends.",
        Mode::Envelope { .. } => {
            "Enter sends a line to the last room; /join ROOM, /leave [ROOM], /to USER TEXT, /who [ROOM], \
             /history [ROOM], /quit; //.. sends a line that begins with a slash"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(text: &str) -> Vec<String> {
        let effect = match ServerFrame::decode(text).expect(text) {
            ServerFrame::Message(message) => Effect::Message(Box::new(message)),
            ServerFrame::Direct(direct) => Effect::Direct(Box::new(direct)),
            ServerFrame::PresenceDiff(diff) => Effect::PresenceDiff(diff),
            reply => Effect::Reply(yodel_client::MessageId(1), Box::new(reply)),
        };
        let lines = lines(&News::Effect(&effect), true);
        lines.iter().map(|line| String::from_utf8(line.bytes(true, false)).expect("text")).collect()
    }

    #[test]
    fn a_message_says_where_it_is_from() {
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
                "not sent: forbidden: no; another --token-file may be allowed to\n",
            ),
            (r#"{"type":"ok","id":1,"delivered":0}"#, "nobody is there to hear it\n"),
        ] {
            assert_eq!(lines_of(frame), [line]);
        }
        assert!(lines_of(r#"{"type":"ok","id":1,"epoch":"k","offset":1}"#).is_empty());
    }

    #[test]
    fn who_comes_and_goes_is_told_by_name() {
        let diff = r#"{"type":"presence_diff","room":"chat","joined":[{"user":"ada","clients":1}],"left":[{"client":"c_x","clients":0}]}"#;
        assert_eq!(lines_of(diff), ["ada came to chat\n", "c_x left chat\n"]);
    }

    #[test]
    fn a_close_is_told_in_words() {
        assert_eq!(closed(CloseCode(1006), ""), "the connection is lost");
        assert_eq!(closed(CloseCode(1006), "refused"), "no connection: refused");
        assert_eq!(closed(CloseCode(4001), "deploy"), "closed (4001, shutdown): deploy");
    }

    #[test]
    fn a_loss_is_told_as_far_as_it_is_known() {
        let position = |epoch: &str, offset| Position {
            epoch: yodel_protocol::Epoch::new(epoch).expect("an epoch"),
            offset: yodel_protocol::Offset(offset),
        };
        let room = RoomName::new("chat").expect("a room's name");
        let told = |upto| gap(&room, &position("k", 44), &upto);
        assert_eq!(told(position("k", 49)), "messages 45 to 49 of chat are lost, except those that follow");
        assert_eq!(told(position("new", 3)), "chat has begun anew: messages may be lost");
    }

    #[test]
    fn bytes_are_bytes_for_programs_and_numbers_for_people() {
        let news = News::Binary(&[1, 255]);
        assert_eq!(lines(&news, false)[0].body, [1, 255]);
        assert_eq!(lines(&news, true)[0].body, b"(2 bytes) 01 ff");
        assert_eq!(hex(&[0; 40]), format!("(40 bytes) {} ..", ["00"; 32].join(" ")));
    }
}
