//! Input, sockets, time -> `yodel_client::Session` -> sockets, time, output. It decides nothing but when to end.

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::Notify;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::Instant;
use yodel_client::{Effect, Event, Generation, MessageId, Mode, Session, State};
use yodel_protocol::RoomName;

use super::news::News;
use super::plan::Plan;
use super::printer::Printer;
use super::tally::Tally;
use super::wire::{Wire, WireReport};
use super::{json, words};

/// So many reports of a socket wait at most; then the network does.
const REPORTS: usize = 64;

/// Carries out what the session wants, and tells what it says.
pub struct Driver {
    /// The session.
    pub session: Session,
    plan: Arc<Plan>,
    json: bool,
    /// Whether people see what is received, not programs.
    for_people: bool,
    /// Where lines go.
    pub printer: Printer,
    wire: Option<Wire>,
    timer: Option<Instant>,
    reports: Sender<WireReport>,
    written: Arc<Notify>,
    message: u64,
    /// How it stands with what was sent.
    pub tally: Tally,
}

impl Driver {
    /// A driver that has not dialled yet, and what its sockets report.
    pub fn new(session: Session, plan: Plan, json: bool, printer: Printer) -> (Self, Receiver<WireReport>) {
        let (reports, inbox) = mpsc::channel(REPORTS);
        let driver = Self {
            session,
            plan: Arc::new(plan),
            json,
            for_people: io::stdout().is_terminal(),
            printer,
            wire: None,
            timer: None,
            reports,
            written: Arc::default(),
            message: 0,
            tally: Tally::default(),
        };
        (driver, inbox)
    }

    /// Dials.
    pub fn connect(&mut self) {
        let (url, mode) = (self.plan.url.to_string(), self.plan.mode);
        self.step(Event::Connect { url, mode });
    }

    /// Hears a room.
    pub fn join(&mut self, room: RoomName) {
        self.tally.joining.push(room.clone());
        self.step(Event::Join(room));
    }

    /// The number of a new message.
    pub fn new_message(&mut self) -> MessageId {
        self.message += 1;
        MessageId(self.message)
    }

    /// Sends a text as the server likes it.
    pub fn send(&mut self, text: String) {
        let id = self.new_message();
        self.tell_sending(id, &text);
        if self.plan.mode == Mode::Plain {
            self.tally.unechoed.sent(&text);
        }
        self.step(Event::Send { id, text });
    }

    /// Whoever types sees it already.
    pub fn tell_sending(&self, id: MessageId, text: &str) {
        if self.json || !self.printer.is_above() {
            self.tell(&News::Sending(id, text));
        }
    }

    /// A socket reports.
    pub fn hear(&mut self, report: WireReport) {
        let live = self.wire.as_ref().map(|wire| wire.generation);
        match report {
            WireReport::Event(Event::Received { socket, text }) if self.plan.mode == Mode::Plain => {
                if live == Some(socket) {
                    self.tally.unechoed.came(&text);
                    self.tell(&News::Text(&text));
                }
            }
            WireReport::Event(event) => self.step(event),
            WireReport::Binary(socket, bytes) if live == Some(socket) => self.tell(&News::Binary(&bytes)),
            WireReport::Hopeless(socket, error) if live == Some(socket) => {
                self.tell(&News::Hopeless(&error));
                self.tally.hopeless = Some(error);
                self.step(Event::Disconnect);
            }
            WireReport::Binary(..) | WireReport::Hopeless(..) => {}
        }
    }

    /// The timer fired.
    pub fn timer(&mut self) {
        self.timer = None;
        let buffered = self.unwritten();
        self.step(Event::Timer { buffered });
    }

    /// When the timer fires; long from now without one.
    pub fn due(&self) -> Instant {
        self.timer.unwrap_or_else(|| Instant::now() + Duration::from_secs(3_600))
    }

    /// Waits until everything that was handed to the socket is written.
    pub async fn written(&self) {
        self.written.notified().await;
    }

    /// Bytes that are not written yet.
    pub fn unwritten(&self) -> u64 {
        self.wire.as_ref().map_or(0, Wire::unwritten)
    }

    /// Whether nothing that was sent is on its way any more.
    pub fn is_settled(&self) -> bool {
        self.tally.opened && self.session.pending() == 0 && self.unwritten() == 0 && self.tally.joining.is_empty()
    }

    /// Whether everything was said that is to be said.
    pub fn is_open(&self) -> bool {
        matches!(self.session.state(), State::Open(_))
    }

    /// Whether it is over.
    pub fn is_stopped(&self) -> bool {
        matches!(self.session.state(), State::Stopped(_))
    }

    /// Tells something.
    pub fn tell(&self, news: &News<'_>) {
        let lines = if self.json { json::lines(news) } else { words::lines(news, self.for_people) };
        for line in lines {
            self.printer.print(line);
        }
    }

    /// Something happens to the session.
    pub fn step(&mut self, event: Event) {
        for effect in self.session.step(now_ms(), event, &mut Random) {
            self.carry_out(effect);
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Dial { socket, .. } => self.dial(socket),
            Effect::Close { socket, code } => self.with(socket, |wire| wire.close(code)),
            Effect::Abandon(socket) => drop(self.wire.take_if(|wire| wire.generation == socket)),
            Effect::Transmit { socket, text, .. } => self.with(socket, |wire| wire.text(text)),
            Effect::Authenticate { socket, text } => self.with(socket, |wire| wire.text(text.reveal())),
            Effect::Arm { at_ms } => {
                self.timer = Some(Instant::now() + Duration::from_millis(at_ms.saturating_sub(now_ms())));
            }
            Effect::Disarm => self.timer = None,
            Effect::TokenRequested => self.find_token(),
            told => {
                self.tell(&News::Effect(&told));
                self.tally.note(&told);
            }
        }
    }

    fn dial(&mut self, socket: Generation) {
        let wire = Wire::dial(socket, &self.plan, self.reports.clone(), Arc::clone(&self.written));
        self.wire = Some(wire);
    }

    fn with(&self, socket: Generation, act: impl FnOnce(&Wire)) {
        if let Some(wire) = self.wire.as_ref().filter(|wire| wire.generation == socket) {
            act(wire);
        }
    }

    fn find_token(&mut self) {
        let token = self.plan.token().and_then(|token| token.map_err(|error| self.tell(&News::Trouble(&error))).ok());
        self.step(Event::Token(token));
    }
}

/// The wall clock.
fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// The system's random numbers.
struct Random;

impl yodel_client::Rng for Random {
    fn below(&mut self, bound: u64) -> u64 {
        // Without random numbers no handshake succeeds, so none of these matters.
        let number = getrandom::u64().unwrap_or_default();
        u64::try_from((u128::from(number) * u128::from(bound)) >> 64).unwrap_or_default()
    }
}
