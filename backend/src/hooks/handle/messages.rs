//! Messages of the embedding program, which have no sender.

use std::future::poll_fn;

use serde::Serialize;
use yodel_protocol::frame::{Direct, Message, ServerFrame, Target};
use yodel_protocol::{ClientId, EventName, IdempotencyKey, Json, Position, RoomName, UserId};

use super::error::HandleError;
use super::server_handle::Handle;
use crate::hub::message::{Body, NewMessage};
use crate::hub::{self, Recipients};
use crate::runtime::clock;

impl Handle {
    /// Publishes into a room, and returns the position of the message. Waits while more is on its way to
    /// the room's members than may be; dropping the future before then publishes nothing.
    ///
    /// # Errors
    /// When a name or the data is invalid, the room is `*`, or it would be one room too many.
    pub async fn publish(&self, room: &str, event: &str, data: &impl Serialize) -> Result<Position, HandleError> {
        let (room, event) = (RoomName::new(room)?, EventName::new(event)?);
        self.publish_json(&room, event, json(data)?, None).await.map(|published| published.position)
    }

    /// Publishes into a room once for each idempotency key, which makes it safe to repeat: for as long as
    /// the room remembers the key, a repetition returns the position of the first message.
    ///
    /// # Errors
    /// As for [`publish`](Self::publish).
    pub async fn publish_once(
        &self,
        room: &str,
        event: &str,
        data: &impl Serialize,
        key: &str,
    ) -> Result<Position, HandleError> {
        let (room, event, key) = (RoomName::new(room)?, EventName::new(event)?, IdempotencyKey::new(key)?);
        self.publish_json(&room, event, json(data)?, Some(key)).await.map(|published| published.position)
    }

    pub(crate) async fn publish_json(
        &self,
        room: &RoomName,
        event: EventName,
        data: Json,
        key: Option<IdempotencyKey>,
    ) -> Result<hub::Published, HandleError> {
        if room.is_everyone() {
            return Err(HandleError::Everyone);
        }
        let place = self.hub.room(room)?;
        poll_fn(|context| place.poll_room(context)).await;
        let draft = NewMessage { body: Body::Json(event, data), from: None, key };
        Ok(self.hub.publish(room, draft, Recipients::All)?.0)
    }

    /// Sends to all connections, and returns how many those are. Waits while too much is on its way.
    ///
    /// # Errors
    /// When the name or the data is invalid.
    pub async fn broadcast(&self, event: &str, data: &impl Serialize) -> Result<usize, HandleError> {
        Ok(self.broadcast_json(EventName::new(event)?, json(data)?).await)
    }

    pub(crate) async fn broadcast_json(&self, event: EventName, data: Json) -> usize {
        poll_fn(|context| self.hub.everyone().poll_room(context)).await;
        self.hub.broadcast(NewMessage { body: Body::Json(event, data), from: None, key: None })
    }

    /// Sends to the connections of a user, and returns how many those are. Connections in plain mode and
    /// event streams receive no direct messages and do not count.
    ///
    /// # Errors
    /// When a name or the data is invalid.
    pub fn send_to_user(&self, user: &str, event: &str, data: &impl Serialize) -> Result<usize, HandleError> {
        Ok(self.send_json(&Target::User(UserId::new(user)?), EventName::new(event)?, json(data)?))
    }

    /// Sends to one client, and returns whether it is connected and receives direct messages.
    ///
    /// # Errors
    /// When a name or the data is invalid.
    pub fn send_to_client(&self, client: &str, event: &str, data: &impl Serialize) -> Result<bool, HandleError> {
        Ok(self.send_json(&Target::Client(ClientId::new(client)?), EventName::new(event)?, json(data)?) > 0)
    }

    pub(crate) fn send_json(&self, to: &Target, event: EventName, data: Json) -> usize {
        let direct = Direct { from: None, event, data, time: clock::now_ms() };
        self.hub.send(to, &ServerFrame::<Message>::Direct(direct).encode())
    }
}

fn json(data: &impl Serialize) -> Result<Json, HandleError> {
    Json::from_value(data).map_err(|error| HandleError::Data(error.to_string()))
}
