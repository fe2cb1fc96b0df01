//! Network, browser and person around a session: makes events that can really happen, carries out
//! the effects, and checks each of them.

use yodel_client::connector::backoff::{BASE_MS, CAP_MS};
use yodel_client::connector::{
    CLOSE_GRACE_MS, CONNECT_TIMEOUT_MS, MIN_DIAL_GAP_MS, OFFLINE_FALLBACK_MS, OUTBOX_AGE_MS,
};
use yodel_client::{BadUrl, Effect, Event, Generation, Mode, Session, State, Stopped};
use yodel_protocol::CloseCode;
use yodel_protocol::close::ReconnectAdvice;

use crate::act::Act;
use crate::ledger::Ledger;
use crate::splitmix::SplitMix;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Socket {
    Dialled,
    Open,
    Closing,
}

pub struct World {
    session: Session,
    /// The same without a subprotocol, which must make no difference in plain mode.
    unattached: Session,
    rng: SplitMix,
    wall_ms: u64,
    /// The wall clock at the last step, and the time that passed so far: setting the clock back takes none.
    last_wall_ms: u64,
    passed_ms: u64,
    live: Option<(Generation, Socket)>,
    last: Generation,
    last_dial_ms: Option<u64>,
    timer_ms: Option<u64>,
    shown: State,
    /// No dial until a person asks.
    stopped: bool,
    ledger: Ledger,
}

impl World {
    pub fn new(seed: u64) -> Self {
        Self {
            session: Session::new(),
            unattached: Session::plain(),
            rng: SplitMix(seed),
            wall_ms: 1_000_000,
            last_wall_ms: 1_000_000,
            passed_ms: 0,
            live: None,
            last: Generation(0),
            last_dial_ms: None,
            timer_ms: None,
            shown: State::Idle,
            stopped: true,
            ledger: Ledger::default(),
        }
    }

    pub fn act(&mut self, act: &Act) {
        match *act {
            Act::Connect(server) => self.step(Event::Connect { url: format!("ws://{server}/ws"), mode: Mode::Plain }),
            Act::Disconnect => self.step(Event::Disconnect),
            Act::RetryNow => self.step(Event::RetryNow),
            Act::Send(bytes) => self.send(bytes),
            Act::SendMany(count) => (0..count).for_each(|_| self.send(5)),
            Act::Delete(which) => self.delete(which),
            Act::Open => self.answer(Event::Opened),
            Act::Refuse => self.answer(|socket| Event::Refused(socket, BadUrl::Syntax)),
            Act::Close(code) => self.close(code),
            Act::NextTimer => self.next_timer(),
            Act::EarlyTimer => self.step(Event::Timer { buffered: self.ledger.unwritten() }),
            Act::Write(bytes) => self.ledger.write(u64::from(bytes)),
            Act::WriteAll => self.ledger.write(self.ledger.unwritten()),
            Act::Online => self.step(Event::Online),
            Act::Offline => self.step(Event::Offline),
            Act::TakePulse => self.step(Event::TakePulse),
            Act::Visible => self.step(Event::Visible),
            Act::Hide => self.step(Event::PageHide),
            Act::Show => self.step(Event::PageShow),
            Act::Stale(which, what) => self.stale(which, what),
            Act::Wait(ms) => self.wall_ms += ms,
            Act::SetClock(ms) => self.wall_ms = ms,
        }
    }

    /// A good end: whatever happened, a person who connects is connected and everything goes out.
    pub fn connect_and_write_everything(&mut self) {
        self.act(&Act::Show);
        self.act(&Act::Connect(0));
        for _ in 0..5 {
            self.act(&Act::Open);
            if let State::Open(_) = self.session.state() {
                break;
            }
            self.next_timer();
        }
        assert!(matches!(self.session.state(), State::Open(_)), "stuck in {:?}", self.session.state());
        for _ in 0..5 {
            self.act(&Act::WriteAll);
            self.next_timer();
        }
        assert!(!self.ledger.is_waiting());
    }

    pub fn every_message_has_an_end(&self) {
        self.ledger.every_message_has_an_end();
    }

    fn send(&mut self, bytes: usize) {
        let id = self.ledger.typed(bytes);
        self.step(Event::Send { id, text: "x".repeat(bytes) });
    }

    fn delete(&mut self, which: u16) {
        if let Some(id) = self.ledger.any(which) {
            self.step(Event::Delete(id));
        }
    }

    /// The server, or the browser in its place, answers a dial.
    fn answer(&mut self, event: impl Fn(Generation) -> Event) {
        if let Some((socket, Socket::Dialled)) = self.live {
            let event = event(socket);
            self.live = matches!(event, Event::Opened(_)).then_some((socket, Socket::Open));
            self.stopped |= self.live.is_none();
            self.step(event);
        }
    }

    fn close(&mut self, code: u16) {
        let Some((socket, phase)) = self.live.take() else { return };
        self.stopped |= phase != Socket::Closing && CloseCode(code).advice() == ReconnectAdvice::Stop;
        self.step(Event::Closed { socket, code, reason: String::new(), buffered: self.ledger.unwritten() });
    }

    fn next_timer(&mut self) {
        if let Some(at_ms) = self.timer_ms {
            self.wall_ms = self.wall_ms.max(at_ms);
            self.act(&Act::EarlyTimer);
        }
    }

    /// An event of a socket that is no more does nothing at all.
    fn stale(&mut self, which: u16, what: u8) {
        let socket = Generation(u64::from(which) % (self.last.0 + 2));
        if self.live.is_some_and(|(live, _)| live == socket) {
            return;
        }
        let event = match what {
            0 => Event::Opened(socket),
            1 => Event::Refused(socket, BadUrl::MixedContent),
            _ => Event::Closed { socket, code: 4502, reason: String::new(), buffered: 9 },
        };
        let before = format!("{:?}", self.session);
        assert_eq!(self.session.step(self.wall_ms, event, &mut self.rng), []);
        assert_eq!(format!("{:?}", self.session), before);
    }

    fn step(&mut self, event: Event) {
        self.passed_ms += self.wall_ms.saturating_sub(self.last_wall_ms);
        self.last_wall_ms = self.wall_ms;
        self.before(&event);
        let cause = event.clone();
        let unattached = self.unattached.step(self.wall_ms, event.clone(), &mut SplitMix(self.rng.0));
        let effects = self.session.step(self.wall_ms, event, &mut self.rng);
        assert_eq!(effects, unattached, "without a subprotocol");
        for effect in effects {
            self.carry_out(effect, &cause);
        }
        self.after(&cause);
    }

    fn before(&mut self, event: &Event) {
        match event {
            Event::Connect { .. } => self.stopped = false,
            Event::RetryNow if matches!(self.session.state(), State::Stopped(Stopped::Fatal { .. })) => {
                self.stopped = false;
            }
            Event::Disconnect => self.stopped = true,
            Event::Timer { .. } => self.timer_ms = None,
            _ => {}
        }
    }

    fn carry_out(&mut self, effect: Effect, event: &Event) {
        match effect {
            Effect::Dial { socket, .. } => self.dial(socket, *event == Event::PageShow),
            Effect::Close { socket, .. } => self.live = self.phase(socket).map(|_| (socket, Socket::Closing)),
            Effect::Abandon(socket) => {
                assert!(self.phase(socket).is_some(), "abandoned twice");
                self.live = None;
            }
            Effect::Transmit { socket, id, text } => {
                assert!(self.phase(socket) == Some(Socket::Open), "sent over a socket that is not open");
                self.ledger.transmitted(id.expect("a message"), &text);
            }
            Effect::Arm { at_ms } => self.timer_ms = Some(at_ms),
            Effect::Disarm => self.timer_ms = None,
            Effect::State(state) => self.shown = state,
            Effect::Delivery(id, delivery) => self.ledger.delivered(self.passed_ms, id, delivery),
            Effect::Full(id) => self.ledger.full(id),
            Effect::Up { .. } => assert!(matches!(event, Event::Opened(_))),
            Effect::Down { .. } => {}
            other => panic!("{other:?} in plain mode"),
        }
    }

    fn dial(&mut self, socket: Generation, resumed: bool) {
        assert!(self.live.is_none(), "two live sockets");
        assert!(socket > self.last, "a generation is used once");
        assert!(!self.stopped, "dials although it was stopped");
        let gap_ms = self.last_dial_ms.map(|last_ms| self.passed_ms - last_ms);
        assert!(resumed || gap_ms.is_none_or(|gap_ms| gap_ms >= MIN_DIAL_GAP_MS), "dials after {gap_ms:?} ms");
        self.last = socket;
        self.last_dial_ms = Some(self.passed_ms);
        self.live = Some((socket, Socket::Dialled));
    }

    fn phase(&self, socket: Generation) -> Option<Socket> {
        self.live.filter(|(live, _)| *live == socket).map(|(_, phase)| phase)
    }

    fn after(&mut self, event: &Event) {
        if let Event::Delete(id) = event {
            self.ledger.deleted(*id);
        }
        assert_eq!(&self.shown, self.session.state(), "every change of the state is told");
        self.waits_within_bounds(event);
        self.ledger.check(self.passed_ms);
        if self.live.is_none_or(|(_, phase)| phase == Socket::Dialled) {
            self.ledger.socket_gone(*event != Event::PageHide);
        }
    }

    fn waits_within_bounds(&self, event: &Event) {
        let state = self.session.state();
        let (limit_ms, needed) = match *state {
            State::Connecting(_) => (CONNECT_TIMEOUT_MS, true),
            State::Closing(_) => (CLOSE_GRACE_MS, true),
            State::Backoff { .. } => (CAP_MS, true),
            State::Offline { .. } => (OFFLINE_FALLBACK_MS, true),
            _ => (OUTBOX_AGE_MS, self.ledger.is_waiting()),
        };
        let in_time = |at_ms| at_ms <= self.wall_ms + limit_ms;
        assert!(self.timer_ms.map_or(!needed, in_time), "stuck in {state:?} with {:?}", self.timer_ms);
        if let State::Backoff { until_ms: at_ms, .. } | State::Offline { fallback_at_ms: at_ms } = *state {
            let failed = matches!(event, Event::Closed { .. });
            assert!(in_time(at_ms) && (!failed || at_ms >= self.wall_ms + BASE_MS), "{state:?}");
        }
    }
}
