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
use crate::backplane::listing::UserConnection;
use crate::encode::SharedPayload;
use crate::hub::{self, Reached};

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
    /// Returns a client; `None` if it is not connected to this node.
    pub fn client(&self, client: &str) -> Option<ClientInfo> {
        ClientId::new(client).ok().and_then(|client| self.clients(&Target::Client(client)).pop())
    }

    /// Returns the connected clients of a user, the oldest ones first; none if the name is invalid. With several nodes
    /// this is a snapshot of those of all nodes: a change on another node is visible about a second later.
    ///
    /// # Errors
    /// Returns an error if the message store of several nodes does not answer within five seconds.
    pub async fn clients_of_user(&self, user: &str) -> Result<Vec<ClientInfo>, HandleError> {
        let Ok(user) = UserId::new(user) else { return Ok(Vec::new()) };
        let connections = self.hub.list_connections(&user).await?;
        let info =
            |UserConnection { client, peer, since }| ClientInfo { client, user: Some(user.clone()), peer, since };
        Ok(connections.into_iter().map(info).collect())
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

    /// Closes the connection of a client with a code and a reason. Returns whether it was connected to this node; if not,
    /// the other nodes close it, unless they are not connected to the message store at that moment. Clients reconnect
    /// after codes 4000 to 4499, and do not after 4500 to 4999.
    ///
    /// # Errors
    /// Returns an error if the client identifier is invalid, the code is not in 4000 to 4999, the reason has more than
    /// 123 bytes, or too many messages wait to be sent to other nodes.
    pub fn disconnect_client(&self, client: &str, code: CloseCode, reason: &str) -> Result<bool, HandleError> {
        Ok(self.disconnect(&Target::Client(ClientId::new(client)?), code, reason)?.here > 0)
    }

    /// Closes all connections of a user with a code and a reason, on other nodes as well. Returns the number of those to
    /// this node.
    ///
    /// # Errors
    /// As for [`disconnect_client`](Self::disconnect_client).
    pub fn disconnect_user(&self, user: &str, code: CloseCode, reason: &str) -> Result<usize, HandleError> {
        Ok(self.disconnect(&Target::User(UserId::new(user)?), code, reason)?.here)
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

    pub(crate) fn disconnect(&self, target: &Target, code: CloseCode, reason: &str) -> Result<Reached, HandleError> {
        Self::check_close(code, reason)?;
        Ok(self.hub.disconnect(target, code, reason)?)
    }
}
