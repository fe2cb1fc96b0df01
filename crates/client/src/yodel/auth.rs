//! Tokens: requesting, sending and renewing them.

use yodel_protocol::frame::{Auth, ErrorReply};
use yodel_protocol::{CloseCode, ErrorCode, ServerFrame, Verb};

use super::connection::Phase;
use super::handler::Yodel;
use super::requests::encode;
use crate::connector::{Core, Failure};
use crate::target::server_of;
use crate::{Effect, Generation, Secret, State};

/// Longest time for getting a token and authenticating with it, in milliseconds. Shorter than the server's own limit of
/// ten seconds, which ends with a close code that forbids a reconnect.
pub const AUTH_TIMEOUT_MS: u64 = 8_000;

/// Longest time that a dial waits for a new token after the old one expired, in milliseconds.
pub const TOKEN_WAIT_MS: u64 = 10_000;

/// Shortest time between the request for a new token and the expiry of the old one, in milliseconds. A token with a
/// long lifetime is renewed in its last tenth.
pub const RENEW_BEFORE_MS: u64 = 5_000;

/// Close reason of a connection to a server that requires a token when there is none. The session stops.
pub const TOKEN_REQUIRED: &str = "the server requires a token";

/// The request for a token, and the token for the next connection.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    /// `true` while the driver has not replied to a request for a token.
    is_requested: bool,
    /// The generation of the dial after which the next dial waits for a token.
    delayed_after: Option<Generation>,
    /// The token for the next connection, instead of the one of the target.
    pub(super) next: Option<Secret>,
}

impl Tokens {
    /// Returns how many milliseconds the dial after `last_dial` must wait for a token. Each dial waits once.
    pub(super) fn delay_ms(&mut self, last_dial: Generation) -> Option<u64> {
        if !self.is_requested || self.is_delaying(last_dial) {
            return None;
        }
        self.delayed_after = Some(last_dial);
        Some(TOKEN_WAIT_MS)
    }

    fn is_delaying(&self, last_dial: Generation) -> bool {
        self.delayed_after == Some(last_dial)
    }
}

impl Yodel {
    /// Sends a token to a server that does not know the user, or continues without a token.
    ///
    /// # Errors
    /// Returns an error if the server requires a token and there is none.
    pub(super) fn authenticate_client(&mut self, core: &mut Core) -> Result<(), Failure> {
        if let Some(token) = self.tokens.next.take().or_else(|| core.target.token.clone()) {
            self.authenticate(core, token);
        } else if core.has_tokens {
            self.enter_phase(core, Phase::AwaitingToken);
            self.request_token(core);
        } else {
            return self.continue_without_token(core);
        }
        Ok(())
    }

    /// Handles [`Event::Token`](crate::Event::Token). A token for another server is dropped.
    ///
    /// # Errors
    /// Returns an error if the server requires a token and there is none.
    pub(super) fn token(&mut self, core: &mut Core, url: &str, token: Option<Secret>) -> Result<(), Failure> {
        if server_of(url) != server_of(&core.target.url) {
            return Ok(());
        }
        self.tokens.is_requested = false;
        let is_ready = self.ready(core).is_some();
        let is_awaited =
            self.connection(core).is_some_and(|connection| matches!(connection.phase, Phase::AwaitingToken));
        match token {
            Some(token) if is_ready || is_awaited => self.authenticate(core, token),
            None if is_awaited => self.continue_without_token(core)?,
            token => self.tokens.next = token,
        }
        if self.tokens.is_delaying(core.generation) && core.is_waiting() {
            core.dial();
        }
        Ok(())
    }

    /// Requests a new token when it is due.
    pub(super) fn renew_token(&mut self, core: &mut Core) {
        let now_ms = core.clock.now_ms();
        let is_due =
            self.ready(core).is_some_and(|connection| connection.renew_ms.take_if(|at_ms| *at_ms <= now_ms).is_some());
        if is_due {
            self.request_token(core);
        }
    }

    /// Handles the reply to a token.
    ///
    /// # Errors
    /// Returns an error if the token was rejected, or if the frame is not a reply to `auth`.
    pub(super) fn authenticated(&mut self, core: &mut Core, reply: ServerFrame) -> Result<(), Failure> {
        match reply {
            ServerFrame::Ok(ack) => {
                core.effects.push(Effect::Authenticated { user: ack.user, expires: ack.expires });
                self.plan_renewal(core, ack.expires);
                if let State::Connecting(_) = core.state {
                    self.complete_handshake(core);
                }
                Ok(())
            }
            ServerFrame::Error(error) => not_authenticated(core, error),
            _ => Err(Failure::new(CloseCode::BAD_PROTOCOL, "unexpected reply to auth")),
        }
    }

    /// Requests a token from the driver, unless a request is pending.
    pub(super) fn request_token(&mut self, core: &mut Core) {
        if core.has_tokens && !self.tokens.is_requested {
            self.tokens.is_requested = true;
            core.effects.push(Effect::TokenRequested { url: core.target.url.clone() });
        }
    }

    /// Completes the handshake of an anonymous user, if the server allows one.
    fn continue_without_token(&mut self, core: &mut Core) -> Result<(), Failure> {
        if self.connection.needs_token {
            return Err(Failure::new(CloseCode::UNAUTHORIZED, TOKEN_REQUIRED));
        }
        self.complete_handshake(core);
        Ok(())
    }

    fn authenticate(&mut self, core: &mut Core, token: Secret) {
        let frame = self.next_frame();
        let text = encode(frame, Verb::Auth(Auth { token: token.reveal() }));
        if !core.is_open() {
            self.enter_phase(core, Phase::Authenticating(frame));
        } else if let Some(connection) = self.connection(core) {
            connection.renewal = Some(frame);
        }
        core.effects.push(Effect::Authenticate { socket: core.generation, text: Secret::new(text) });
    }

    fn enter_phase(&mut self, core: &mut Core, phase: Phase) {
        core.due_ms = Some(core.clock.after(AUTH_TIMEOUT_MS));
        if let Some(connection) = self.connection(core) {
            connection.phase = phase;
        }
    }

    fn plan_renewal(&mut self, core: &Core, expires: Option<u64>) {
        let now_ms = core.clock.now_ms();
        let Some(connection) = self.connection(core) else { return };
        connection.renew_ms = expires.and_then(|expires| {
            let lifetime_ms = connection.local_ms(expires.saturating_mul(1_000)).saturating_sub(now_ms);
            let before_ms = (lifetime_ms / 10).max(RENEW_BEFORE_MS);
            Some(now_ms.saturating_add(lifetime_ms.checked_sub(before_ms)?))
        });
    }
}

/// Handles a rejected token. On an open connection most errors are only reported, because the last token may still be
/// valid.
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
