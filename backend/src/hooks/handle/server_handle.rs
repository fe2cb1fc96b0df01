//! The handle to a server.

use std::fmt;

use crate::encode::SharedPayload;
use crate::hub::Hub;

/// A handle to a server, for the embedding program. It is cheap to clone and can be used from any thread,
/// also before the server runs and in hooks.
///
/// Names of rooms, users, clients and events are strings that each method validates. Methods that send return
/// when the message is queued, and do not wait for its delivery.
///
/// ```no_run
/// # async fn example(handle: yodel_server::Handle) -> Result<(), yodel_server::HandleError> {
/// // Rooms, with history; and all connections.
/// let position = handle.publish("chat", "msg", &"hello").await?;
/// handle.broadcast("notice", &"maintenance at noon").await?;
/// // Users, on all their connections, and single clients.
/// let connections = handle.send_to_user("ada", "mail", &1)?;
/// let found = handle.send_to_client("c_8f3k", "mail", &1)?;
/// for client in handle.clients_of_user("ada").await? {
///     println!("{} from {}", client.client, client.peer);
/// }
/// handle.disconnect_user("ada", yodel_server::CloseCode::KICKED, "account closed")?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Handle {
    pub(super) hub: Hub<SharedPayload>,
}

impl Handle {
    pub(crate) fn new(hub: Hub<SharedPayload>) -> Self {
        Self { hub }
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").field("clients", &self.hub.clients()).finish()
    }
}
