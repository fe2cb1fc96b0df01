//! Who is in a room: users, whatever number of connections each has.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;
use yodel_protocol::frame::Present;
use yodel_protocol::{ClientId, Json, UserId};

/// How long a user may be away before others hear of it: a page that is loaded again is not news.
pub const GRACE: Duration = Duration::from_secs(10);

/// Somebody: a user, or a connection that has none.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    User(UserId),
    Client(ClientId),
}

/// Those in a room.
#[derive(Debug, Default)]
pub struct Presence {
    here: HashMap<Who, Here>,
    clients: u64,
    /// Who came and was not told yet.
    came: Vec<Who>,
    /// Whose last connection went.
    went: Vec<Who>,
}

#[derive(Debug)]
struct Here {
    clients: u32,
    info: Option<Json>,
    /// Others were told.
    known: bool,
    /// Since when there is no connection.
    away: Option<Instant>,
    /// It is among those who went.
    listed: bool,
}

/// Who is in a room, or some of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// How many connections there are.
    pub clients: u64,
    pub users: Vec<Present>,
    /// Whether there are more.
    pub more: bool,
}

/// Who came and who left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    pub joined: Vec<Present>,
    pub left: Vec<Present>,
}

impl Who {
    fn present(&self, clients: u32, info: Option<Json>) -> Present {
        match self.clone() {
            Self::User(user) => Present { user: Some(user), client: None, clients, info },
            Self::Client(client) => Present { user: None, client: Some(client), clients, info },
        }
    }

    /// A connection that has no user never comes back as the same.
    fn grace(&self) -> Duration {
        match self {
            Self::User(_) => GRACE,
            Self::Client(_) => Duration::ZERO,
        }
    }
}

impl Presence {
    /// One more connection.
    pub fn enter(&mut self, who: &Who, info: Option<&Json>) {
        self.clients += 1;
        let new = Here { clients: 0, info: info.cloned(), known: true, away: None, listed: false };
        let is_new = !self.here.contains_key(who);
        let here = self.here.entry(who.clone()).or_insert(new);
        (here.clients, here.away) = (here.clients + 1, None);
        // Somebody who is called something else now is told once more.
        if is_new || here.info.as_ref() != info {
            here.info = info.cloned();
            if std::mem::take(&mut here.known) {
                self.came.push(who.clone());
            }
        }
    }

    /// One connection less.
    pub fn leave(&mut self, who: &Who, now: Instant) {
        let Some(here) = self.here.get_mut(who) else { return };
        self.clients -= 1;
        here.clients -= 1;
        if here.clients == 0 {
            here.away = Some(now);
            if !std::mem::replace(&mut here.listed, true) {
                self.went.push(who.clone());
            }
        }
    }

    /// Whether there will be something to tell.
    pub fn is_changing(&self) -> bool {
        !self.came.is_empty() || !self.went.is_empty()
    }

    /// Whether nobody is here, not even somebody who may be back in a moment.
    pub fn is_empty(&self) -> bool {
        self.here.is_empty()
    }

    /// Who came since the last time, and who has been away for too long: at most so many of each, the
    /// others the next time.
    pub fn diff(&mut self, now: Instant, most: usize) -> Diff {
        let mut diff = Diff::default();
        let mut away = Vec::new();
        for who in std::mem::take(&mut self.went) {
            let Some(here) = self.here.get_mut(&who) else { continue };
            let Some(since) = here.away else {
                here.listed = false;
                continue;
            };
            if now.duration_since(since) < who.grace() || diff.left.len() >= most {
                away.push(who);
            } else if let Some(here) = self.here.remove(&who).filter(|here| here.known) {
                diff.left.push(who.present(0, here.info));
            }
        }
        self.went = away;
        let now_told = self.came.len().min(most);
        for who in self.came.drain(..now_told) {
            if let Some(here) = self.here.get_mut(&who).filter(|here| !here.known) {
                here.known = true;
                diff.joined.push(who.present(here.clients, here.info.clone()));
            }
        }
        diff
    }

    /// Who is here, at most so many of them.
    pub fn snapshot(&self, most: usize) -> Snapshot {
        let users = self.here.iter().take(most).map(|(who, here)| who.present(here.clients, here.info.clone()));
        Snapshot { clients: self.clients, users: users.collect(), more: self.here.len() > most }
    }

    /// How many users are here; connections that have none count as one each.
    pub fn users(&self) -> usize {
        self.here.len()
    }

    /// How many connections are here.
    pub fn clients(&self) -> u64 {
        self.clients
    }
}

#[cfg(test)]
mod tests;
