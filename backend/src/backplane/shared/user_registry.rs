//! Users whose lists of connections have to be written.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound::{Excluded, Unbounded};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::Instant;
use yodel_protocol::UserId;

/// Number of users with changes below which those without connections are not looked for.
const MIN_CHANGED: usize = 1024;

/// Users of a partition whose lists have to be written. At most twice as many wait as have connections or a list in the
/// store, besides [`MIN_CHANGED`]: while the store is away, users may come and go in any number.
#[derive(Debug, Default)]
pub(super) struct UserRegistry {
    state: Mutex<RegistryState>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct RegistryState {
    changed: BTreeSet<UserId>,
    /// Users that the store may have a list of. The others need no removal of their lists.
    listed: BTreeSet<UserId>,
    /// Users whose list in the store may be an older one, and since when.
    doubtful: BTreeMap<UserId, Instant>,
    /// Users with connections beyond the limit to this node, and since when.
    excessive: BTreeMap<UserId, Instant>,
    renewal: Renewal,
    /// Number of changed users after the last search for those without connections.
    kept: usize,
}

/// Progress of the renewal of all lists, which is spread evenly over a period.
#[derive(Debug, Default)]
struct Renewal {
    /// User whose list was renewed last.
    last: Option<UserId>,
    /// Time of the last call.
    called: Option<Instant>,
    /// Sum of listed users times milliseconds, without the users that were renewed for it.
    due: u128,
}

impl UserRegistry {
    /// Adds users whose lists have to be written.
    pub fn add(&self, users: impl IntoIterator<Item = UserId>) {
        self.state.lock().changed.extend(users);
        self.changed.notify_one();
    }

    /// Adds all users that the store may have a list of: it may have lost them.
    pub fn add_listed(&self) {
        let mut state = self.state.lock();
        let RegistryState { changed, listed, .. } = &mut *state;
        changed.extend(listed.iter().cloned());
        self.changed.notify_one();
    }

    /// Adds the users that have to be written again: those beyond the limit for the time `lease`, those that have been
    /// doubtful for the time `interval`, and the share of all listed ones that is due if each is renewed once in `period`.
    pub fn add_due(&self, lease: Duration, interval: Duration, period: Duration) {
        let mut state = self.state.lock();
        let RegistryState { changed, listed, doubtful, excessive, renewal, .. } = &mut *state;
        let excessive = excessive.iter().filter(|(_, since)| since.elapsed() >= lease);
        changed.extend(excessive.map(|(user, _)| user.clone()));
        let due = doubtful.iter().filter(|(_, since)| since.elapsed() >= interval);
        changed.extend(due.map(|(user, _)| user.clone()));
        doubtful.retain(|_, since| since.elapsed() < interval);
        changed.extend(renewal.take_due(listed, period));
        self.changed.notify_one();
    }

    /// Returns the number of users whose lists have to be written.
    pub fn len(&self) -> usize {
        self.state.lock().changed.len()
    }

    /// Waits for a user whose list has to be written, and takes it.
    pub async fn next(&self) -> UserId {
        loop {
            let changed = self.changed.notified();
            if let Some(user) = self.state.lock().changed.pop_first() {
                return user;
            }
            changed.await;
        }
    }

    /// Takes the changed users that the store has no list of, if their number has doubled since the last call. Those that
    /// have connections have to be added again.
    pub fn take_unlisted(&self) -> BTreeSet<UserId> {
        let mut state = self.state.lock();
        let RegistryState { changed, listed, kept, .. } = &mut *state;
        if changed.len() < MIN_CHANGED.max(*kept * 2) {
            return BTreeSet::new();
        }
        let (kept, unlisted) = std::mem::take(changed).into_iter().partition(|user| listed.contains(user));
        *changed = kept;
        unlisted
    }

    /// Ends a search for users without connections.
    pub fn add_kept(&self, users: impl IntoIterator<Item = UserId>) {
        let mut state = self.state.lock();
        state.changed.extend(users);
        state.kept = state.changed.len();
    }

    /// Begins to write the list of a user, or to remove it. Returns false if there is nothing to remove.
    pub fn begin_write(&self, user: &UserId, has_list: bool) -> bool {
        let listed = &mut self.state.lock().listed;
        if has_list {
            listed.insert(user.clone());
        }
        has_list || listed.contains(user)
    }

    /// Records that the list of a user was written or removed.
    pub fn end_write(&self, user: &UserId, has_list: bool) {
        let mut state = self.state.lock();
        if !has_list && !state.doubtful.contains_key(user) {
            state.listed.remove(user);
        }
    }

    /// Records that a write has failed, and adds the user again. The write may be carried out later than its repetition.
    pub fn fail_write(&self, user: UserId) {
        self.state.lock().doubtful.insert(user.clone(), Instant::now());
        self.add([user]);
    }

    /// Records whether a user has connections to this node beyond the limit. Returns true if that has been so for the time
    /// `lease`.
    pub fn note_excess(&self, user: &UserId, has_excess: bool, lease: Duration) -> bool {
        let excessive = &mut self.state.lock().excessive;
        if !has_excess {
            excessive.remove(user);
            return false;
        }
        let since = *excessive.entry(user.clone()).or_insert_with(Instant::now);
        let is_due = since.elapsed() >= lease;
        if is_due {
            excessive.remove(user);
        }
        is_due
    }
}

impl Renewal {
    /// Returns the next users of a cycle through all, as many as are due since the last call.
    fn take_due(&mut self, listed: &BTreeSet<UserId>, period: Duration) -> Vec<UserId> {
        let since = self.called.replace(Instant::now());
        let elapsed = since.map_or(Duration::ZERO, |since| since.elapsed());
        self.due += listed.len() as u128 * elapsed.as_millis();
        let period = period.as_millis().max(1);
        let count = usize::try_from(self.due / period).unwrap_or(usize::MAX).min(listed.len());
        self.due %= period;
        let last = self.last.take();
        let after = last.as_ref().map_or(Unbounded, Excluded);
        let next = listed.range::<UserId, _>((after, Unbounded)).chain(listed);
        let users: Vec<UserId> = next.take(count).cloned().collect();
        self.last = users.last().cloned().or(last);
        users
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn users(count: usize) -> impl Iterator<Item = UserId> {
        (0..count).map(|number| UserId::new(&format!("u{number:04}")).unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn each_list_is_renewed_once_in_a_period() {
        let (mut renewal, listed) = (Renewal::default(), users(1000).collect::<BTreeSet<_>>());
        renewal.take_due(&listed, SECOND * 300);
        let mut renewed = Vec::new();
        for _ in 0..300 {
            tokio::time::advance(SECOND).await;
            let due = renewal.take_due(&listed, SECOND * 300);
            assert!((3..=4).contains(&due.len()), "{} of 1000 / 300", due.len());
            renewed.extend(due);
        }
        assert_eq!(renewed, users(1000).collect::<Vec<_>>());
    }

    #[tokio::test(start_paused = true)]
    async fn the_time_before_a_user_came_does_not_count() {
        let mut renewal = Renewal::default();
        renewal.take_due(&users(1).collect(), SECOND * 300);
        tokio::time::advance(SECOND * 299).await;
        renewal.take_due(&users(1).collect(), SECOND * 300);
        tokio::time::advance(SECOND).await;
        assert_eq!(renewal.take_due(&users(1000).collect(), SECOND * 300).len(), 4);
    }

    #[tokio::test]
    async fn users_without_a_list_are_taken_when_their_number_has_doubled() {
        let registry = UserRegistry::default();
        let listed = UserId::new("ada").unwrap();
        assert!(registry.begin_write(&listed, true));
        registry.add(users(MIN_CHANGED - 2).chain([listed.clone()]));
        assert!(registry.take_unlisted().is_empty());
        registry.add(users(MIN_CHANGED));
        let unlisted = registry.take_unlisted();
        assert!(unlisted.iter().cloned().eq(users(MIN_CHANGED)));
        registry.add_kept(unlisted);
        registry.add(users(2 * MIN_CHANGED));
        assert!(registry.take_unlisted().is_empty());
        registry.add(users(2 * MIN_CHANGED + 1));
        assert_eq!((registry.take_unlisted().len(), registry.len()), (2 * MIN_CHANGED + 1, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_list_that_was_never_written_is_not_removed() {
        let (registry, ada) = (UserRegistry::default(), UserId::new("ada").unwrap());
        assert!(!registry.begin_write(&ada, false));
        assert!(registry.begin_write(&ada, true));
        registry.fail_write(ada.clone());
        // The failed write may be carried out later than this removal.
        assert!(registry.begin_write(&ada, false));
        registry.end_write(&ada, false);
        tokio::time::advance(SECOND).await;
        registry.add_due(SECOND, SECOND, SECOND * 300);
        assert!(registry.begin_write(&ada, false));
        registry.end_write(&ada, false);
        assert!(!registry.begin_write(&ada, false));
    }
}
