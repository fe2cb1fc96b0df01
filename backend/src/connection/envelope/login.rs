//! Who is connected: since when, and until when.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::time::{Instant, Sleep, sleep_until};
use yodel_protocol::{ClientId, CloseCode, ErrorCode, Json, UserId};

use super::super::expiry::Expiry;
use super::super::line::Line;
use super::super::visit::Visit;
use super::super::{Ending, Surroundings};
use super::Refused;
use crate::auth::{self, Denied, Identity};
use crate::encode::Push;
use crate::hooks::events::Caller;
use crate::hooks::handle::Handle;
use crate::hub::message::Sender;
use crate::hub::presence::PresenceKey;
use crate::hub::{Client, Entry, Subscription};
use crate::runtime::clock;

/// A login, or the wait for one.
pub struct Login {
    state: State,
    visit: Option<Visit>,
}

enum State {
    /// Nobody yet, and not for longer than this.
    Out(Pin<Box<Sleep>>),
    /// Nobody ever: the token is no good.
    Denied(Denied),
    /// Somebody, found by others and told what is for everybody.
    In { me: Arc<Me>, expiry: Option<Expiry>, _entry: Entry<Push>, _listener: Subscription<Push> },
}

/// Somebody who is logged in.
#[derive(Debug)]
pub struct Me {
    pub identity: Identity,
    pub sender: Arc<Sender>,
    pub who: PresenceKey,
}

impl Login {
    /// What a token said, or no token.
    pub fn new(
        identity: Result<Option<Identity>, Denied>,
        client: &ClientId,
        line: &Arc<Line>,
        peer: SocketAddr,
        shared: &Surroundings,
    ) -> Self {
        match identity {
            Ok(Some(identity)) => Self::enter(identity, client, line, peer, shared),
            Ok(None) => {
                let until = Box::pin(sleep_until(Instant::now() + shared.config.auth.timeout));
                Self { state: State::Out(until), visit: None }
            }
            Err(denied) => Self { state: State::Denied(denied), visit: None },
        }
    }

    fn enter(identity: Identity, client: &ClientId, line: &Arc<Line>, peer: SocketAddr, shared: &Surroundings) -> Self {
        let user = identity.user().and_then(|user| UserId::new(user).ok());
        let who = user.clone().map_or_else(|| PresenceKey::Client(client.clone()), PresenceKey::User);
        let sender = Arc::new(Sender { client: client.clone(), user: user.clone(), prefix: None });
        let member = Arc::clone(line);
        let found = Client { id: client.clone(), user, peer, since: clock::now_ms(), hears: true, member };
        let (entry, listener) = (shared.hub.enter(found), shared.hub.listen(line.clone()));
        let expiry = identity.ends().map(Expiry::new);
        let me = Arc::new(Me { identity, sender, who });
        let visit = Visit::new(shared, || me.caller(shared));
        Self { state: State::In { me, expiry, _entry: entry, _listener: listener }, visit }
    }

    /// Takes a token: the first one, or a new one of the same user.
    pub fn renew(
        &mut self,
        token: &str,
        client: &ClientId,
        line: &Arc<Line>,
        peer: SocketAddr,
        shared: &Surroundings,
    ) -> Result<(Option<UserId>, Option<u64>), Refused> {
        let Some(verifier) = shared.auth.verifier() else {
            return Ok((None, None)); // Nobody is asked for a token here.
        };
        let identity = verifier.verify(token, auth::now()).map_err(|denied| {
            shared.tally.count("token");
            shared.tally.failed(denied.into());
            let expired = matches!(denied, Denied::Expired);
            let code = if expired { ErrorCode::TokenExpired } else { ErrorCode::Unauthorized };
            Refused::new(code, denied.to_string())
        })?;
        let (user, expires) = (identity.user().and_then(|user| UserId::new(user).ok()), identity.expires());
        match &mut self.state {
            State::In { me, .. } if me.sender.user != user => {
                return Err(Refused::new(ErrorCode::Forbidden, "the token is another user's"));
            }
            State::In { me, expiry, .. } => {
                *expiry = identity.ends().map(Expiry::new);
                *me = Arc::new(Me { identity, sender: Arc::clone(&me.sender), who: me.who.clone() });
            }
            State::Out(_) | State::Denied(_) => *self = Self::enter(identity, client, line, peer, shared),
        }
        Ok((user, expires))
    }

    /// Whether the token was good, or there was none.
    ///
    /// # Errors
    /// With what the connection is closed otherwise.
    pub fn check(&self) -> Result<(), Ending> {
        match &self.state {
            State::Denied(Denied::Expired) => Err(Ending::Ours(CloseCode::TOKEN_EXPIRED, "token expired".into())),
            State::Denied(denied) => Err(Ending::Ours(CloseCode::UNAUTHORIZED, denied.to_string().into())),
            State::Out(_) | State::In { .. } => Ok(()),
        }
    }

    /// Looks at the time.
    ///
    /// # Errors
    /// When it is up.
    pub fn poll(&mut self, context: &mut Context<'_>) -> Result<(), Ending> {
        let (time_is_up, code, reason) = match &mut self.state {
            State::Out(until) => (until.as_mut().poll(context), CloseCode::UNAUTHORIZED, "no `auth` in time"),
            State::In { expiry: Some(expiry), .. } => (expiry.poll(context), CloseCode::TOKEN_EXPIRED, "token expired"),
            State::In { expiry: None, .. } | State::Denied(_) => return Ok(()),
        };
        if time_is_up.is_ready() { Err(Ending::Ours(code, reason.into())) } else { Ok(()) }
    }

    /// Ready when everything is done that is to be done before it is read.
    pub fn poll_opened(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.visit.as_mut().map_or(Poll::Ready(()), |visit| visit.poll_opened(context))
    }

    /// Who it is.
    pub fn me(&self) -> Option<Arc<Me>> {
        match &self.state {
            State::In { me, .. } => Some(Arc::clone(me)),
            State::Out(_) | State::Denied(_) => None,
        }
    }

    /// It is over: those who want to know are told.
    pub fn closed(&mut self, code: CloseCode, reason: &str, shared: &Arc<Surroundings>) {
        if let Some(visit) = self.visit.take() {
            visit.closed(code, reason, shared);
        }
    }
}

impl Me {
    /// As handlers see it.
    pub fn caller(&self, shared: &Surroundings) -> Caller {
        let Sender { client, user, .. } = (*self.sender).clone();
        let info = self.info();
        Caller { client, user, info, server: Handle::new(shared.hub.clone()) }
    }

    /// What others may know.
    pub fn info(&self) -> Option<Json> {
        self.identity.info().and_then(|info| Json::parse(info.get()).ok())
    }
}
