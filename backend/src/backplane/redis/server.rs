//! A server with data, as the store uses it.

use std::sync::Arc;

use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;

use super::assignment::Assignment;
use super::changed_channels::ChangedChannels;
use super::context::RedisContext;
use super::link::Link;
use super::locator::Locator;
use super::metrics::ServerStatus;
use super::subscriber;

/// A server with data: a connection for operations, one for subscriptions, and the tasks that keep them open. Dropping
/// it closes both.
#[derive(Debug)]
pub(super) struct RedisServer {
    // First, so that the tasks end before what they watch.
    _tasks: [AbortOnDropHandle<()>; 2],
    name: String,
    pub link: Arc<Link>,
    pub changed_channels: Arc<ChangedChannels>,
    assigned: watch::Sender<Assignment>,
}

impl RedisServer {
    pub fn start(context: &Arc<RedisContext>, locator: Locator, assignment: Assignment) -> Self {
        let name = locator.name();
        let (link, changed_channels) = (Arc::new(Link::default()), Arc::new(ChangedChannels::default()));
        let assigned = watch::Sender::new(assignment);
        let supervise_link = {
            let (context, link, assigned) = (Arc::clone(context), Arc::clone(&link), assigned.subscribe());
            async move { link.supervise(&context, &locator, &assigned).await }
        };
        let supervise_subscriber = {
            let (context, changes, link) = (Arc::clone(context), Arc::clone(&changed_channels), Arc::clone(&link));
            let assigned = assigned.subscribe();
            async move { subscriber::supervise(&context, &changes, &link, assigned).await }
        };
        let tasks = [tokio::spawn(supervise_link), tokio::spawn(supervise_subscriber)].map(AbortOnDropHandle::new);
        Self { name, link, changed_channels, assigned, _tasks: tasks }
    }

    /// Changes what the server has.
    pub fn assign(&self, assignment: Assignment) {
        self.assigned.send_if_modified(|current| {
            let is_new = *current != assignment;
            *current = assignment;
            is_new
        });
    }

    pub fn status(&self) -> ServerStatus {
        ServerStatus {
            server: self.name.clone(),
            is_connected: self.link.current().is_some(),
            is_subscribed: self.changed_channels.is_connected(),
        }
    }
}
