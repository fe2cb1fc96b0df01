//! A simulated network, browser and user around a session. Creates possible events, carries out the effects, and checks
//! each of them.

use yodel_client::connector::backoff::{BASE_MS, CAP_MS};
use yodel_client::connector::{
    CLOSE_GRACE_MS, CONNECT_TIMEOUT_MS, MIN_DIAL_GAP_MS, OFFLINE_FALLBACK_MS, OUTBOX_AGE_MS,
};
use yodel_client::{Effect, Event, Generation, Mode, Session, State, StopReason, Target, UrlError};
use yodel_protocol::CloseCode;
use yodel_protocol::close::ReconnectAdvice;

use crate::action::Action;
use crate::ledger::Ledger;
use crate::splitmix::SplitMix;

#[derive(Clone, Copy, PartialEq, Eq)]
enum SocketPhase {
    Dialing,
    Open,
    Closing,
}

pub struct Simulation {
    session: Session,
    /// The same session without a subprotocol, which must not differ in plain mode.
    unattached: Session,
    rng: SplitMix,
    wall_ms: u64,
    /// The wall clock at the last step, and the time that passed. Setting the clock back takes no time.
    last_wall_ms: u64,
    monotonic_ms: u64,
    live: Option<(Generation, SocketPhase)>,
    last: Generation,
    last_dial_ms: Option<u64>,
    timer_ms: Option<u64>,
    reported_state: State,
    /// `true` while no dial is allowed.
    stopped: bool,
    ledger: Ledger,
}

impl Simulation {
    pub fn new(seed: u64) -> Self {
        Self {
            session: Session::new(),
            unattached: Session::plain(),
            rng: SplitMix(seed),
            wall_ms: 1_000_000,
            last_wall_ms: 1_000_000,
            monotonic_ms: 0,
            live: None,
            last: Generation(0),
            last_dial_ms: None,
            timer_ms: None,
            reported_state: State::Idle,
            stopped: true,
            ledger: Ledger::default(),
        }
    }

    pub fn apply(&mut self, action: &Action) {
        match *action {
            Action::Connect(server) => {
                self.step(Event::Connect { target: Target::new(format!("ws://{server}/ws"), Mode::Plain) });
            }
            Action::Disconnect => self.step(Event::disconnect()),
            Action::RetryNow => self.step(Event::RetryNow),
            Action::Send(bytes) => self.send(bytes),
            Action::SendMany(count) => (0..count).for_each(|_| self.send(5)),
            Action::Delete(selector) => self.delete(selector),
            Action::Open => self.resolve_dial(Event::Opened),
            Action::RejectUrl => self.resolve_dial(|socket| Event::InvalidUrl(socket, UrlError::Syntax)),
            Action::Close(code) => self.close(code),
            Action::NextTimer => self.next_timer(),
            Action::EarlyTimer => self.step(Event::Timer { buffered: self.ledger.unwritten() }),
            Action::Write(bytes) => self.ledger.write(u64::from(bytes)),
            Action::WriteAll => self.ledger.write(self.ledger.unwritten()),
            Action::Online => self.step(Event::Online),
            Action::Offline => self.step(Event::Offline),
            Action::MeasureLatency => self.step(Event::MeasureLatency),
            Action::Visible => self.step(Event::Visible),
            Action::Hide => self.step(Event::PageHide),
            Action::Show => self.step(Event::PageShow),
            Action::Stale(selector, kind) => self.stale(selector, kind),
            Action::Wait(ms) => self.wall_ms += ms,
            Action::SetClock(ms) => self.wall_ms = ms,
        }
    }

    /// Connects and checks that every message is sent.
    pub fn drain(&mut self) {
        self.apply(&Action::Show);
        self.apply(&Action::Connect(0));
        for _ in 0..5 {
            self.apply(&Action::Open);
            if let State::Open(_) = self.session.state() {
                break;
            }
            self.next_timer();
        }
        assert!(matches!(self.session.state(), State::Open(_)), "stuck in {:?}", self.session.state());
        for _ in 0..5 {
            self.apply(&Action::WriteAll);
            self.next_timer();
        }
        assert!(!self.ledger.is_waiting());
    }

    pub fn assert_all_settled(&self) {
        self.ledger.assert_all_settled();
    }

    fn send(&mut self, bytes: usize) {
        let id = self.ledger.create(bytes);
        self.step(Event::Send { id, text: "x".repeat(bytes) });
    }

    fn delete(&mut self, selector: u16) {
        if let Some(id) = self.ledger.any(selector) {
            self.step(Event::Delete(id));
        }
    }

    /// Ends a dial with an event of the server or the browser.
    fn resolve_dial(&mut self, event: impl Fn(Generation) -> Event) {
        if let Some((socket, SocketPhase::Dialing)) = self.live {
            let event = event(socket);
            self.live = matches!(event, Event::Opened(_)).then_some((socket, SocketPhase::Open));
            self.stopped |= self.live.is_none();
            self.step(event);
        }
    }

    fn close(&mut self, code: u16) {
        let Some((socket, phase)) = self.live.take() else { return };
        self.stopped |= phase != SocketPhase::Closing && CloseCode(code).advice() == ReconnectAdvice::Stop;
        self.step(Event::Closed { socket, code, reason: String::new(), buffered: self.ledger.unwritten() });
    }

    fn next_timer(&mut self) {
        if let Some(at_ms) = self.timer_ms {
            self.wall_ms = self.wall_ms.max(at_ms);
            self.apply(&Action::EarlyTimer);
        }
    }

    /// Checks that an event of an old socket has no effect.
    fn stale(&mut self, selector: u16, kind: u8) {
        let socket = Generation(u64::from(selector) % (self.last.0 + 2));
        if self.live.is_some_and(|(live, _)| live == socket) {
            return;
        }
        let event = match kind {
            0 => Event::Opened(socket),
            1 => Event::InvalidUrl(socket, UrlError::MixedContent),
            _ => Event::Closed { socket, code: 4502, reason: String::new(), buffered: 9 },
        };
        let before = format!("{:?}", self.session);
        assert_eq!(self.session.step(self.wall_ms, event, &mut self.rng), []);
        assert_eq!(format!("{:?}", self.session), before);
    }

    fn step(&mut self, event: Event) {
        self.monotonic_ms += self.wall_ms.saturating_sub(self.last_wall_ms);
        self.last_wall_ms = self.wall_ms;
        self.before(&event);
        let cause = event.clone();
        let unattached = self.unattached.step(self.wall_ms, event.clone(), &mut SplitMix(self.rng.0));
        let effects = self.session.step(self.wall_ms, event, &mut self.rng);
        assert_eq!(effects, unattached, "differs without a subprotocol");
        for effect in effects {
            self.carry_out(effect, &cause);
        }
        self.after(&cause);
    }

    fn before(&mut self, event: &Event) {
        match event {
            Event::Connect { .. } => self.stopped = false,
            Event::RetryNow if matches!(self.session.state(), State::Stopped(StopReason::Fatal { .. })) => {
                self.stopped = false;
            }
            Event::Disconnect { .. } => self.stopped = true,
            Event::Timer { .. } => self.timer_ms = None,
            _ => {}
        }
    }

    fn carry_out(&mut self, effect: Effect, event: &Event) {
        match effect {
            Effect::Dial { socket, .. } => self.dial(socket, *event == Event::PageShow),
            Effect::Close { socket, .. } => self.live = self.phase(socket).map(|_| (socket, SocketPhase::Closing)),
            Effect::Abandon(socket) => {
                assert!(self.phase(socket).is_some(), "abandoned twice");
                self.live = None;
            }
            Effect::Transmit { socket, id, text } => {
                assert!(self.phase(socket) == Some(SocketPhase::Open), "sent over a socket that is not open");
                self.ledger.transmitted(id.expect("message id"), &text);
            }
            Effect::Arm { at_ms } => self.timer_ms = Some(at_ms),
            Effect::Disarm => self.timer_ms = None,
            Effect::State(state) => self.reported_state = state,
            Effect::Delivery(id, delivery) => self.ledger.delivered(self.monotonic_ms, id, delivery),
            Effect::OutboxFull(id) => self.ledger.full(id),
            Effect::Up { .. } => assert!(matches!(event, Event::Opened(_))),
            Effect::Down { .. } | Effect::ServerChanged => {}
            other => panic!("{other:?} in plain mode"),
        }
    }

    fn dial(&mut self, socket: Generation, resumed: bool) {
        assert!(self.live.is_none(), "two live sockets");
        assert!(socket > self.last, "a generation is used once");
        assert!(!self.stopped, "dials although it was stopped");
        let gap_ms = self.last_dial_ms.map(|last_ms| self.monotonic_ms - last_ms);
        assert!(resumed || gap_ms.is_none_or(|gap_ms| gap_ms >= MIN_DIAL_GAP_MS), "dials after {gap_ms:?} ms");
        self.last = socket;
        self.last_dial_ms = Some(self.monotonic_ms);
        self.live = Some((socket, SocketPhase::Dialing));
    }

    fn phase(&self, socket: Generation) -> Option<SocketPhase> {
        self.live.filter(|(live, _)| *live == socket).map(|(_, phase)| phase)
    }

    fn after(&mut self, event: &Event) {
        if let Event::Delete(id) = event {
            self.ledger.deleted(*id);
        }
        assert_eq!(&self.reported_state, self.session.state(), "every state change is reported");
        self.waits_within_bounds(event);
        self.ledger.check(self.monotonic_ms);
        if self.live.is_none_or(|(_, phase)| phase == SocketPhase::Dialing) {
            self.ledger.close_socket(*event != Event::PageHide);
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
