//! Lookup and disconnection of clients.

use std::net::SocketAddr;
use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;
use yodel_protocol::frame::Target;
use yodel_protocol::{ClientId, CloseCode, UserId};
use yodel_websocket::close::MAX_REASON;

use super::error::HandleError;
use super::server_handle::Handle;
use crate::encode::SharedPayload;
use crate::hub;

/// A connected client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ClientInfo {
    /// Identifier of the connection.
    #[schema(value_type = String, example = "c_8f3k")]
    pub client: ClientId,
    /// Authenticated user; absent for an anonymous connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "42")]
    pub user: Option<UserId>,
    /// Address of the peer, which may be a reverse proxy.
    #[schema(value_type = String, example = "192.0.2.1:51234")]
    pub peer: SocketAddr,
    /// Start of the connection, in milliseconds since 1970.
    pub since: u64,
}

impl Handle {
    /// Returns a client; `None` if it is not connected.
    pub fn client(&self, client: &str) -> Option<ClientInfo> {
        ClientId::new(client).ok().and_then(|client| self.clients(&Target::Client(client)).pop())
    }

    /// Returns the connected clients of a user, in no particular order.
    pub fn clients_of_user(&self, user: &str) -> Vec<ClientInfo> {
        UserId::new(user).map(|user| self.clients(&Target::User(user))).unwrap_or_default()
    }

    fn clients(&self, target: &Target) -> Vec<ClientInfo> {
        let info = |client: &Arc<hub::Client<SharedPayload>>| ClientInfo {
            client: client.id.clone(),
            user: client.user.clone(),
            peer: client.peer,
            since: client.since,
        };
        self.hub.find(target).iter().map(info).collect()
    }

    /// Closes the connection of a client with a code and a reason. Returns whether it was connected. Clients
    /// reconnect after codes 4000 to 4499, and do not after 4500 to 4999.
    ///
    /// # Errors
    /// Returns an error if the client identifier is invalid, the code is not in 4000 to 4999, or the reason
    /// has more than 123 bytes.
    pub fn disconnect_client(&self, client: &str, code: CloseCode, reason: &str) -> Result<bool, HandleError> {
        Ok(self.disconnect(&Target::Client(ClientId::new(client)?), code, reason)? > 0)
    }

    /// Closes all connections of a user with a code and a reason. Returns their number.
    ///
    /// # Errors
    /// As for [`disconnect_client`](Self::disconnect_client).
    pub fn disconnect_user(&self, user: &str, code: CloseCode, reason: &str) -> Result<usize, HandleError> {
        self.disconnect(&Target::User(UserId::new(user)?), code, reason)
    }

    /// Checks code and reason of a disconnection.
    ///
    /// # Errors
    /// As for [`disconnect_client`](Self::disconnect_client).
    pub(crate) fn check_close(code: CloseCode, reason: &str) -> Result<(), HandleError> {
        if !(4000..=4999).contains(&code.0) {
            return Err(HandleError::InvalidCode);
        }
        if reason.len() > MAX_REASON {
            return Err(HandleError::ReasonTooLong);
        }
        Ok(())
    }

    pub(crate) fn disconnect(&self, target: &Target, code: CloseCode, reason: &str) -> Result<usize, HandleError> {
        Self::check_close(code, reason)?;
        Ok(self.hub.disconnect(target, code, reason))
    }
}
