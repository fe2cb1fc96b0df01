//! Tokens: when one is requested, sent and renewed.

use yodel_protocol::frame::{Auth, ErrorReply};
use yodel_protocol::{CloseCode, ErrorCode, ServerFrame, Verb};

use super::half::Yodel;
use super::link::Phase;
use super::requests::encode;
use crate::connector::{Core, Failure};
use crate::{Effect, Generation, Secret, State};

/// Longest time for getting a token and logging in, in milliseconds. The server's own limit of ten seconds ends with
/// a close code after which the client may not come back.
pub const AUTH_TIMEOUT_MS: u64 = 8_000;

/// How long a dial waits for a new token, in milliseconds, after the old one expired.
pub const TOKEN_WAIT_MS: u64 = 10_000;

/// Time before a token's end at which a new one is requested, in milliseconds; longer for a long-lived one.
pub const RENEW_BEFORE_MS: u64 = 5_000;

/// What the driver was asked for, and supplied.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    /// The driver was asked and has not answered.
    asked: bool,
    /// The last dial before one that waits for the answer.
    held_after: Option<Generation>,
    /// The token for the next connection.
    pub(super) next: Option<Secret>,
}

impl Tokens {
    /// Returns for how many milliseconds the dial after this one has to wait; once for each dial.
    pub(super) fn hold(&mut self, last_dial: Generation) -> Option<u64> {
        if !self.asked || self.holds(last_dial) {
            return None;
        }
        self.held_after = Some(last_dial);
        Some(TOKEN_WAIT_MS)
    }

    fn holds(&self, last_dial: Generation) -> bool {
        self.held_after == Some(last_dial)
    }
}

impl Yodel {
    /// Sends a token to a server that does not know the client.
    pub(super) fn log_in(&mut self, core: &mut Core) {
        if !core.has_tokens {
            self.begin(core);
        } else if let Some(token) = self.tokens.next.take() {
            self.authenticate(core, token);
        } else {
            self.enter_phase(core, Phase::Token);
            self.want_token(core);
        }
    }

    /// Handles [`Event::Token`](crate::Event::Token).
    pub(super) fn token(&mut self, core: &mut Core, token: Option<Secret>) {
        self.tokens.asked = false;
        let is_ready = self.ready(core).is_some();
        let is_awaited = self.link(core).is_some_and(|link| matches!(link.phase, Phase::Token));
        match token {
            Some(token) if is_ready || is_awaited => self.authenticate(core, token),
            None if is_awaited => self.begin(core),
            token => self.tokens.next = token,
        }
        if self.tokens.holds(core.generation) && core.is_waiting() {
            core.dial();
        }
    }

    /// Asks for a new token when it is time.
    pub(super) fn renew_token(&mut self, core: &mut Core) {
        let now_ms = core.clock.now_ms();
        let is_due = self.ready(core).is_some_and(|link| link.renew_ms.take_if(|at_ms| *at_ms <= now_ms).is_some());
        if is_due {
            self.want_token(core);
        }
    }

    /// Handles the server's answer to a token.
    pub(super) fn authenticated(&mut self, core: &mut Core, reply: ServerFrame) -> Result<(), Failure> {
        match reply {
            ServerFrame::Ok(done) => {
                core.effects.push(Effect::LoggedIn { user: done.user, expires: done.expires });
                self.plan_renewal(core, done.expires);
                if let State::Connecting(_) = core.state {
                    self.begin(core);
                }
                Ok(())
            }
            ServerFrame::Error(error) => not_authenticated(core, error),
            _ => Err(Failure::new(CloseCode::BAD_PROTOCOL, "no answer to a token")),
        }
    }

    /// Asks the driver for a token, unless it was asked already.
    pub(super) fn want_token(&mut self, core: &mut Core) {
        if core.has_tokens && !self.tokens.asked {
            self.tokens.asked = true;
            core.effects.push(Effect::TokenWanted);
        }
    }

    fn authenticate(&mut self, core: &mut Core, token: Secret) {
        let frame = self.next_frame();
        let text = encode(frame, Verb::Auth(Auth { token: token.reveal() }));
        if !core.is_open() {
            self.enter_phase(core, Phase::Auth(frame));
        } else if let Some(link) = self.link(core) {
            link.renewal = Some(frame);
        }
        core.effects.push(Effect::Authenticate { socket: core.generation, text: Secret::new(text) });
    }

    fn enter_phase(&mut self, core: &mut Core, phase: Phase) {
        core.due_ms = Some(core.clock.after(AUTH_TIMEOUT_MS));
        if let Some(link) = self.link(core) {
            link.phase = phase;
        }
    }

    fn plan_renewal(&mut self, core: &Core, expires: Option<u64>) {
        let now_ms = core.clock.now_ms();
        let Some(link) = self.link(core) else { return };
        link.renew_ms = expires.and_then(|expires| {
            let life_ms = link.local_ms(expires.saturating_mul(1_000)).saturating_sub(now_ms);
            let before_ms = (life_ms / 10).max(RENEW_BEFORE_MS);
            Some(now_ms.saturating_add(life_ms.checked_sub(before_ms)?))
        });
    }
}

/// Handles a token that was rejected. Over an open connection it is only reported: the last one may still be valid.
fn not_authenticated(core: &mut Core, error: ErrorReply) -> Result<(), Failure> {
    let close_code = match (&core.state, error.code) {
        (_, ErrorCode::Unauthorized) => CloseCode::UNAUTHORIZED,
        (State::Open(_), _) => {
            core.effects.push(Effect::Error(error));
            return Ok(());
        }
        (_, ErrorCode::TokenExpired) => CloseCode::TOKEN_EXPIRED,
        _ if error.retry => CloseCode::TRY_AGAIN_LATER,
        _ => CloseCode::UNAUTHORIZED,
    };
    Err(Failure { code: close_code, reason: error.message })
}
