//! Simulated clients, server, network and time.

use yodel_client::{Event, State};

use crate::action::{CLIENTS, RoomAction};
use crate::client::{Client, room};
use crate::server::{Downlink, Server};

pub struct RoomSimulation {
    now_ms: u64,
    server: Server,
    clients: Vec<Client>,
}

impl RoomSimulation {
    pub fn new(seed: u64) -> Self {
        let clients = (0..CLIENTS).map(|client_index| Client::new(client_index, seed)).collect();
        Self { now_ms: 1_000_000, server: Server::default(), clients }
    }

    pub fn apply(&mut self, action: &RoomAction) {
        let (now_ms, server) = (self.now_ms, &mut self.server);
        match *action {
            RoomAction::Connect(client_index) => self.clients[client_index].connect(now_ms, server),
            RoomAction::Disconnect(client_index) => self.clients[client_index].disconnect(now_ms, server),
            RoomAction::Join(client_index, number) => {
                self.clients[client_index].step(now_ms, Event::Join(room(number)), server);
            }
            RoomAction::Leave(client_index, number) => self.clients[client_index].leave(now_ms, room(number), server),
            RoomAction::Publish(client_index, number, echo) => {
                self.clients[client_index].publish(now_ms, room(number), echo, server);
            }
            RoomAction::PublishMany(client_index, number) => {
                (0..40).for_each(|_| self.clients[client_index].publish(now_ms, room(number), true, server));
            }
            RoomAction::Call(client_index) => self.clients[client_index].call(now_ms, server),
            RoomAction::Open(client_index) => self.open(client_index),
            RoomAction::Serve(client_index, count) => self.serve(client_index, count),
            RoomAction::DeliverReplies(client_index, count) => (0..count).for_each(|_| self.reply(client_index)),
            RoomAction::DeliverPushes(client_index, count) => (0..count).for_each(|_| self.push(client_index)),
            RoomAction::LoseConnection(client_index) => {
                self.clients[client_index].disconnect_by_network(now_ms, 1006, server);
            }
            RoomAction::Goodbye(client_index, retry_ms) => self.goodbye(client_index, retry_ms),
            RoomAction::Restart => self.restart(),
            RoomAction::Busy(publishes) => server.reject_next(publishes),
            RoomAction::NextTimer(client_index) => self.next_timer(client_index),
            RoomAction::Visible(client_index) => self.clients[client_index].step(now_ms, Event::Visible, server),
            RoomAction::Hide(client_index) => self.clients[client_index].step(now_ms, Event::PageHide, server),
            RoomAction::Show(client_index) => self.clients[client_index].step(now_ms, Event::PageShow, server),
            RoomAction::Wait(ms) => self.now_ms += ms,
        }
    }

    /// Passes a text to every connected client.
    pub fn receive_arbitrary(&mut self, text: &str) {
        for client in &mut self.clients {
            if let (Some(socket), true) = (client.socket, client.open) {
                client.session.step(self.now_ms, Event::Received { socket, text: text.to_owned() }, &mut Zero);
            }
        }
    }

    /// Connects every client, and checks that every message is acknowledged and received.
    pub fn drain(&mut self) {
        self.server.reject_next(0);
        for client_index in 0..CLIENTS {
            self.apply(&RoomAction::Show(client_index));
            self.apply(&RoomAction::Connect(client_index));
        }
        let mut quiet = 0;
        for _ in 0..1_000 {
            for client_index in 0..CLIENTS {
                self.settle(client_index);
            }
            let has_pending_work = self.clients.iter().any(|client| self.has_pending_work(client));
            quiet = if has_pending_work { 0 } else { quiet + 1 };
            if quiet == 3 {
                break;
            }
        }
        for client in &mut self.clients {
            assert!(matches!(client.session.state(), State::Open(_)), "stuck in {:?}", client.session.state());
            client.assert_drained(&mut self.server);
        }
    }

    fn settle(&mut self, client_index: usize) {
        self.open(client_index);
        for _ in 0..5 {
            while !self.clients[client_index].to_server.is_empty() {
                self.serve(client_index, 1);
            }
            (0..600).for_each(|_| self.push(client_index));
            (0..600).for_each(|_| self.reply(client_index));
        }
        if self.clients[client_index].to_server.is_empty() {
            self.server.allow_new_keys(client_index);
        }
        if self.has_pending_work(&self.clients[client_index]) {
            self.next_timer(client_index);
        }
    }

    /// Returns whether a dial, a deferred message or a missing message is due soon.
    fn has_pending_work(&self, client: &Client) -> bool {
        let soon = client.timer_ms.is_some_and(|at_ms| at_ms < self.now_ms + 3_000);
        soon || client.session.pending() > 0 || !matches!(client.session.state(), State::Open(_))
    }

    fn open(&mut self, client_index: usize) {
        let client = &mut self.clients[client_index];
        if let (Some(socket), false) = (client.socket, client.open) {
            client.open = true;
            self.server.welcome(client_index);
            client.step(self.now_ms, Event::Opened(socket), &mut self.server);
        }
    }

    fn serve(&mut self, client_index: usize, count: u8) {
        for _ in 0..count {
            let Some(text) = self.clients[client_index].to_server.pop_front() else { return };
            self.server.serve(client_index, &text);
        }
    }

    fn reply(&mut self, client_index: usize) {
        let text = self.server.downlink(client_index).and_then(Downlink::next_reply);
        self.receive(client_index, text);
    }

    fn push(&mut self, client_index: usize) {
        let text = self.server.downlink(client_index).and_then(Downlink::next_push);
        self.receive(client_index, text);
    }

    fn receive(&mut self, client_index: usize, text: Option<String>) {
        let client = &mut self.clients[client_index];
        if let (Some(socket), Some(text)) = (client.socket, text) {
            client.step(self.now_ms, Event::Received { socket, text }, &mut self.server);
        }
    }

    fn goodbye(&mut self, client_index: usize, retry_ms: u16) {
        let goodbye = format!(r#"{{"type":"goodbye","code":4001,"reason":"deploy","retry_ms":{retry_ms}}}"#);
        if self.clients[client_index].open {
            self.receive(client_index, Some(goodbye));
        }
    }

    fn restart(&mut self) {
        self.server.restart();
        for client in &mut self.clients {
            client.disconnect_by_network(self.now_ms, 1001, &mut self.server);
        }
    }

    fn next_timer(&mut self, client_index: usize) {
        if let Some(at_ms) = self.clients[client_index].timer_ms {
            self.now_ms = self.now_ms.max(at_ms);
            self.clients[client_index].step(self.now_ms, Event::Timer { buffered: 0 }, &mut self.server);
        }
    }
}

/// A source that always returns 0.
struct Zero;

impl yodel_client::Rng for Zero {
    fn below(&mut self, _: u64) -> u64 {
        0
    }
}
