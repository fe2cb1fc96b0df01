//! Messages without a position, as a client sends and receives them: direct ones, and broadcasts to all connections. Each
//! arrives at most once on each connection, and those of a sender's connection arrive in their order, unless the server asks
//! for a repetition. A client that moves to another node may receive again what arrives there later.

use std::collections::{BTreeMap, BTreeSet};

use yodel_protocol::frame::{From, Target, Welcome};
use yodel_protocol::{ClientId, Json, UserId};

use crate::violation::Property;

/// Messages without a position that a client has sent and received.
#[derive(Debug)]
pub struct BestEffortLog {
    number: usize,
    /// True if no connection is too narrow for a message, which its sender then repeats after later ones.
    is_ordered: bool,
    /// The current connection, or the last one.
    client: Option<ClientId>,
    user: Option<UserId>,
    sent: u64,
    /// Messages that the connection has received.
    seen: BTreeSet<String>,
    /// Number of the latest message that the connection has received from each other one, by kind.
    latest: BTreeMap<(ClientId, Kind), u64>,
}

/// Kind of a message. Those of different kinds have no common order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Direct,
    Broadcast,
}

impl BestEffortLog {
    /// Creates the log of a client that has not connected.
    pub fn new(number: usize, is_ordered: bool) -> Self {
        Self { number, is_ordered, client: None, user: None, sent: 0, seen: BTreeSet::new(), latest: BTreeMap::new() }
    }

    /// Observes the beginning of a connection.
    pub fn connect(&mut self, welcome: &Welcome) {
        self.seen.clear();
        self.latest.clear();
        (self.client, self.user) = (Some(welcome.client.clone()), welcome.user.clone());
    }

    /// Returns the address of the client: its connection, or its user if it has one and `as_user` is true. `None` before
    /// the first connection.
    pub fn address(&self, as_user: bool) -> Option<Target> {
        let user = self.user.clone().filter(|_| as_user).map(Target::User);
        user.or_else(|| self.client.clone().map(Target::Client))
    }

    /// Returns whether the client has a user.
    pub fn is_user(&self) -> bool {
        self.user.is_some()
    }

    /// Returns the text of the next message of the client. Without an address, it is for everybody.
    pub fn next_text(&mut self, to: Option<&Target>) -> String {
        self.sent += 1;
        let to = match to {
            Some(Target::Client(client)) => client.as_str(),
            Some(Target::User(user)) => user.as_str(),
            None => "*",
        };
        format!("c{}.{} to {to}", self.number, self.sent)
    }

    /// Observes a message. Returns its text.
    ///
    /// # Errors
    /// Returns an error if it was not sent to this client, was received before, or is older than another one.
    pub fn receive(&mut self, from: Option<&From>, data: &Json) -> Result<String, (Property, String)> {
        let text = data.as_string().unwrap_or_default().into_owned();
        let parsed = text.split_once(" to ").and_then(|(sent, to)| Some((sent.split_once('.')?.1.parse().ok()?, to)));
        let (Some(from), Some((number, to))) = (from, parsed) else {
            return Err((Property::Protocol, format!("{text} was never sent")));
        };
        let is_own = |name: Option<&str>| name == Some(to);
        let (client, user) = (self.client.as_ref().map(ClientId::as_str), self.user.as_ref().map(UserId::as_str));
        if to != "*" && !is_own(client) && !is_own(user) {
            return Err((Property::BestEffort, format!("{text} is for another client")));
        }
        if !self.seen.insert(text.clone()) {
            return Err((Property::BestEffort, format!("{text} was received twice")));
        }
        let kind = if to == "*" { Kind::Broadcast } else { Kind::Direct };
        let latest = self.latest.insert((from.client.clone(), kind), number);
        if self.is_ordered && latest.is_some_and(|latest| latest > number) {
            return Err((Property::BestEffort, format!("{text} was received after number {latest:?}")));
        }
        Ok(text)
    }
}
