//! A user, a driver and servers around a session. The token and the rooms of a server contain its number, so that each
//! frame shows which server it is for.

use std::collections::VecDeque;
use std::mem;

use yodel_client::{Effect, Event, Generation, Mode, Secret, Session, State, Target};
use yodel_protocol::{ClientFrame, RoomName, Verb};

use crate::action::TargetAction;
use crate::splitmix::SplitMix;

/// A socket that the session dialed.
struct DialedSocket {
    generation: Generation,
    server: usize,
    mode: Mode,
    open: bool,
    /// The wait that the server asked for, in milliseconds.
    goodbye_ms: Option<u64>,
    /// Ids of the frames with a token, and ids and rooms of the joins, without a reply.
    auth: VecDeque<u64>,
    joins: VecDeque<(u64, RoomName)>,
}

pub struct TargetSimulation {
    session: Session,
    rng: SplitMix,
    now_ms: u64,
    timer_ms: Option<u64>,
    socket: Option<DialedSocket>,
    /// The server of the last `Connect`.
    server: usize,
    /// The time until which this server asked the client to wait, in milliseconds.
    hold_ms: u64,
    /// `true` from a command of the user until the dial that follows.
    is_requested: bool,
}

fn url(server: usize, path: u8) -> String {
    format!("ws://server{server}/path{path}")
}

fn token(server: usize, number: u8) -> Option<Secret> {
    (number > 0).then(|| Secret::new(format!("server{server}-token{number}")))
}

fn room(server: usize, number: u8) -> RoomName {
    RoomName::new(&format!("server{server}-room{number}")).expect("valid room name")
}

impl TargetSimulation {
    pub fn new(seed: u64, has_tokens: bool) -> Self {
        let session = Session::new();
        let mut simulation = Self {
            session: if has_tokens { session.with_tokens() } else { session },
            rng: SplitMix(seed),
            now_ms: 1_000_000,
            timer_ms: None,
            socket: None,
            server: 0,
            hold_ms: 0,
            is_requested: false,
        };
        simulation.connect(0, 0, 0, 0);
        simulation
    }

    pub fn apply(&mut self, action: &TargetAction) {
        match *action {
            TargetAction::Connect { server, path, mode, token } => self.connect(server, path, mode, token),
            TargetAction::Disconnect => self.step(Event::disconnect()),
            TargetAction::RetryNow => self.step(Event::RetryNow),
            TargetAction::Join(number) => self.step(Event::Join(room(self.server, number))),
            TargetAction::Leave(number) => self.step(Event::Leave(room(self.server, number))),
            TargetAction::AnswerToken { server, token: number } => {
                self.step(Event::Token { url: url(server, 0), token: token(server, number) });
            }
            TargetAction::Open => self.open(),
            TargetAction::Welcome { lobby, user, auth_required } => self.welcome(lobby, user, auth_required),
            TargetAction::ReplyToAuth(accepted) => self.reply_to_auth(accepted),
            TargetAction::ReplyToJoin => self.reply_to_join(),
            TargetAction::Goodbye(retry_ms) => self.goodbye(u64::from(retry_ms)),
            TargetAction::Close(code) => self.close(code),
            TargetAction::NextTimer => self.next_timer(),
            TargetAction::Visible => self.step(Event::Visible),
            TargetAction::Online => self.step(Event::Online),
            TargetAction::Offline => self.step(Event::Offline),
            TargetAction::Hide => self.hide(),
            TargetAction::Show => self.step(Event::PageShow),
            TargetAction::Wait(ms) => self.now_ms += ms,
        }
    }

    fn connect(&mut self, server: usize, path: u8, mode: u8, number: u8) {
        let mode = [Mode::Plain, Mode::Envelope { lobby: false }, Mode::Envelope { lobby: true }][usize::from(mode)];
        let target = Target { token: token(server, number), ..Target::new(url(server, path), mode) };
        if self.server != server {
            self.hold_ms = 0;
        }
        self.server = server;
        self.step(Event::Connect { target });
    }

    fn open(&mut self) {
        if let Some(socket) = self.socket.as_mut().filter(|socket| !socket.open) {
            socket.open = true;
            let generation = socket.generation;
            self.step(Event::Opened(generation));
        }
    }

    fn welcome(&mut self, lobby: bool, user: bool, auth_required: bool) {
        let plain = if lobby { "broadcast" } else { "echo" };
        let user = if user { r#""user":"42","# } else { "" };
        self.receive(format!(
            r#"{{"type":"welcome","client":"c_1",{user}"version":"0","node":"n","plain":"{plain}","ping":25,"max":1000,"time":1,"auth_required":{auth_required}}}"#
        ));
    }

    fn reply_to_auth(&mut self, accepted: bool) {
        let Some(id) = self.socket.as_mut().and_then(|socket| socket.auth.pop_front()) else { return };
        self.receive(if accepted {
            format!(r#"{{"type":"ok","id":{id},"user":"42","expires":100}}"#)
        } else {
            format!(r#"{{"type":"error","id":{id},"code":"token_expired","message":"no","retry":false}}"#)
        });
    }

    fn reply_to_join(&mut self) {
        let Some((id, room)) = self.socket.as_mut().and_then(|socket| socket.joins.pop_front()) else { return };
        self.receive(format!(
            r#"{{"type":"joined","id":{id},"room":"{room}","epoch":"e","offset":1,"recovered":false,"messages":[]}}"#
        ));
    }

    fn goodbye(&mut self, retry_ms: u64) {
        if let Some(socket) = self.socket.as_mut().filter(|socket| socket.open && socket.mode != Mode::Plain) {
            socket.goodbye_ms = Some(retry_ms);
            self.receive(format!(r#"{{"type":"goodbye","code":4001,"reason":"deploy","retry_ms":{retry_ms}}}"#));
        }
    }

    fn receive(&mut self, text: String) {
        if let Some(socket) = self.socket.as_ref().filter(|socket| socket.open && socket.mode != Mode::Plain) {
            let socket = socket.generation;
            self.step(Event::Received { socket, text });
        }
    }

    fn close(&mut self, code: u16) {
        let Some(socket) = self.socket.take() else { return };
        self.hold(&socket);
        self.step(Event::Closed { socket: socket.generation, code, reason: String::new(), buffered: 0 });
    }

    fn hide(&mut self) {
        if let Some(socket) = self.socket.take() {
            self.hold(&socket);
            self.socket = Some(socket);
        }
        self.step(Event::PageHide);
    }

    /// Records the wait that the server of a lost connection asked for.
    fn hold(&mut self, socket: &DialedSocket) {
        if let Some(retry_ms) = socket.goodbye_ms.filter(|_| socket.server == self.server && self.is_lost()) {
            self.hold_ms = self.now_ms + retry_ms;
        }
    }

    /// Returns whether the connection ended without a command of the user.
    fn is_lost(&self) -> bool {
        matches!(self.session.state(), State::Open(_) | State::Connecting(_))
    }

    fn next_timer(&mut self) {
        if let Some(at_ms) = self.timer_ms {
            self.now_ms = self.now_ms.max(at_ms);
            self.step(Event::Timer { buffered: 0 });
        }
    }

    fn step(&mut self, event: Event) {
        if let Event::Timer { .. } = event {
            self.timer_ms = None;
        }
        self.is_requested |= matches!(event, Event::Connect { .. } | Event::RetryNow);
        for effect in self.session.step(self.now_ms, event, &mut self.rng) {
            self.carry_out(effect);
        }
        self.is_requested &= !matches!(self.session.state(), State::Open(_));
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Dial { socket, target } => self.dial(socket, &target),
            Effect::Abandon(socket) => drop(self.socket.take_if(|current| current.generation == socket)),
            Effect::Transmit { socket, id: None, text } => self.check_frame(socket, &text),
            Effect::Authenticate { socket, text } => self.check_token(socket, &text.reveal()),
            Effect::TokenRequested { url } => assert!(url.starts_with(&format!("ws://server{}/", self.server))),
            Effect::Up { .. } => self.hold_ms = 0,
            Effect::Arm { at_ms } => self.timer_ms = Some(at_ms),
            Effect::Disarm => self.timer_ms = None,
            _ => {}
        }
    }

    fn dial(&mut self, generation: Generation, target: &Target) {
        let server = self.server;
        assert!(target.url.starts_with(&format!("ws://server{server}/")), "dials {target:?}");
        if let Some(token) = &target.token {
            assert!(token.clone().reveal().starts_with(&format!("server{server}-")), "dials with another token");
        }
        let may_dial = mem::take(&mut self.is_requested) || self.now_ms >= self.hold_ms;
        assert!(may_dial, "dials {} ms before the time that the server asked for", self.hold_ms - self.now_ms);
        self.socket = Some(DialedSocket {
            generation,
            server,
            mode: target.mode,
            open: false,
            goodbye_ms: None,
            auth: VecDeque::new(),
            joins: VecDeque::new(),
        });
    }

    fn server_of(&self, generation: Generation) -> usize {
        let socket = self.socket.as_ref().filter(|socket| socket.generation == generation);
        socket.expect("a frame for the current socket").server
    }

    /// Checks a frame of the session's own. The rooms of a server have its number in their names.
    fn check_frame(&mut self, generation: Generation, text: &str) {
        let server = self.server_of(generation);
        let frame = ClientFrame::decode(text).expect("valid frame");
        let name = match &frame.verb {
            Verb::Join(join) => join.room.as_str(),
            Verb::Leave(leave) => leave.room.as_str(),
            _ => return,
        };
        let own = name == "lobby" || name.starts_with(&format!("server{server}-"));
        assert!(own, "{name} on server {server}");
        if let (Verb::Join(join), Some(socket)) = (frame.verb, &mut self.socket) {
            socket.joins.push_back((frame.id.get(), join.room));
        }
    }

    fn check_token(&mut self, generation: Generation, text: &str) {
        let server = self.server_of(generation);
        let frame = ClientFrame::decode(text).expect("valid frame");
        let Verb::Auth(auth) = frame.verb else { panic!("no token in {text}") };
        assert!(auth.token.starts_with(&format!("server{server}-")), "{} on server {server}", auth.token);
        if let Some(socket) = &mut self.socket {
            socket.auth.push_back(frame.id.get());
        }
    }
}
