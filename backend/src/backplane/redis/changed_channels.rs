//! Changes of subscriptions on their way to a connection.

use parking_lot::Mutex;
use tokio::sync::mpsc;

use super::subscriptions::Channel;

/// Channels that may have to be subscribed or unsubscribed at one server, on their way to the connection.
#[derive(Debug, Default)]
pub(super) struct ChangedChannels {
    /// Exists while there is a connection.
    queue: Mutex<Option<mpsc::UnboundedSender<Channel>>>,
}

impl ChangedChannels {
    pub fn is_connected(&self) -> bool {
        self.queue.lock().is_some()
    }

    /// Creates the queue for a new connection.
    pub fn connect(&self) -> mpsc::UnboundedReceiver<Channel> {
        let (sender, receiver) = mpsc::unbounded_channel();
        *self.queue.lock() = Some(sender);
        receiver
    }

    /// Removes the queue of a connection that has ended.
    pub fn disconnect(&self) {
        *self.queue.lock() = None;
    }

    /// Reports that a channel was added to or removed from the subscriptions. Has no effect without a connection: a new
    /// one starts with all subscriptions.
    pub fn notify(&self, channel: Channel) {
        if let Some(queue) = &*self.queue.lock() {
            // An error means that the connection has just ended.
            let _ = queue.send(channel);
        }
    }
}
