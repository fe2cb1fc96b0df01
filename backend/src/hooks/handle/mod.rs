//! What a program that contains a server can do with it: tell people things, ask who is there, close
//! connections. Inside handlers and outside of them.

mod rooms;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;
use yodel_protocol::frame::{Direct, Message, ServerFrame, Target};
use yodel_protocol::{ClientId, CloseCode, EventName, Json, Key, Position, RoomName, UserId};

use crate::encode::Push;
use crate::hub::message::{Body, NewMessage};
use crate::hub::{self, Hub, Recipients, RoomLimitReached};
use crate::runtime::clock;
use yodel_websocket::close::LONGEST_REASON;

pub use rooms::{People, RoomInfo};

/// A handle of a server; cheap to clone.
#[derive(Clone)]
pub struct Handle {
    hub: Hub<Push>,
}

/// A connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ClientInfo {
    /// Its name.
    #[schema(value_type = String, example = "c_8f3k")]
    pub client: ClientId,
    /// Whose it is, where the server knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "42")]
    pub user: Option<UserId>,
    /// Where it calls from.
    #[schema(value_type = String, example = "192.0.2.1:51234")]
    pub peer: SocketAddr,
    /// Since when, in milliseconds since 1970.
    pub since: u64,
}

/// Why something cannot be said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandleError {
    /// A name is too long, empty, or has control characters.
    #[error(transparent)]
    Name(#[from] yodel_protocol::id::BadName),
    /// The data is something that JSON lacks.
    #[error("this cannot be JSON: {0}")]
    Data(String),
    /// The server has as many rooms as it may have.
    #[error("the server has as many rooms as it may have")]
    Rooms,
    /// `*` stands for everybody.
    #[error("`*` is no room")]
    Everyone,
    /// The code of a close is not one for applications.
    #[error("`code` must be one from 4000 to 4999.")]
    Code,
    /// The text of a close does not fit into its frame.
    #[error("`reason` may have at most 123 bytes.")]
    Reason,
}

impl From<RoomLimitReached> for HandleError {
    fn from(_: RoomLimitReached) -> Self {
        Self::Rooms
    }
}

impl Handle {
    pub(crate) fn new(hub: Hub<Push>) -> Self {
        Self { hub }
    }

    /// Publishes into a room, and says at which position. Waits while the room has too much on its way.
    ///
    /// # Errors
    /// When a name or the data is no good, or it would be one room too many.
    pub async fn publish(&self, room: &str, event: &str, data: &impl Serialize) -> Result<Position, HandleError> {
        let (room, event) = (RoomName::new(room)?, EventName::new(event)?);
        self.publish_as(&room, event, json(data)?, None).await.map(|published| published.position)
    }

    /// The same, with a key that makes it safe to repeat.
    ///
    /// # Errors
    /// When the room is everybody, or it would be one room too many.
    pub(crate) async fn publish_as(
        &self,
        room: &RoomName,
        event: EventName,
        data: Json,
        key: Option<Key>,
    ) -> Result<hub::Published, HandleError> {
        if room.is_everyone() {
            return Err(HandleError::Everyone);
        }
        let place = self.hub.room(room)?;
        std::future::poll_fn(|context| place.poll_room(context)).await;
        let draft = NewMessage { body: Body::Json(event, data), from: None, key };
        Ok(self.hub.publish(room, draft, Recipients::All)?.0)
    }

    /// Tells everybody, and says how many connections that is. Waits while too much is on its way.
    ///
    /// # Errors
    /// When the name or the data is no good.
    pub async fn broadcast(&self, event: &str, data: &impl Serialize) -> Result<usize, HandleError> {
        Ok(self.broadcast_json(EventName::new(event)?, json(data)?).await)
    }

    pub(crate) async fn broadcast_json(&self, event: EventName, data: Json) -> usize {
        std::future::poll_fn(|context| self.hub.everyone().poll_room(context)).await;
        self.hub.broadcast(NewMessage { body: Body::Json(event, data), from: None, key: None })
    }

    /// Tells a user on all devices, and says how many connections that is.
    ///
    /// # Errors
    /// When a name or the data is no good.
    pub fn send_user(&self, user: &str, event: &str, data: &impl Serialize) -> Result<usize, HandleError> {
        Ok(self.send(&Target::User(UserId::new(user)?), EventName::new(event)?, json(data)?))
    }

    /// Tells one connection; false when it is not there.
    ///
    /// # Errors
    /// When a name or the data is no good.
    pub fn send_client(&self, client: &ClientId, event: &str, data: &impl Serialize) -> Result<bool, HandleError> {
        Ok(self.send(&Target::Client(client.clone()), EventName::new(event)?, json(data)?) > 0)
    }

    pub(crate) fn send(&self, to: &Target, event: EventName, data: Json) -> usize {
        let direct = Direct { from: None, event, data, time: clock::now_ms() };
        self.hub.send(to, &ServerFrame::<Message>::Direct(direct).encode())
    }

    /// A connection, if it is there.
    pub fn client(&self, client: &ClientId) -> Option<ClientInfo> {
        self.clients(&Target::Client(client.clone())).pop()
    }

    /// The connections of a user.
    pub fn clients_of(&self, user: &UserId) -> Vec<ClientInfo> {
        self.clients(&Target::User(user.clone()))
    }

    fn clients(&self, target: &Target) -> Vec<ClientInfo> {
        let info = |client: &Arc<hub::Client<Push>>| ClientInfo {
            client: client.id.clone(),
            user: client.user.clone(),
            peer: client.peer,
            since: client.since,
        };
        self.hub.find(target).iter().map(info).collect()
    }

    /// Closes a connection, or all of a user, with a code and a text for people; says how many those
    /// are. 4000 to 4499 lets them come back, 4500 to 4999 does not.
    ///
    /// # Errors
    /// When the code is another one, or the text longer than the 123 bytes that a close frame has for it.
    pub fn disconnect(&self, target: &Target, code: CloseCode, reason: &str) -> Result<usize, HandleError> {
        if !(4000..=4999).contains(&code.0) {
            return Err(HandleError::Code);
        }
        if reason.len() > LONGEST_REASON {
            return Err(HandleError::Reason);
        }
        let clients = self.hub.find(target);
        for client in &clients {
            client.member.dismiss(code, reason);
        }
        Ok(clients.len())
    }
}

fn json(data: &impl Serialize) -> Result<Json, HandleError> {
    Json::of(data).map_err(|error| HandleError::Data(error.to_string()))
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").field("clients", &self.hub.clients()).finish()
    }
}
