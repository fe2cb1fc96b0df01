//! Directory of connections, by identifier and by user.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::Arc;

use parking_lot::Mutex;
use yodel_protocol::frame::Target;
use yodel_protocol::{ClientId, UserId};

use super::shards::Shards;
use super::subscriber::Subscriber;
use super::user_limit::UserLimitReached;

/// Connection in the directory.
pub struct Client<P> {
    /// Identifier of the connection.
    pub id: ClientId,
    /// User of the connection; `None` if it is anonymous.
    pub user: Option<UserId>,
    /// Address of the peer.
    pub peer: SocketAddr,
    /// Time at which the client connected, in milliseconds since 1970.
    pub since: u64,
    /// True if the connection receives direct messages.
    pub receives_direct: bool,
    /// Receiving side of the connection.
    pub subscriber: Arc<dyn Subscriber<P>>,
}

/// Connections by identifier and by user.
pub struct Directory<P> {
    clients: Shards<ClientId, Arc<Client<P>>>,
    users: Shards<UserId, HashMap<ClientId, Arc<Client<P>>>>,
    /// Users whose connections have changed; `None` if this is the only node.
    changed: Option<Mutex<HashSet<UserId>>>,
}

/// Registration of a connection in the directory. Dropping it removes the connection.
pub struct DirectoryEntry<P> {
    directory: Arc<Directory<P>>,
    client: Arc<Client<P>>,
}

impl<P> Directory<P> {
    /// Creates an empty directory, which records the users whose connections have changed if it `is_shared`.
    pub fn new(is_shared: bool) -> Self {
        Self { clients: Shards::default(), users: Shards::default(), changed: is_shared.then(Mutex::default) }
    }
}

impl<P> Directory<P> {
    /// Adds a connection. Locks the shard of its user, then that of its identifier.
    ///
    /// # Errors
    /// Returns an error if its user has `per_user` connections.
    pub fn register(self: &Arc<Self>, client: Client<P>, per_user: u32) -> Result<DirectoryEntry<P>, UserLimitReached> {
        let client = Arc::new(client);
        if let Some(user) = &client.user {
            self.users.with(user, |users| {
                let clients = users.entry(user.clone()).or_default();
                // The limit is at least 1, so an entry that was just created stays.
                if clients.len() >= per_user.max(1) as usize {
                    return Err(UserLimitReached);
                }
                clients.insert(client.id.clone(), Arc::clone(&client));
                Ok(())
            })?;
            self.record_change(user);
        }
        self.clients.with(&client.id, |clients| clients.insert(client.id.clone(), Arc::clone(&client)));
        Ok(DirectoryEntry { directory: Arc::clone(self), client })
    }

    /// Returns the connections of a target: one by identifier, or all of a user.
    pub fn find(&self, target: &Target) -> Vec<Arc<Client<P>>> {
        match target {
            Target::Client(id) => self.clients.get(id).into_iter().collect(),
            Target::User(user) => {
                self.users.with(user, |users| users.get(user).into_iter().flat_map(HashMap::values).cloned().collect())
            }
        }
    }

    /// Takes the users whose connections have changed.
    pub fn take_changed(&self) -> HashSet<UserId> {
        self.changed.as_ref().map(|changed| std::mem::take(&mut *changed.lock())).unwrap_or_default()
    }

    fn record_change(&self, user: &UserId) {
        if let Some(changed) = &self.changed {
            changed.lock().insert(user.clone());
        }
    }

    /// Returns the number of connections.
    pub fn len(&self) -> usize {
        self.clients.len()
    }

    /// Returns the number of users.
    pub fn users(&self) -> usize {
        self.users.len()
    }
}

impl<P> Drop for DirectoryEntry<P> {
    fn drop(&mut self) {
        let Client { id, user, .. } = &*self.client;
        let left = self.directory.clients.with(id, |clients| clients.remove(id));
        drop(left);
        let Some(user) = user else { return };
        self.directory.users.with(user, |users| {
            if let Some(clients) = users.get_mut(user) {
                clients.remove(id);
                if clients.is_empty() {
                    users.remove(user);
                }
            }
        });
        self.directory.record_change(user);
    }
}

impl<P> std::fmt::Debug for DirectoryEntry<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DirectoryEntry")
            .field("client", &self.client.id)
            .field("user", &self.client.user)
            .finish_non_exhaustive()
    }
}
