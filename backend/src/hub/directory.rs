//! Who is connected: every connection by its name, and every user's connections.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

use yodel_protocol::frame::Target;
use yodel_protocol::{ClientId, UserId};

use super::Member;
use super::shards::Shards;

/// A connection, as others see it.
pub struct Client<B> {
    pub id: ClientId,
    pub user: Option<UserId>,
    /// Where it calls from.
    pub peer: SocketAddr,
    /// Since when, in milliseconds since 1970.
    pub since: u64,
    /// Whether it understands direct messages.
    pub hears: bool,
    pub member: Arc<dyn Member<B>>,
}

/// All connections that have a name.
pub struct Directory<B> {
    clients: Shards<ClientId, Arc<Client<B>>>,
    users: Shards<UserId, HashMap<ClientId, Arc<Client<B>>>>,
}

/// An entry; dropping it takes it out.
pub struct Entry<B> {
    directory: Arc<Directory<B>>,
    client: Arc<Client<B>>,
}

impl<B> Default for Directory<B> {
    fn default() -> Self {
        Self { clients: Shards::default(), users: Shards::default() }
    }
}

impl<B> Directory<B> {
    /// Adds a connection.
    pub fn enter(self: &Arc<Self>, client: Client<B>) -> Entry<B> {
        let client = Arc::new(client);
        self.clients.with(&client.id, |clients| clients.insert(client.id.clone(), Arc::clone(&client)));
        if let Some(user) = &client.user {
            self.users.with(user, |users| {
                users.entry(user.clone()).or_default().insert(client.id.clone(), Arc::clone(&client))
            });
        }
        Entry { directory: Arc::clone(self), client }
    }

    /// The connections that something is for.
    pub fn find(&self, target: &Target) -> Vec<Arc<Client<B>>> {
        match target {
            Target::Client(id) => self.clients.get(id).into_iter().collect(),
            Target::User(user) => {
                self.users.with(user, |users| users.get(user).into_iter().flat_map(HashMap::values).cloned().collect())
            }
        }
    }

    /// How many connections there are.
    pub fn len(&self) -> usize {
        self.clients.len()
    }

    /// How many users they have.
    pub fn users(&self) -> usize {
        self.users.len()
    }
}

impl<B> Drop for Entry<B> {
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
    }
}

impl<B> std::fmt::Debug for Entry<B> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entry")
            .field("client", &self.client.id)
            .field("user", &self.client.user)
            .finish_non_exhaustive()
    }
}
