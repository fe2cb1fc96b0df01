//! Who is in a room: users, whatever number of connections each has.

use std::collections::HashMap;
use std::time::Duration;

use protocol::frame::Present;
use protocol::{ClientId, Json, UserId};
use tokio::time::Instant;

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
mod tests {
    use super::*;

    fn user(name: &str) -> Who {
        Who::User(UserId::new(name).unwrap())
    }

    fn client(name: &str) -> Who {
        Who::Client(ClientId::new(name).unwrap())
    }

    /// The names of those who joined and of those who left.
    fn told(diff: &Diff) -> [String; 2] {
        [&diff.joined, &diff.left].map(|those| {
            let names = those.iter().map(|present| match (&present.user, &present.client) {
                (Some(user), None) => user.to_string(),
                (None, Some(client)) => client.to_string(),
                other => panic!("somebody is either a user or a client, not {other:?}"),
            });
            names.collect::<Vec<_>>().join(" ")
        })
    }

    const MOMENT: Duration = Duration::from_millis(1);

    #[test]
    fn two_tabs_are_one_user_and_one_of_them_closing_is_no_news() {
        let (mut presence, now) = (Presence::default(), Instant::now());
        presence.enter(&user("a"), None);
        presence.enter(&user("a"), None);
        assert_eq!(told(&presence.diff(now, 100)), ["a", ""]);
        presence.leave(&user("a"), now);
        assert_eq!(told(&presence.diff(now + 2 * GRACE, 100)), ["", ""]);
        assert_eq!((presence.clients(), presence.users(), presence.is_changing()), (1, 1, false));
    }

    #[test]
    fn a_user_who_is_back_in_time_never_left() {
        let (mut presence, now) = (Presence::default(), Instant::now());
        presence.enter(&user("a"), None);
        presence.diff(now, 100);
        for _ in 0..3 {
            presence.leave(&user("a"), now);
            assert_eq!(told(&presence.diff(now + GRACE - MOMENT, 100)), ["", ""]);
            assert_eq!(presence.snapshot(9).users[0].clients, 0, "still here, for those who join now");
            presence.enter(&user("a"), None);
        }
        assert_eq!(told(&presence.diff(now + 5 * GRACE, 100)), ["", ""]);
        presence.leave(&user("a"), now);
        assert_eq!(told(&presence.diff(now + GRACE, 100)), ["", "a"]);
        assert!(presence.is_empty() && !presence.is_changing());
    }

    #[test]
    fn the_grace_begins_with_the_last_connection_that_goes() {
        let (mut presence, now) = (Presence::default(), Instant::now());
        presence.enter(&user("a"), None);
        presence.diff(now, 100);
        presence.leave(&user("a"), now);
        presence.enter(&user("a"), None);
        presence.leave(&user("a"), now + GRACE);
        assert_eq!(told(&presence.diff(now + GRACE + MOMENT, 100)), ["", ""]);
        assert_eq!(told(&presence.diff(now + 2 * GRACE, 100)), ["", "a"]);
    }

    #[test]
    fn who_has_no_user_is_a_connection_and_leaves_at_once() {
        let (mut presence, now) = (Presence::default(), Instant::now());
        presence.enter(&client("c_1"), None);
        presence.enter(&client("c_2"), None);
        presence.diff(now, 100);
        presence.leave(&client("c_1"), now);
        assert_eq!(told(&presence.diff(now, 100)), ["", "c_1"]);
    }

    #[test]
    fn whom_nobody_heard_of_is_not_told_to_have_left() {
        let (mut presence, now) = (Presence::default(), Instant::now());
        presence.enter(&client("c_1"), None);
        presence.leave(&client("c_1"), now);
        assert_eq!(told(&presence.diff(now, 100)), ["", ""]);
    }

    #[test]
    fn somebody_who_is_called_something_else_is_told_again() {
        let (mut presence, now) = (Presence::default(), Instant::now());
        let names = ["1", "2"].map(|name| Json::parse(name).unwrap());
        presence.enter(&user("a"), Some(&names[0]));
        presence.diff(now, 100);
        presence.enter(&user("a"), Some(&names[1]));
        let diff = presence.diff(now, 100);
        assert_eq!((told(&diff), diff.joined[0].info.as_ref()), (["a", ""].map(str::to_owned), Some(&names[1])));
        presence.enter(&user("a"), Some(&names[1]));
        assert_eq!(told(&presence.diff(now, 100)), ["", ""]);
    }

    #[test]
    fn so_many_are_told_at_once_and_the_others_the_next_time() {
        let (mut presence, now) = (Presence::default(), Instant::now());
        let those: Vec<_> = (0..250).map(|number| client(&format!("c_{number}"))).collect();
        for who in &those {
            presence.enter(who, None);
        }
        let count = |diff: Diff| (diff.joined.len(), diff.left.len());
        assert_eq!([(); 4].map(|()| count(presence.diff(now, 100))), [(100, 0), (100, 0), (50, 0), (0, 0)]);
        for who in &those {
            presence.leave(who, now);
        }
        assert_eq!([(); 4].map(|()| count(presence.diff(now, 100))), [(0, 100), (0, 100), (0, 50), (0, 0)]);
        assert!(presence.is_empty() && !presence.is_changing());
    }

    #[test]
    fn who_comes_and_goes_without_end_is_listed_once() {
        let (mut presence, now) = (Presence::default(), Instant::now());
        for _ in 0..1000 {
            presence.enter(&user("a"), None);
            presence.leave(&user("a"), now);
        }
        assert_eq!((presence.came.len(), presence.went.len()), (1, 1));
    }

    #[test]
    fn a_snapshot_has_a_bound_and_says_so() {
        let mut presence = Presence::default();
        let info = Json::parse(r#"{"name": "Ada"}"#).unwrap();
        presence.enter(&user("a"), Some(&info));
        presence.enter(&user("b"), None);
        let snapshot = presence.snapshot(2);
        assert_eq!((snapshot.clients, snapshot.users.len(), snapshot.more), (2, 2, false));
        assert!(snapshot.users.iter().any(|present| present.info.as_ref() == Some(&info)));
        let snapshot = presence.snapshot(1);
        assert_eq!((snapshot.users.len(), snapshot.more), (1, true));
    }
}
