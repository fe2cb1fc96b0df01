//! Driver of `yodel_client::Session`: feeds it with input, socket events and time, and carries out its effects.

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::Instant;
use yodel_client::{Effect, Event, Generation, MessageId, Mode, Session, State};
use yodel_protocol::{RoomName, Verb};

use super::dial_config::DialConfig;
use super::output_event::OutputEvent;
use super::pending_commands::PendingCommands;
use super::printer::Printer;
use super::retry_wait::RetryWait;
use super::socket::{Dial, SocketEvent, SocketHandle};
use super::status::SessionStatus;
use super::system_rng::SystemRng;
use super::wall_clock::now_ms;
use super::{json_output, text_output};

/// Capacity of the queue of socket events; a full queue stops reading from the network.
const EVENT_QUEUE: usize = 64;

/// Owns the session, its socket and its timer; carries out effects and prints them.
pub struct Driver {
    /// The client's state machine.
    pub session: Session,
    config: Arc<DialConfig>,
    json: bool,
    /// `true` if standard output is a terminal, so that output is formatted for people.
    formatted: bool,
    /// Destination of output lines.
    pub printer: Printer,
    socket: Option<SocketHandle>,
    timer: Option<Instant>,
    events: Sender<SocketEvent>,
    written: Arc<Notify>,
    message: u64,
    commands: PendingCommands,
    /// The wait for the next attempt that is not printed yet.
    wait: Option<RetryWait>,
    /// Messages, joins and errors that determine the exit status.
    pub status: SessionStatus,
}

impl Driver {
    /// Creates a driver without a connection, and the receiver of its socket events.
    pub fn new(session: Session, config: DialConfig, json: bool, printer: Printer) -> (Self, Receiver<SocketEvent>) {
        let (events, inbox) = mpsc::channel(EVENT_QUEUE);
        let driver = Self {
            session,
            config: Arc::new(config),
            json,
            formatted: io::stdout().is_terminal(),
            printer,
            socket: None,
            timer: None,
            events,
            written: Arc::default(),
            message: 0,
            commands: PendingCommands::default(),
            wait: None,
            status: SessionStatus::default(),
        };
        (driver, inbox)
    }

    /// Starts connecting.
    pub fn connect(&mut self) {
        self.step(Event::Connect { target: self.config.target() });
    }

    /// Joins a room.
    pub fn join(&mut self, room: RoomName) {
        self.status.joining.push(room.clone());
        self.step(Event::Join(room));
    }

    /// Returns the id of a new message.
    pub fn new_message(&mut self) -> MessageId {
        self.message += 1;
        MessageId(self.message)
    }

    /// Sends a text, as a plain message or as an echo request of `yodel.v1`.
    pub fn send(&mut self, text: String) {
        let id = self.new_message();
        self.print_sent(id, &text);
        if self.config.mode == Mode::Plain {
            self.status.pending_echoes.sent(&text);
        }
        self.step(Event::Send { id, text });
    }

    /// Sends the request of a command; an error names the command.
    pub fn run_command(&mut self, command: &'static str, verb: Verb) {
        let id = self.new_message();
        self.commands.add(id, command);
        self.step(Event::Request { id, verb });
    }

    /// Prints a text that is being sent, unless the user has just typed it at the prompt.
    pub fn print_sent(&self, id: MessageId, text: &str) {
        if self.json || !self.printer.has_prompt() {
            self.print(&OutputEvent::Sending(id, text));
        }
    }

    /// Handles an event of a socket. Ignores messages of a socket that has been replaced.
    pub fn handle_socket_event(&mut self, event: SocketEvent) {
        let live = self.socket.as_ref().map(|socket| socket.generation);
        match event {
            SocketEvent::Event(Event::Received { socket, text }) if self.config.mode == Mode::Plain => {
                if live == Some(socket) {
                    self.status.pending_echoes.received(&text);
                    self.receive(&OutputEvent::Text(&text));
                }
            }
            SocketEvent::Event(event) => self.step(event),
            SocketEvent::Binary(socket, bytes) if live == Some(socket) => self.receive(&OutputEvent::Binary(&bytes)),
            SocketEvent::DialFailed(socket, error) if live == Some(socket) => {
                self.print(&OutputEvent::DialFailed(&error));
                self.status.dial_error = Some(error);
                self.step(Event::disconnect());
            }
            SocketEvent::Binary(..) | SocketEvent::DialFailed(..) => {}
        }
    }

    /// Handles the expiration of the session's timer.
    pub fn handle_timer(&mut self) {
        self.timer = None;
        let buffered = self.unwritten();
        self.step(Event::Timer { buffered });
    }

    /// Returns the time at which the session's timer expires, or a time in an hour if it is not set.
    pub fn timer_deadline(&self) -> Instant {
        self.timer.unwrap_or_else(|| Instant::now() + Duration::from_secs(3_600))
    }

    /// Waits until the socket has written all queued text. Cancellation safe.
    pub async fn written(&self) {
        self.written.notified().await;
    }

    /// Returns the number of queued bytes of text that the socket has not written.
    pub fn unwritten(&self) -> u64 {
        self.socket.as_ref().map_or(0, SocketHandle::unwritten)
    }

    /// Returns whether every message is settled, all text is written and all joins are answered.
    pub fn is_settled(&self) -> bool {
        self.status.opened && self.session.pending() == 0 && self.unwritten() == 0 && self.status.joining.is_empty()
    }

    /// Returns whether the connection is open.
    pub fn is_open(&self) -> bool {
        matches!(self.session.state(), State::Open(_))
    }

    /// Returns whether the session has stopped and will not reconnect.
    pub fn is_stopped(&self) -> bool {
        matches!(self.session.state(), State::Stopped(_))
    }

    /// Prints an event.
    pub fn print(&self, event: &OutputEvent<'_>) {
        let lines = if self.json { json_output::lines(event) } else { text_output::lines(event, self.formatted) };
        for line in lines {
            self.printer.print(line);
        }
    }

    /// Prints the wait for the next attempt, unless it is already printed.
    pub fn print_wait(&mut self) {
        if let Some(wait) = self.wait.take() {
            self.print(&wait.event(now_ms()));
        }
    }

    /// Passes an event to the session and carries out the effects.
    pub fn step(&mut self, event: Event) {
        for effect in self.session.step(now_ms(), event, &mut SystemRng) {
            self.apply(effect);
        }
    }

    fn apply(&mut self, effect: Effect) {
        match effect {
            Effect::Dial { socket, .. } => self.dial(socket),
            Effect::Close { socket, code, reason } => self.with_socket(socket, |socket| socket.close(code, reason)),
            Effect::Abandon(generation) => drop(self.socket.take_if(|socket| socket.generation == generation)),
            Effect::Transmit { socket, text, .. } => self.with_socket(socket, |socket| socket.text(text)),
            Effect::Authenticate { socket, text } => self.with_socket(socket, |socket| socket.text(text.reveal())),
            Effect::Arm { at_ms } => {
                self.timer = Some(Instant::now() + Duration::from_millis(at_ms.saturating_sub(now_ms())));
            }
            Effect::Disarm => self.timer = None,
            Effect::TokenRequested { url } => self.load_token(url),
            effect => {
                self.report(&effect);
                self.status.record(&effect);
            }
        }
    }

    /// Prints an effect. With text output, a failure is printed with the wait for the next attempt, which may not take
    /// place, and the error of a command with its name.
    fn report(&mut self, effect: &Effect) {
        if let Effect::State(State::Backoff { until_ms, last_failure }) = effect
            && !self.json
        {
            self.wait =
                Some(RetryWait { until_ms: *until_ms, failure: last_failure.clone(), was_up: self.status.is_up });
        } else if let Some(error) = self.commands.failure(effect) {
            self.print(&OutputEvent::Error(&error));
        } else {
            self.receive(&OutputEvent::Effect(effect));
        }
    }

    /// Prints an event that may be a received message, and checks it against --expect.
    fn receive(&mut self, event: &OutputEvent<'_>) {
        self.status.expectations.check(event);
        self.print(event);
    }

    fn dial(&mut self, generation: Generation) {
        let dial = Dial { generation, connected: self.status.opened };
        let handle = SocketHandle::dial(dial, &self.config, self.events.clone(), Arc::clone(&self.written));
        self.socket = Some(handle);
    }

    fn with_socket(&self, generation: Generation, action: impl FnOnce(&SocketHandle)) {
        if let Some(socket) = self.socket.as_ref().filter(|socket| socket.generation == generation) {
            action(socket);
        }
    }

    fn load_token(&mut self, url: String) {
        let token =
            self.config.token().and_then(|token| token.map_err(|error| self.print(&OutputEvent::Error(&error))).ok());
        self.step(Event::Token { url, token });
    }
}
