//! Dialing, from a request for a connection to an open socket.

use yodel_protocol::CloseCode;

use super::after_close::AfterClose;
use super::core::Core;
use super::session::Session;
use super::socket::Socket;
use super::unattached;
use crate::target::{server_of, without_secrets};
use crate::{Delivery, Effect, Event, Generation, Mode, State, StopReason, Target, UrlError};

/// Longest time that a dial may take, in milliseconds. Some servers never respond.
pub const CONNECT_TIMEOUT_MS: u64 = 10_000;

/// Shortest time between two dials in milliseconds. Also applies to dials that the user requests, to protect a
/// server with many users.
pub const MIN_DIAL_GAP_MS: u64 = 1_000;

impl Session {
    /// Handles [`Event::Connect`](crate::Event::Connect).
    pub(super) fn connect(&mut self, target: Target) {
        let is_same = self.core.target == target;
        if !is_same {
            self.change_target(target);
        }
        if !self.supports_mode() {
            self.core.stop(unattached::stopped(), CloseCode::NORMAL, String::new());
        } else if !is_same || !self.core.is_open() {
            self.core.reset_failures();
            self.core.connect(is_same);
        }
    }

    /// Changes to another target. Messages that were sent to the old one are not sent to the new one.
    fn change_target(&mut self, target: Target) {
        self.core.down_since_ms = None;
        if self.core.leaves_server(&target) {
            self.core.hold_ms = 0;
            self.core.effects.push(Effect::ServerChanged);
        }
        match (&mut self.handler, &mut self.deferred) {
            (Some(handler), _) => handler.target_changes(&mut self.core, &target),
            (None, Some(deferred)) if self.core.leaves_server(&target) => deferred.leave_server(),
            _ => {}
        }
        self.core.target = target;
        for id in self.core.queue.drop_unsendable(self.core.target.mode) {
            self.core.report(id, Delivery::Failed);
        }
    }

    /// Handles [`Event::RetryNow`](crate::Event::RetryNow).
    pub(super) fn retry_now(&mut self) {
        match &self.core.state {
            State::Backoff { .. } | State::Offline { .. } if self.core.may_dial() => self.core.dial(),
            State::Backoff { .. } | State::Offline { .. } => self.core.wait_until(self.core.next_dial_ms),
            State::Stopped(stopped) if stopped.can_retry() && self.supports_mode() => {
                self.core.reset_failures();
                self.core.start();
            }
            _ => {}
        }
    }

    /// Handles an open socket. In envelope mode the connection is up after the handshake.
    pub(super) fn opened(&mut self, socket: Generation) {
        if self.core.target.mode == Mode::Plain {
            self.core.up();
            self.core.flush_plain();
            return;
        }
        match &mut self.handler {
            Some(handler) => handler.opened(&mut self.core),
            None => self.defer(Event::Opened(socket)),
        }
    }

    /// Returns whether the session supports the requested mode, now or with the subprotocol that it awaits.
    fn supports_mode(&self) -> bool {
        self.core.target.mode == Mode::Plain || self.handler.is_some() || self.deferred.is_some()
    }
}

impl Core {
    /// Returns whether a target is on another server than the current one. Before the first target there is none.
    pub(crate) fn leaves_server(&self, target: &Target) -> bool {
        !self.target.url.is_empty() && server_of(&self.target.url) != server_of(&target.url)
    }

    /// Dials, now or after the current socket is closed. Has no effect while this target is being dialed.
    fn connect(&mut self, is_same: bool) {
        match self.state {
            State::Open(_) => self.close(AfterClose::Dial, CloseCode::NORMAL, String::new()),
            State::Closing(_) | State::Suspended => self.after_close = AfterClose::Dial,
            State::Connecting(_) if is_same => {}
            _ => self.start(),
        }
    }

    /// Dials as soon as [`MIN_DIAL_GAP_MS`] allows.
    pub(super) fn start(&mut self) {
        self.abandon_dial();
        if self.may_dial() {
            self.dial();
        } else {
            self.enter(State::Connecting(self.next_generation()), Some(self.next_dial_ms));
        }
    }

    /// Dials now.
    pub(crate) fn dial(&mut self) {
        self.generation = self.next_generation();
        self.next_dial_ms = self.clock.after(MIN_DIAL_GAP_MS);
        self.enter(State::Connecting(self.generation), Some(self.clock.after(CONNECT_TIMEOUT_MS)));
        self.effects.push(Effect::Dial { socket: self.generation, target: self.target.clone() });
        self.socket = Some(Socket::new(self.generation, self.target.clone()));
    }

    /// Reports that the connection is up.
    pub(crate) fn up(&mut self) {
        let State::Connecting(generation) = self.state else { return };
        let now_ms = self.clock.now_ms();
        if let Some(socket) = &mut self.socket {
            socket.opened_ms = Some(now_ms);
        }
        self.announced = None;
        self.hold_ms = 0;
        let away_ms = self.down_since_ms.take().map(|since_ms| self.clock.since(since_ms));
        self.enter(State::Open(generation), None);
        self.effects.push(Effect::Up { url: without_secrets(&self.target.url), away_ms });
    }

    /// Handles a socket that could not be created because of its address.
    pub(super) fn reject_url(&mut self, error: UrlError) {
        if let State::Connecting(_) = self.state {
            self.socket = None;
            self.enter(State::Stopped(StopReason::InvalidUrl(error)), None);
        }
    }

    fn may_dial(&self) -> bool {
        self.clock.now_ms() >= self.next_dial_ms
    }

    fn next_generation(&self) -> Generation {
        Generation(self.generation.0.saturating_add(1))
    }

    /// Restarts the count of failures, so that the next one is reported.
    fn reset_failures(&mut self) {
        self.last_failure.attempt = 0;
        self.announced = None;
    }
}
