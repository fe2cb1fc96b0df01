//! The subscriptions of the store.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use tokio::sync::oneshot;
use yodel_protocol::RoomName;

/// The subscriptions of the store: the only place that says what is to be subscribed.
#[derive(Debug, Default)]
pub(super) struct Subscriptions {
    wanted: Mutex<HashMap<Channel, WantedChannel>>,
    sessions: AtomicU64,
}

/// Something to subscribe to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Channel {
    /// Signals to all nodes.
    Signal,
    /// Messages and changes of presence of a room.
    Room(RoomName),
}

/// Number of a connection for subscriptions, unique in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SessionId(u64);

#[derive(Debug, Default)]
struct WantedChannel {
    /// The connection on which the server has confirmed the subscription.
    confirmed_by: Option<SessionId>,
    was_confirmed: bool,
    waiters: Vec<oneshot::Sender<()>>,
}

impl Subscriptions {
    pub fn next_session(&self) -> SessionId {
        SessionId(self.sessions.fetch_add(1, Ordering::Relaxed))
    }

    /// Adds a channel. Returns what the confirmation is sent to, or `None` if there was one.
    pub fn add(&self, channel: Channel) -> Option<oneshot::Receiver<()>> {
        let mut wanted = self.wanted.lock();
        let entry = wanted.entry(channel).or_default();
        if entry.confirmed_by.is_some() {
            return None;
        }
        let (sender, receiver) = oneshot::channel();
        entry.waiters.retain(|waiter| !waiter.is_closed());
        entry.waiters.push(sender);
        Some(receiver)
    }

    pub fn remove(&self, channel: &Channel) {
        self.wanted.lock().remove(channel);
    }

    pub fn contains(&self, channel: &Channel) -> bool {
        self.wanted.lock().contains_key(channel)
    }

    pub fn channels(&self) -> Vec<Channel> {
        self.wanted.lock().keys().cloned().collect()
    }

    /// Records that the server has confirmed a subscription. Returns whether it was interrupted before.
    pub fn confirm(&self, session: SessionId, channel: &Channel) -> bool {
        let mut wanted = self.wanted.lock();
        let Some(entry) = wanted.get_mut(channel) else { return false };
        if entry.confirmed_by == Some(session) {
            return false;
        }
        entry.confirmed_by = Some(session);
        for waiter in entry.waiters.drain(..) {
            // An error means that nobody waits any more.
            let _ = waiter.send(());
        }
        std::mem::replace(&mut entry.was_confirmed, true)
    }

    /// Records that a subscription has ended without being asked for. It may have been confirmed elsewhere meanwhile.
    pub fn interrupt(&self, session: SessionId, channel: &Channel) {
        if let Some(entry) = self.wanted.lock().get_mut(channel)
            && entry.confirmed_by == Some(session)
        {
            entry.confirmed_by = None;
        }
    }

    /// Records that a connection has ended, with all of its subscriptions.
    pub fn interrupt_all(&self, session: SessionId) {
        for entry in self.wanted.lock().values_mut() {
            if entry.confirmed_by == Some(session) {
                entry.confirmed_by = None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confirmation_wakes_all_waiters() {
        let subscriptions = Subscriptions::default();
        let session = subscriptions.next_session();
        let mut waiters = [(), ()].map(|()| subscriptions.add(Channel::Signal).unwrap());
        assert!(!subscriptions.confirm(session, &Channel::Signal));
        assert!(waiters.iter_mut().all(|waiter| waiter.try_recv().is_ok()));
        assert!(subscriptions.add(Channel::Signal).is_none());
    }

    #[test]
    fn only_an_interrupted_subscription_is_renewed() {
        let subscriptions = Subscriptions::default();
        let (first, second) = (subscriptions.next_session(), subscriptions.next_session());
        subscriptions.add(Channel::Signal);
        assert!(!subscriptions.confirm(first, &Channel::Signal));
        subscriptions.interrupt_all(first);
        assert!(subscriptions.add(Channel::Signal).is_some());
        assert!(subscriptions.confirm(second, &Channel::Signal));
        // What the first connection reports late no longer counts.
        subscriptions.interrupt(first, &Channel::Signal);
        assert!(subscriptions.add(Channel::Signal).is_none());

        subscriptions.remove(&Channel::Signal);
        assert!(!subscriptions.confirm(second, &Channel::Signal));
        assert!(!subscriptions.contains(&Channel::Signal));
    }
}
