//! Plays a transcript: lines of `time event`, each followed by the effects that the event must cause.
//!
//! ```text
//! 0     connect ws://a/ws
//!       -> connecting #1; dial #1 ws://a/ws; arm 10000
//! ```

use yodel_client::{Event, Generation, MessageId, Mode, Rng, Secret, Session, Target, UrlError};

use crate::{effects, frames};

/// A source that always returns the middle of the range.
pub struct Middle;

impl Rng for Middle {
    fn below(&mut self, bound: u64) -> u64 {
        bound / 2
    }
}

/// Plays a transcript with a new session.
pub fn play(script: &str) {
    play_with(Session::new(), script);
}

/// Plays a transcript of plain mode with a new session, and with one that has no subprotocol.
pub fn play_plain(script: &str) {
    play_with(Session::new(), script);
    play_with(Session::plain(), script);
}

/// Plays a transcript with a session that is connected in envelope mode at time 50, over socket #1 and with frame ids
/// from 1.
pub fn play_envelope(script: &str) {
    let mut session = Session::new();
    for line in ["0 connect envelope ws://a/ws", "40 opened #1", "50 receive #1 welcome"] {
        run(&mut session, line);
    }
    play_with(session, script);
}

/// The join of `chat` after the start of [`play_envelope`].
const JOINED: &str = "
    60      join chat
            -> id:1 join room:chat; arm 1060
    70      receive #1 joined 1 chat k:44
            -> joined chat k:44
    ";

/// The next connection over socket #2 after [`JOINED`] and a loss at time 9000.
const RECONNECTED: &str = "
    9750    timer
            -> connecting #2; dial #2 ws://a/ws; arm 19750
    9800    opened #2
            -> arm 19800
    9810    receive #2 welcome
            -> welcome c_me; open #2; up ws://a/ws after 810; id:2 join room:chat since:epoch:k offset:44
            -> arm 10810
    ";

/// Plays a transcript like [`play_envelope`], with a session that has joined `chat` at k:44.
pub fn play_joined(script: &str) {
    play_envelope(&[JOINED, script].concat());
}

/// Plays a transcript like [`play_joined`], with a session that has lost its connection and joins `chat` again in
/// frame 2 over socket #2, at time 9810.
pub fn play_rejoined(script: &str) {
    let loss = "
        9000    closed #1 1006
                -> down ws://a/ws 1006; backoff until 9750, 1006 x1; arm 9750
        ";
    play_reconnected(loss, script);
}

/// Plays a transcript like [`play_rejoined`], with another loss, at time 9000.
pub fn play_reconnected(loss: &str, script: &str) {
    play_joined(&[loss, RECONNECTED, script].concat());
}

/// Plays a transcript with this session; returns it.
pub fn play_with(mut session: Session, script: &str) -> Session {
    let lines: Vec<&str> = script.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let mut rest = lines.as_slice();
    while let [line, after @ ..] = rest {
        let effects = after.iter().take_while(|line| line.starts_with("->")).count();
        let expected: Vec<&str> = after[..effects].iter().map(|line| line[2..].trim()).collect();
        assert_eq!(run(&mut session, line), expected.join("; "), "\nafter: {line}\n");
        rest = &after[effects..];
    }
    session
}

fn run(session: &mut Session, line: &str) -> String {
    let (time, event) = line.split_once(char::is_whitespace).expect("a time and an event");
    let now_ms = time.replace('_', "").parse().expect("a time");
    let effects = events(event.trim()).into_iter().flat_map(|event| session.step(now_ms, event, &mut Middle));
    effects::show(effects)
}

fn events(event: &str) -> Vec<Event> {
    let (verb, rest) = event.split_once([' ', ',']).unwrap_or((event, ""));
    let one = match verb {
        "connect" => connect(rest),
        "disconnect" => disconnect(rest),
        "reconnect" => Event::SetReconnect(rest == "on"),
        "retry" => Event::RetryNow,
        "send" => return sends(rest),
        "binary" => binary(rest),
        "request" => return frames::requests(rest),
        "join" => Event::Join(frames::room(rest)),
        "leave" => Event::Leave(frames::room(rest)),
        "token" => frames::token(rest),
        "receive" => frames::receive(rest),
        "delete" => Event::Delete(MessageId(number(rest))),
        "opened" => Event::Opened(socket(rest)),
        "invalid" => invalid_url(rest),
        "closed" => closed(rest),
        "timer" => Event::Timer { buffered: unwritten(rest) },
        "online" => Event::Online,
        "offline" => Event::Offline,
        "latency" => Event::MeasureLatency,
        "visible" => Event::Visible,
        "hide" => Event::PageHide,
        "show" => Event::PageShow,
        _ => panic!("no such event: {event}"),
    };
    vec![one]
}

/// Parses nothing, or `4001 maintenance`.
fn disconnect(rest: &str) -> Event {
    let Some((code, reason)) = rest.split_once(' ') else { return Event::disconnect() };
    Event::Disconnect { code: number(code), reason: reason.to_owned() }
}

/// Parses `7 hello`, `7 300 bytes` or `1..1000 hello`.
fn sends(rest: &str) -> Vec<Event> {
    let (ids, text) = rest.split_once(' ').expect("a number and a text");
    let (first, last) = ids.split_once("..").unwrap_or((ids, ids));
    let text = text.strip_suffix(" bytes").map_or(text.to_owned(), |bytes| "x".repeat(number(bytes)));
    let ids = number::<u64>(first)..=number(last);
    ids.map(|id| Event::Send { id: MessageId(id), text: text.clone() }).collect()
}

/// Parses `7 hello` or `7 300 bytes`.
fn binary(rest: &str) -> Event {
    match sends(rest).pop() {
        Some(Event::Send { id, text }) => Event::SendBinary { id, bytes: text.into_bytes().into() },
        _ => panic!("no message: {rest}"),
    }
}

/// Parses `ws://a/ws`, `envelope ws://a/ws` or `lobby ws://a/ws`, each with `, token abc` or `, subprotocols a b`.
fn connect(rest: &str) -> Event {
    let (rest, more) = rest.split_once(", ").unwrap_or((rest, ""));
    let (mode, url) = match rest.split_once(' ') {
        Some(("envelope", url)) => (Mode::Envelope { lobby: false }, url),
        Some(("lobby", url)) => (Mode::Envelope { lobby: true }, url),
        _ => (Mode::Plain, rest),
    };
    let mut target = Target::new(url, mode);
    match more.split_once(' ') {
        Some(("token", token)) => target.token = Some(Secret::new(token.to_owned())),
        Some(("subprotocols", names)) => target.subprotocols = names.split(' ').map(str::to_owned).collect(),
        _ => assert!(more.is_empty(), "no such part of a target: {more}"),
    }
    Event::Connect { target }
}

fn invalid_url(rest: &str) -> Event {
    let (socket_name, kind) = rest.split_once(' ').expect("a socket and a kind");
    Event::InvalidUrl(socket(socket_name), if kind == "mixed" { UrlError::MixedContent } else { UrlError::Syntax })
}

/// Parses `#1 4502 the reason` or `#1 1006, 300 unwritten`.
fn closed(rest: &str) -> Event {
    let (words, buffered) = rest.split_once(',').unwrap_or((rest, ""));
    let mut words = words.splitn(3, ' ');
    let mut next = || words.next().unwrap_or_default();
    Event::Closed {
        socket: socket(next()),
        code: number(next()),
        reason: next().to_owned(),
        buffered: unwritten(buffered),
    }
}

fn unwritten(text: &str) -> u64 {
    text.trim().strip_suffix(" unwritten").map_or(0, number)
}

pub fn socket(text: &str) -> Generation {
    Generation(number(text.trim_start_matches('#')))
}

pub fn number<T: std::str::FromStr>(text: &str) -> T {
    text.parse().unwrap_or_else(|_| panic!("no number: {text}"))
}
