//! Clients: sessions of `yodel-client`, driven by the network and the time of the simulation.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use yodel_client::{Effect, Event, Generation, MessageId, Mode, Session, State, Target};
use yodel_protocol::frame::{self, Broadcast, HistoryRequest, Publish, Send};
use yodel_protocol::{EventName, Json, RoomName, UserId, Verb};

use crate::client_state::ClientState;
use crate::input::Input;
use crate::network::{Dial, Network};
use crate::random::Random;
use crate::record::Record;
use crate::socket::{ClientSocket, Received};
use crate::violation::Property;

/// Wall-clock time at the start of a simulation, in milliseconds.
const START_MS: u64 = 1_700_000_000_000;

/// Identifier of all reads, which may fail.
const READ: MessageId = MessageId(u64::MAX);

/// Identifier of all messages without a position, which may be lost.
const BEST_EFFORT: MessageId = MessageId(u64::MAX - 1);

/// Handle of a client. Dropping it ends the client.
#[derive(Debug)]
pub struct Client {
    /// Messages and state of the client.
    pub state: Arc<Mutex<ClientState>>,
    inputs: mpsc::UnboundedSender<Input>,
}

/// Task of a client.
struct ClientTask {
    number: usize,
    user: Option<UserId>,
    session: Session,
    random: Random,
    network: Network,
    record: Record,
    state: Arc<Mutex<ClientState>>,
    inputs: mpsc::WeakUnboundedSender<Input>,
    socket: Option<(Generation, ClientSocket)>,
    timer: Option<Instant>,
}

impl Client {
    /// Starts a client that does nothing yet.
    pub fn start(number: usize, noise: u64, state: ClientState, network: &Network, record: &Record) -> Self {
        let (inputs, receiver) = mpsc::unbounded_channel();
        let state = Arc::new(Mutex::new(state));
        let user = number.is_multiple_of(2).then(|| format!("u{}", number % 4));
        let task = ClientTask {
            number,
            user: user.and_then(|user| UserId::new(&user).ok()),
            session: Session::new(),
            random: Random::new(crate::random::hash(&[noise, number as u64])),
            network: network.clone(),
            record: record.clone(),
            state: Arc::clone(&state),
            inputs: inputs.downgrade(),
            socket: None,
            timer: None,
        };
        drop(tokio::spawn(task.run(receiver)));
        Self { state, inputs }
    }

    /// Connects, unless the client is connected.
    pub fn connect(&self) {
        self.event(Event::Connect { target: Target::new("ws://service/ws", Mode::Envelope { lobby: false }) });
    }

    /// Closes the connection.
    pub fn disconnect(&self) {
        self.event(Event::disconnect());
    }

    /// Looks for a lost connection at once, and does not wait before the next dial.
    pub fn hurry(&self) {
        self.event(Event::Visible);
        let waits = matches!(self.state.lock().state, State::Backoff { .. });
        if waits {
            self.event(Event::RetryNow);
        }
    }

    /// Joins a room.
    pub fn join(&self, room: &RoomName) {
        self.state.lock().wanted.insert(room.clone());
        self.event(Event::Join(room.clone()));
    }

    /// Leaves a room.
    pub fn leave(&self, room: &RoomName) {
        self.state.lock().leave(room);
        self.event(Event::Leave(room.clone()));
    }

    /// Publishes a message.
    pub fn publish(&self, room: &RoomName, echo: bool) {
        let (id, text) = self.state.lock().send(room.clone(), echo);
        self.event(publish(id, room, &text, echo));
    }

    /// Reads the latest messages of a room.
    pub fn read(&self, room: &RoomName) {
        let request = HistoryRequest { room: room.clone(), before: None, limit: Some(20) };
        self.event(Event::Request { id: READ, verb: Verb::History(request) });
    }

    /// Sends a direct message, or without an address a broadcast, which only users may send.
    pub fn send(&self, to: Option<&frame::Target>) {
        let verb = {
            let mut state = self.state.lock();
            if to.is_none() && !state.best_effort.is_user() {
                return;
            }
            let data = Json::string(&state.best_effort.next_text(to));
            let event = EventName::new("b").expect("a valid event name");
            match to.cloned() {
                Some(to) => Verb::Send(Send { to, event, data }),
                None => Verb::Broadcast(Broadcast { event, data }),
            }
        };
        self.event(Event::Request { id: BEST_EFFORT, verb });
    }

    fn event(&self, event: Event) {
        // The task runs as long as this handle.
        drop(self.inputs.send(Input::Event(event)));
    }
}

fn publish(id: MessageId, room: &RoomName, text: &str, echo: bool) -> Event {
    let event = EventName::new("m").expect("a valid event name");
    let verb = Verb::Publish(Publish { room: room.clone(), event, data: Json::string(text), key: None, echo });
    Event::Request { id, verb }
}

impl ClientTask {
    async fn run(mut self, mut inputs: mpsc::UnboundedReceiver<Input>) {
        loop {
            let timer = self.timer;
            let rings = async move {
                match timer {
                    Some(at) => sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                input = inputs.recv() => match input {
                    Some(input) => self.handle(input),
                    None => return,
                },
                () = rings => {
                    self.timer = None;
                    self.step(Event::Timer { buffered: self.buffered() });
                }
            }
        }
    }

    fn handle(&mut self, input: Input) {
        match input {
            Input::Event(event) => self.step(event),
            Input::Opened(socket, node) => {
                if self.socket.as_ref().is_none_or(|(current, _)| *current != socket) {
                    return;
                }
                self.state.lock().connect(node);
                self.step(Event::Opened(socket));
            }
            Input::Bytes(socket, mut bytes) => {
                let Some((_, open)) = self.socket.as_mut().filter(|(current, _)| *current == socket) else { return };
                for received in open.receive(&mut bytes) {
                    self.receive(socket, received);
                }
            }
            Input::Lost(socket) => self.closed(socket, 1006, String::new()),
        }
    }

    fn receive(&mut self, socket: Generation, received: Received) {
        match received {
            Received::Text(text) => {
                self.state.lock().receive_frame(&text);
                self.step(Event::Received { socket, text });
            }
            Received::Close(code, reason) => self.closed(socket, code.0, reason),
            Received::Invalid(text) => {
                self.record.violation(Property::Protocol, format!("client {}: {text}", self.number));
                self.closed(socket, 1002, text);
            }
        }
    }

    fn closed(&mut self, socket: Generation, code: u16, reason: String) {
        let Some((_, closed)) = self.socket.take_if(|(current, _)| *current == socket) else { return };
        self.step(Event::Closed { socket, code, reason, buffered: closed.buffered() });
    }

    fn step(&mut self, event: Event) {
        let effects = self.session.step(START_MS + self.record.now_ms(), event, &mut self.random);
        for effect in effects {
            self.carry_out(effect);
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Dial { socket, .. } => self.dial(socket),
            Effect::Close { code, .. } => {
                if let Some((_, socket)) = &mut self.socket {
                    socket.close(code);
                }
            }
            Effect::Abandon(socket) => drop(self.socket.take_if(|(current, _)| *current == socket)),
            Effect::Transmit { text, .. } => {
                if let Some((_, socket)) = &self.socket {
                    socket.text(&text);
                }
            }
            Effect::Arm { at_ms } => {
                let after = Duration::from_millis(at_ms.saturating_sub(START_MS + self.record.now_ms()));
                self.timer = Some(Instant::now() + after);
            }
            Effect::Disarm => self.timer = None,
            effect => self.state.lock().observe(effect),
        }
    }

    fn dial(&mut self, socket: Generation) {
        let Some(inputs) = self.inputs.upgrade() else { return };
        let dial = Dial { client: self.number, user: self.user.clone(), generation: socket, inputs };
        self.socket = Some((socket, ClientSocket::new(self.network.dial(dial))));
    }

    fn buffered(&self) -> u64 {
        self.socket.as_ref().map_or(0, |(_, socket)| socket.buffered())
    }
}
