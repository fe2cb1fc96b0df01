//! Messages of the embedding program; they have no sender.

use std::future::poll_fn;

use serde::Serialize;
use yodel_protocol::frame::{Direct, Message, ServerFrame, Target};
use yodel_protocol::{ClientId, EventName, IdempotencyKey, Json, Position, RoomName, UserId};

use super::error::HandleError;
use super::server_handle::Handle;
use crate::backplane::message::{Body, MessageKey, NewMessage};
use crate::backplane::publish::PublishOutcome;
use crate::backplane::recipients::Recipients;
use crate::hub::{Reached, RoomCreator};

impl Handle {
    /// Publishes a message in a room, and returns its position. Waits while the queue of the room is full.
    /// Dropping the future during the wait publishes nothing.
    ///
    /// # Errors
    /// Returns an error if a name or the data is invalid, the room is `*`, or the server has reached its limit of rooms
    /// or of history and can remove nothing.
    pub async fn publish(&self, room: &str, event: &str, data: &impl Serialize) -> Result<Position, HandleError> {
        let (room, event) = (RoomName::new(room)?, EventName::new(event)?);
        self.publish_json(&room, event, json(data)?, None).await.map(|published| published.position)
    }

    /// Publishes a message in a room once per idempotency key, so that a publish can be repeated safely.
    /// For five minutes, a repetition returns the position of the first message. The keys of clients are independent of
    /// the program's.
    ///
    /// # Errors
    /// As for [`publish`](Self::publish), and if another message was published with the key.
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
    ) -> Result<PublishOutcome, HandleError> {
        if room.is_everyone() {
            return Err(HandleError::ReservedRoom);
        }
        if let Some(existing) = self.hub.find_room(room) {
            poll_fn(|context| existing.poll_capacity(context)).await;
        }
        let body = Body::Json(event, data);
        let key = key.map(|key| MessageKey::new(key, &body));
        let message = NewMessage { body, from: None, key, order: None };
        let (answer, _) = self.hub.publish(room, RoomCreator::Server, message, Recipients::All)?;
        Ok(answer.await?)
    }

    /// Sends a message to all connections, and returns the number of those to this node. Those to other nodes receive it
    /// as well, unless their node is not connected to the message store at that moment. Waits while the queue of
    /// broadcasts is full. Dropping the future during the wait sends nothing.
    ///
    /// # Errors
    /// Returns an error if the event name or the data is invalid.
    pub async fn broadcast(&self, event: &str, data: &impl Serialize) -> Result<usize, HandleError> {
        Ok(self.broadcast_json(EventName::new(event)?, json(data)?).await.here)
    }

    pub(crate) async fn broadcast_json(&self, event: EventName, data: Json) -> Reached {
        poll_fn(|context| self.hub.everyone().poll_capacity(context)).await;
        self.hub.broadcast(NewMessage { body: Body::Json(event, data), from: None, key: None, order: None })
    }

    /// Sends a direct message to the connections of a user, and returns the number of those to this node. Those to other
    /// nodes receive it as well, as for [`broadcast`](Self::broadcast). Connections in plain mode and event streams
    /// receive no direct messages and do not count, and neither do connections that read too slowly.
    ///
    /// # Errors
    /// Returns an error if a name or the data is invalid, or all connections of the user to this node read too slowly;
    /// or if there are none, and too many messages wait to be sent to other nodes.
    pub fn send_to_user(&self, user: &str, event: &str, data: &impl Serialize) -> Result<usize, HandleError> {
        let sent = self.send_json(&Target::User(UserId::new(user)?), EventName::new(event)?, json(data)?);
        sent.map(|reached| reached.here)
    }

    /// Sends a direct message to one client. Returns whether it is connected to this node and receives direct messages.
    /// If it is not, the message is sent to other nodes, as for [`broadcast`](Self::broadcast).
    ///
    /// # Errors
    /// As for [`send_to_user`](Self::send_to_user).
    pub fn send_to_client(&self, client: &str, event: &str, data: &impl Serialize) -> Result<bool, HandleError> {
        let sent = self.send_json(&Target::Client(ClientId::new(client)?), EventName::new(event)?, json(data)?);
        sent.map(|reached| reached.here > 0)
    }

    pub(crate) fn send_json(&self, to: &Target, event: EventName, data: Json) -> Result<Reached, HandleError> {
        let direct = Direct { from: None, event, data, time: self.hub.unix_ms() };
        Ok(self.hub.send(to, &ServerFrame::<Message>::Direct(direct).encode())?)
    }
}

fn json(data: &impl Serialize) -> Result<Json, HandleError> {
    Json::from_value(data).map_err(|error| HandleError::Data(error.to_string()))
}
