//! Index of rooms without members, to find the one that ends next.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use super::creator::RoomAccount;
use super::room_id::RoomId;
use crate::environment::Timestamp;

/// Kind of a listed room. Rooms without a history end first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoomContent {
    /// Neither messages nor idempotency keys.
    Empty,
    /// Messages or idempotency keys.
    History,
}

/// Place of a room in the index. It may be out of date: a listed room may have members again, or may have been used
/// since, so that the common operations do not lock the index. The room itself decides whether it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Identifier of the room.
    pub id: RoomId,
    /// Content of the room when it was listed.
    pub content: RoomContent,
    /// Last use of the room when it was listed.
    pub used: Timestamp,
}

/// Number of rooms by account, and the rooms without members, by account and last use. Generic over the room type,
/// which in turn refers to this index.
#[derive(Debug)]
pub struct UnusedRooms<R>(Mutex<UnusedRoomsInner<R>>);

#[derive(Debug)]
struct UnusedRoomsInner<R> {
    rooms: HashMap<RoomId, ListedRoom<R>>,
    accounts: HashMap<RoomAccount, AccountRooms>,
    /// Accounts with listed rooms, by their number of rooms; for each content.
    heaviest: [BTreeSet<(usize, RoomAccount)>; 2],
    /// Listed rooms with a history, of all accounts.
    with_history: BTreeSet<(Timestamp, RoomId)>,
}

#[derive(Debug)]
struct ListedRoom<R> {
    room: Weak<R>,
    account: RoomAccount,
    listing: Listing,
}

#[derive(Debug, Default)]
struct AccountRooms {
    /// Number of rooms, with and without members.
    charged: usize,
    /// Listed rooms, by last use; for each content.
    listed: [BTreeSet<(Timestamp, RoomId)>; 2],
}

impl<R> Default for UnusedRooms<R> {
    fn default() -> Self {
        Self(Mutex::new(UnusedRoomsInner {
            rooms: HashMap::new(),
            accounts: HashMap::new(),
            heaviest: Default::default(),
            with_history: BTreeSet::new(),
        }))
    }
}

impl<R> UnusedRooms<R> {
    /// Charges a room to an account.
    pub fn charge(&self, account: &RoomAccount) {
        self.0.lock().update(account, |rooms| rooms.charged += 1);
    }

    /// Gives back the charge of a room.
    pub fn refund(&self, account: &RoomAccount) {
        self.0.lock().update(account, |rooms| rooms.charged -= 1);
    }

    /// Lists a room, instead of an earlier listing.
    pub fn list(&self, room: &Weak<R>, account: &RoomAccount, listing: Listing) {
        self.0.lock().list(ListedRoom { room: Weak::clone(room), account: account.clone(), listing });
    }

    /// Removes a room from the list, if it is listed.
    pub fn unlist(&self, id: RoomId) {
        self.0.lock().unlist(id);
    }

    /// Unlists and returns the room that ends when there are too many: the least recently used one of the account with
    /// most rooms. Rooms without a history precede all others.
    pub fn take_for_rooms(&self) -> Option<(Arc<R>, Listing)> {
        self.0.lock().take(UnusedRoomsInner::next_for_rooms)
    }

    /// Unlists and returns the room that ends when memory is exhausted: the least recently used one with a history.
    pub fn take_for_memory(&self) -> Option<(Arc<R>, Listing)> {
        self.0.lock().take(UnusedRoomsInner::next_for_memory)
    }
}

impl<R> UnusedRoomsInner<R> {
    fn take(&mut self, next: impl Fn(&Self) -> Option<RoomId>) -> Option<(Arc<R>, Listing)> {
        while let Some(listed) = next(self).and_then(|id| self.unlist(id)) {
            if let Some(room) = listed.room.upgrade() {
                return Some((room, listed.listing));
            }
        }
        None
    }

    fn next_for_rooms(&self) -> Option<RoomId> {
        [RoomContent::Empty, RoomContent::History].into_iter().find_map(|content| {
            let (_, account) = self.heaviest[content as usize].last()?;
            self.accounts.get(account)?.listed[content as usize].first().map(|(_, id)| *id)
        })
    }

    fn next_for_memory(&self) -> Option<RoomId> {
        self.with_history.first().map(|(_, id)| *id)
    }

    fn list(&mut self, listed: ListedRoom<R>) {
        let Listing { id, content, used } = listed.listing;
        self.unlist(id);
        self.update(&listed.account, |rooms| {
            rooms.listed[content as usize].insert((used, id));
        });
        if content == RoomContent::History {
            self.with_history.insert((used, id));
        }
        self.rooms.insert(id, listed);
    }

    fn unlist(&mut self, id: RoomId) -> Option<ListedRoom<R>> {
        let listed = self.rooms.remove(&id)?;
        let Listing { content, used, .. } = listed.listing;
        self.with_history.remove(&(used, id));
        self.update(&listed.account, |rooms| {
            rooms.listed[content as usize].remove(&(used, id));
        });
        Some(listed)
    }

    /// Changes the rooms of an account, and its place among the heaviest accounts.
    fn update(&mut self, account: &RoomAccount, change: impl FnOnce(&mut AccountRooms)) {
        let mut rooms = self.accounts.remove(account).unwrap_or_default();
        for (heaviest, listed) in self.heaviest.iter_mut().zip(&rooms.listed) {
            if !listed.is_empty() {
                heaviest.remove(&(rooms.charged, account.clone()));
            }
        }
        change(&mut rooms);
        for (heaviest, listed) in self.heaviest.iter_mut().zip(&rooms.listed) {
            if !listed.is_empty() {
                heaviest.insert((rooms.charged, account.clone()));
            }
        }
        if rooms.charged > 0 || rooms.listed.iter().any(|listed| !listed.is_empty()) {
            self.accounts.insert(account.clone(), rooms);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use yodel_protocol::UserId;

    use super::*;

    fn account(name: &str) -> RoomAccount {
        RoomAccount::User(UserId::new(name).unwrap())
    }

    /// Charges and lists rooms, given by account, content and last use in seconds. The rooms are their numbers.
    fn index(rooms: &[(&str, RoomContent, u64)]) -> (UnusedRooms<usize>, Vec<Arc<usize>>) {
        let (index, mut all) = (UnusedRooms::default(), Vec::new());
        for (number, (name, content, used)) in rooms.iter().enumerate() {
            let room = Arc::new(number);
            let used = Timestamp::from_start(Duration::from_secs(*used));
            index.charge(&account(name));
            let listing = Listing { id: RoomId(number as u64), content: *content, used };
            index.list(&Arc::downgrade(&room), &account(name), listing);
            all.push(room);
        }
        (index, all)
    }

    fn order(take: impl Fn() -> Option<(Arc<usize>, Listing)>) -> Vec<usize> {
        std::iter::from_fn(take).map(|(room, _)| *room).collect()
    }

    #[test]
    fn the_least_recently_used_room_of_the_heaviest_account_ends_first() {
        use RoomContent::History;
        let (index, _rooms) =
            index(&[("ada", History, 1), ("bob", History, 4), ("bob", History, 3), ("bob", History, 2)]);
        assert_eq!(index.take_for_rooms().map(|(room, _)| *room), Some(3));
        index.refund(&account("bob"));
        index.refund(&account("bob"));
        index.charge(&account("ada"));
        assert_eq!(order(|| index.take_for_rooms()), [0, 2, 1], "ada is charged for two rooms, bob for one");
    }

    #[test]
    fn rooms_without_a_history_end_first_and_free_no_memory() {
        use RoomContent::{Empty, History};
        let rooms = [("bob", History, 1), ("bob", History, 2), ("ada", Empty, 9), ("bob", Empty, 8)];
        let (first, _rooms) = index(&rooms);
        assert_eq!(order(|| first.take_for_rooms()), [3, 2, 0, 1]);
        let (second, _rooms) = index(&rooms);
        assert_eq!(order(|| second.take_for_memory()), [0, 1]);
    }

    #[test]
    fn forgets_accounts_without_rooms() {
        let (index, rooms) = index(&[("ada", RoomContent::Empty, 1), ("bob", RoomContent::History, 2)]);
        index.unlist(RoomId(0));
        drop(rooms);
        assert_eq!(order(|| index.take_for_rooms()), [0_usize; 0], "the rooms are gone");
        index.refund(&account("ada"));
        index.refund(&account("bob"));
        let inner = index.0.lock();
        assert!(inner.rooms.is_empty() && inner.accounts.is_empty() && inner.with_history.is_empty());
        assert!(inner.heaviest.iter().all(BTreeSet::is_empty));
    }
}
