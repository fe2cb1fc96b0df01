//! Listings of the rooms and users of all nodes: snapshots, which the store and this node together answer.
//!
//! | bound | value |
//! |---|---|
//! | listings at a time; further ones wait | [`CONCURRENT_LISTINGS`] |
//! | time until a listing is answered as unavailable, including the wait | [`SharedConfig::listing_timeout`] |
//! | rooms that are read for a page | twice the page, and [`MIN_READ`] per partition |
//! | presence that is read for the users of a room, connections of a user | all of them |
//!
//! [`SharedConfig::listing_timeout`]: super::config::SharedConfig::listing_timeout

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use tokio::sync::oneshot;
use tokio::time::timeout;
use tracing::debug;
use yodel_protocol::frame::PresenceEntry;
use yodel_protocol::{RoomName, UserId};

use super::SharedBackplane;
use super::presence_entry::decode_change;
use super::replica::FollowingReplica;
use super::room_merge::RoomMerge;
use super::store::{RoomRecord, Store, StoreError};
use crate::backplane::listing::{RoomPage, RoomSummary, RoomUsers, UserConnection};
use crate::backplane::unavailable::Unavailable;

/// Maximum number of listings at a time: of a node, so that programs that list all the time do not delay messages.
pub(super) const CONCURRENT_LISTINGS: usize = 4;

/// Minimum number of rooms to read of a partition.
pub(super) const MIN_READ: usize = 8;

/// Listing that waits for its answer.
#[derive(Debug)]
pub(super) enum Listing {
    /// A page of rooms: those after a name, at most so many.
    Rooms(Option<RoomName>, usize, oneshot::Sender<Result<RoomPage, Unavailable>>),
    /// One room, if it exists.
    Room(RoomName, oneshot::Sender<Result<Option<RoomSummary>, Unavailable>>),
    /// The users of a room, at most so many.
    Users(RoomName, usize, oneshot::Sender<Result<RoomUsers, Unavailable>>),
    /// The connections of a user.
    Connections(UserId, oneshot::Sender<Result<Vec<UserConnection>, Unavailable>>),
}

impl<R: FollowingReplica, S: Store> SharedBackplane<R, S> {
    /// Answers a listing.
    pub(super) async fn answer_listing(&self, listing: Listing) {
        // The callers may have gone.
        match listing {
            Listing::Rooms(after, limit, answer) => {
                drop(answer.send(self.limited(self.list_rooms(after.as_ref(), limit)).await));
            }
            Listing::Connections(user, answer) => {
                drop(answer.send(self.limited(self.list_connections(&user)).await));
            }
            Listing::Room(name, answer) => drop(answer.send(self.limited(self.find_room(&name)).await)),
            Listing::Users(room, limit, answer) => {
                drop(answer.send(self.limited(self.list_users(&room, limit)).await));
            }
        }
    }

    async fn limited<T>(&self, listing: impl Future<Output = Result<T, StoreError>>) -> Result<T, Unavailable> {
        let listed = timeout(self.config.listing_timeout, async {
            // Never closed.
            let _permit = self.listings.acquire().await.ok();
            listing.await
        });
        let error = match listed.await {
            Ok(Ok(listed)) => return Ok(listed),
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("not answered within {:?}", self.config.listing_timeout),
        };
        self.metrics.failed_listings.increment();
        debug!(error, "cannot list rooms or users");
        Err(Unavailable)
    }

    async fn list_rooms(&self, after: Option<&RoomName>, limit: usize) -> Result<RoomPage, StoreError> {
        let mut merge = RoomMerge::new(self.store.partitions(), after, limit);
        loop {
            let wanted = merge.wanted();
            if wanted.is_empty() {
                break;
            }
            let read = wanted.into_iter().map(|wanted| async move {
                let (after, node) = (wanted.after.as_ref(), &self.config.node);
                let rooms = self.store.rooms(wanted.partition, node, after, wanted.limit).await?;
                Ok::<_, StoreError>((wanted, rooms))
            });
            for (wanted, rooms) in try_join_all(read).await? {
                merge.add(&wanted, rooms);
            }
        }
        let (rooms, more) = merge.finish();
        Ok(RoomPage { rooms: rooms.into_iter().map(|room| self.summary(room)).collect(), more })
    }

    pub(super) async fn find_room(&self, name: &RoomName) -> Result<Option<RoomSummary>, StoreError> {
        let found = self.store.room(name, &self.config.node).await?;
        Ok(found.map(|room| self.summary(room)))
    }

    /// Adds the connections to this node, of which the store may not know yet.
    fn summary(&self, room: RoomRecord) -> RoomSummary {
        let here = self.node.clients_here(&room.name);
        let RoomRecord { name, position, messages, members_elsewhere } = room;
        RoomSummary { name, position, members: members_elsewhere + here, messages }
    }

    async fn list_users(&self, room: &RoomName, limit: usize) -> Result<RoomUsers, StoreError> {
        let mut records = self.store.presence(room).await?;
        records.retain(|record| *record.node != *self.config.node);
        let elsewhere = records.iter().filter_map(|record| decode_change(&record.key, Some(&record.value)));
        Ok(merge_users(self.node.presence_here(room).into_iter().chain(elsewhere), limit))
    }
}

/// Adds up the connections of each user, whose info is that of the first entry.
fn merge_users(entries: impl Iterator<Item = PresenceEntry>, limit: usize) -> RoomUsers {
    let mut merged = RoomUsers::default();
    let mut users: BTreeMap<_, PresenceEntry> = BTreeMap::new();
    for entry in entries {
        merged.clients += u64::from(entry.clients);
        let known = users.entry((entry.user.clone(), entry.client.clone()));
        known.and_modify(|known| known.clients += entry.clients).or_insert(entry);
    }
    merged.more = users.len() > limit;
    merged.users = users.into_values().take(limit).collect();
    merged
}

#[cfg(test)]
mod tests {
    use yodel_protocol::UserId;

    use super::*;

    fn entry(user: &str, clients: u32) -> PresenceEntry {
        PresenceEntry { user: UserId::new(user).ok(), client: None, clients, info: None }
    }

    #[test]
    fn adds_up_the_connections_of_a_user() {
        let entries = || [entry("bob", 1), entry("ada", 2), entry("bob", 3)].into_iter();
        let all = merge_users(entries(), 2);
        assert_eq!((all.clients, all.users, all.more), (6, vec![entry("ada", 2), entry("bob", 4)], false));
        let first = merge_users(entries(), 1);
        assert_eq!((first.clients, first.users, first.more), (6, vec![entry("ada", 2)], true));
    }
}
