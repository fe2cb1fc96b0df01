//! Tokens: when they are wanted, sent and renewed.

use yodel_protocol::frame::{Auth, Failed};
use yodel_protocol::{CloseCode, ErrorCode, ServerFrame, Verb};

use super::greet::AUTH_TIMEOUT_MS;
use super::link::Phase;
use super::messages::encode;
use super::{Session, State};
use crate::{Effect, Rng, Secret};

/// How long to put off a dial for a new token, in milliseconds, after the old one ended.
pub const TOKEN_WAIT_MS: u64 = 10_000;

/// A new token is wanted so long before the old one ends, in milliseconds; earlier if it has long to live.
pub const RENEW_BEFORE_MS: u64 = 5_000;

/// What the driver was asked for, and gave.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    /// Whether it has any.
    wanted: bool,
    /// It was asked and has not answered.
    asked: bool,
    /// The next dial waits for the answer.
    holding: bool,
    /// For the next connection.
    next: Option<Secret>,
}

impl Tokens {
    /// The driver has tokens.
    pub(super) fn wanted() -> Self {
        Self { wanted: true, ..Self::default() }
    }

    /// The wait is over.
    pub(super) fn dialled(&mut self) {
        self.holding = false;
    }
}

impl Session {
    /// The server does not know who this is.
    pub(super) fn log_in(&mut self) {
        if !self.tokens.wanted {
            self.begin();
        } else if let Some(token) = self.tokens.next.take() {
            self.authenticate(token);
        } else {
            self.enter_phase(Phase::Token);
            self.want_token();
        }
    }

    /// The driver gives a token, or none.
    pub(super) fn token(&mut self, token: Option<Secret>) {
        self.tokens.asked = false;
        let is_ready = self.ready().is_some();
        let is_awaited = self.link().is_some_and(|link| matches!(link.phase, Phase::Token));
        match token {
            Some(token) if is_ready || is_awaited => self.authenticate(token),
            None if is_awaited => self.begin(),
            token => self.tokens.next = token,
        }
        if self.tokens.holding && self.is_waiting() {
            self.dial();
        }
    }

    /// The token ended: the next connection needs another one.
    pub(super) fn token_ended(&mut self) {
        self.tokens.next = None;
        if self.tokens.wanted {
            self.want_token();
        }
    }

    /// A dial is due; it may have to wait for a token.
    pub(super) fn dial_with_token(&mut self) {
        if self.tokens.asked && !self.tokens.holding {
            self.tokens.holding = true;
            self.wait_until(self.clock.after(TOKEN_WAIT_MS));
        } else {
            self.dial();
        }
    }

    /// Asks for a new token when it is time.
    pub(super) fn renew(&mut self) {
        let now_ms = self.clock.now_ms();
        let due = self.ready().is_some_and(|link| link.renew_ms.take_if(|at_ms| *at_ms <= now_ms).is_some());
        if due {
            self.want_token();
        }
    }

    /// The server's answer to a token.
    pub(super) fn authenticated(&mut self, reply: ServerFrame, rng: &mut dyn Rng) {
        match reply {
            ServerFrame::Ok(done) => {
                self.effects.push(Effect::LoggedIn { user: done.user, expires: done.expires });
                self.plan_renewal(done.expires);
                if let State::Connecting(_) = self.state {
                    self.begin();
                }
            }
            ServerFrame::Error(error) => self.not_authenticated(error, rng),
            _ => self.fail(CloseCode::BAD_PROTOCOL, "no answer to a token", rng),
        }
    }

    /// While there is a connection a token that is no good is only told: the last one may still be.
    fn not_authenticated(&mut self, error: Failed, rng: &mut dyn Rng) {
        match (&self.state, error.code) {
            (_, ErrorCode::Unauthorized) => self.fail(CloseCode::UNAUTHORIZED, &error.message, rng),
            (State::Open(_), _) => self.effects.push(Effect::Error(error)),
            (_, ErrorCode::TokenExpired) => self.fail(CloseCode::TOKEN_EXPIRED, &error.message, rng),
            _ if error.retry => self.fail(CloseCode::TRY_AGAIN_LATER, &error.message, rng),
            _ => self.fail(CloseCode::UNAUTHORIZED, &error.message, rng),
        }
    }

    fn authenticate(&mut self, token: Secret) {
        let frame = self.next_frame();
        let text = encode(frame, Verb::Auth(Auth { token: token.reveal() }));
        if let State::Open(_) = self.state {
            if let Some(link) = self.link() {
                link.renewal = Some(frame);
            }
        } else {
            self.enter_phase(Phase::Auth(frame));
        }
        self.effects.push(Effect::Authenticate { socket: self.generation, text: Secret::new(text) });
    }

    fn enter_phase(&mut self, phase: Phase) {
        self.due_ms = Some(self.clock.after(AUTH_TIMEOUT_MS));
        if let Some(link) = self.link() {
            link.phase = phase;
        }
    }

    fn want_token(&mut self) {
        if self.tokens.wanted && !self.tokens.asked {
            self.tokens.asked = true;
            self.effects.push(Effect::TokenWanted);
        }
    }

    fn plan_renewal(&mut self, expires: Option<u64>) {
        let now_ms = self.clock.now_ms();
        let Some(link) = self.link() else { return };
        link.renew_ms = expires.and_then(|expires| {
            let life_ms = link.local_ms(expires.saturating_mul(1_000)).saturating_sub(now_ms);
            let before_ms = (life_ms / 10).max(RENEW_BEFORE_MS);
            Some(now_ms.saturating_add(life_ms.checked_sub(before_ms)?))
        });
    }
}
