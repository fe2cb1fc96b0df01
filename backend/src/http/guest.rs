//! Who comes in plain mode: whether it may, and what it hears.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use yodel_protocol::{ClientId, Json, UserId};

use crate::auth::{Action, Denied, Identity};
use crate::config::{Plain, PlainFormat};
use crate::connection::Surroundings;
use crate::connection::expiry::Expiry;
use crate::connection::line::Line;
use crate::connection::plain::{LobbyMember, Person, PlainMode};
use crate::connection::visit::Visit;
use crate::hooks::events::Caller;
use crate::hooks::handle::Handle;
use crate::hub::message::Sender;
use crate::hub::presence::PresenceKey;
use crate::hub::{Client, JoinRequest, LOBBY};
use crate::runtime::{clock, random};

/// Who may come in; others are told by the status. (In `yodel.v1` they are told by the close code:
/// browsers do not show scripts a status.)
pub fn admitted(identity: Result<Option<Identity>, Denied>, mode: Plain) -> Result<Identity, Box<Response>> {
    let identity = match identity {
        Ok(Some(identity)) => identity,
        Ok(None) => {
            return Err(Box::new(unauthorized(
                "A token is needed: in the header `Authorization: Bearer`, or in the cookie.",
            )));
        }
        Err(denied) => return Err(Box::new(unauthorized(&denied.to_string()))),
    };
    let lobby = identity.may(Action::Join, LOBBY) && identity.may(Action::Publish, LOBBY);
    if mode == Plain::Broadcast && !lobby {
        let text = "This user may not join and publish in the lobby.\n";
        return Err(Box::new((StatusCode::FORBIDDEN, text).into_response()));
    }
    Ok(identity)
}

fn unauthorized(text: &str) -> Response {
    let headers = [(header::WWW_AUTHENTICATE, "Bearer")];
    (StatusCode::UNAUTHORIZED, headers, format!("{text}\n")).into_response()
}

/// What somebody who comes in begins with: an echo nothing, others a seat in the lobby.
pub fn welcome(
    identity: &Identity,
    shared: &Surroundings,
    mode: Plain,
    line: &Arc<Line>,
    peer: SocketAddr,
) -> PlainMode {
    let user = identity.user().and_then(|user| UserId::new(user).ok());
    // Whoever others hear has a name, and can be disconnected by it.
    let known = user.is_some() || shared.events.watch_connections() || mode == Plain::Broadcast;
    let name = known.then(random::client_id);
    let person = name.clone().map(|client| person(identity, client, user.clone(), shared, line, peer));
    let member = name.filter(|_| mode == Plain::Broadcast).map(|client| {
        let prefix = (shared.config.plain_format == PlainFormat::Seed).then(|| format!("{peer} echo: ").into());
        let who = user.clone().map_or_else(|| PresenceKey::Client(client.clone()), PresenceKey::User);
        let info = info(identity);
        let joining = JoinRequest { who: &who, info: info.as_ref(), watches: false, since: None };
        let seat = shared.hub.join_lobby(line, &joining);
        let listener = shared.hub.listen(line.clone());
        Box::new(LobbyMember::new(seat, listener, Arc::new(Sender { client, user, prefix })))
    });
    PlainMode::new(member, person.map(Box::new), shared.config.message_rate())
}

fn person(
    identity: &Identity,
    client: ClientId,
    user: Option<UserId>,
    shared: &Surroundings,
    line: &Arc<Line>,
    peer: SocketAddr,
) -> Person {
    let caller = || Caller {
        client: client.clone(),
        user: user.clone(),
        info: info(identity),
        server: Handle::new(shared.hub.clone()),
    };
    let visit = Visit::new(shared, caller);
    let found = Client { id: client, user, peer, since: clock::now_ms(), hears: false, member: line.clone() };
    let entry = shared.hub.enter(found);
    Person::new(entry, identity.ends().map(Expiry::new), visit)
}

fn info(identity: &Identity) -> Option<Json> {
    identity.info().and_then(|info| Json::parse(info.get()).ok())
}
