//! Users that may not connect for some time.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

/// Maximum number of blocked users. Only the HTTP API adds them, so the bound protects against a program's defect.
const MAX_BLOCKED: usize = 100_000;

/// Blocked users, each until a time. A handle that is cheap to clone. It is empty after a restart.
#[derive(Clone, Debug, Default)]
pub struct BlockList(Arc<Mutex<HashMap<String, Instant>>>);

/// Error of a block list that is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{MAX_BLOCKED} users are blocked, which is the limit")]
pub struct BlockListFull;

impl BlockList {
    /// Blocks a user for this time from now on; replaces an earlier block. Zero ends it.
    ///
    /// # Errors
    /// Returns an error if too many other users are blocked.
    pub fn block(&self, user: &str, time: Duration) -> Result<(), BlockListFull> {
        let (mut blocked, now) = (self.0.lock(), Instant::now());
        if time.is_zero() {
            blocked.remove(user);
            return Ok(());
        }
        if blocked.len() >= MAX_BLOCKED {
            blocked.retain(|_, until| *until > now);
        }
        if blocked.len() >= MAX_BLOCKED && !blocked.contains_key(user) {
            return Err(BlockListFull);
        }
        blocked.insert(user.to_owned(), now + time);
        Ok(())
    }

    /// Returns whether a user is blocked. Forgets a block that has ended.
    pub fn contains(&self, user: &str) -> bool {
        let mut blocked = self.0.lock();
        let Some(until) = blocked.get(user) else { return false };
        let is_blocked = *until > Instant::now();
        if !is_blocked {
            blocked.remove(user);
        }
        is_blocked
    }

    /// Returns the number of blocked users, in linear time.
    pub fn count(&self) -> usize {
        let now = Instant::now();
        self.0.lock().values().filter(|until| **until > now).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn a_block_ends_after_its_time_or_at_once_with_zero() {
        let list = BlockList::default();
        list.block("ada", MINUTE).unwrap();
        list.block("bob", MINUTE).unwrap();
        assert!(list.contains("ada") && !list.contains("Ada"));
        list.block("bob", Duration::ZERO).unwrap();
        assert!(!list.contains("bob"));
        tokio::time::advance(MINUTE / 2).await;
        list.block("ada", MINUTE).unwrap();
        tokio::time::advance(MINUTE / 2).await;
        assert!(list.contains("ada") && list.count() == 1, "the later block counts");
        tokio::time::advance(MINUTE / 2).await;
        assert!(!list.contains("ada") && list.count() == 0 && list.0.lock().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn the_number_of_blocked_users_is_limited() {
        let list = BlockList::default();
        for user in 0..MAX_BLOCKED {
            list.block(&user.to_string(), MINUTE).unwrap();
        }
        assert_eq!(list.block("one more", MINUTE), Err(BlockListFull));
        assert_eq!(list.block("0", MINUTE * 2), Ok(()), "it is blocked already");
        tokio::time::advance(MINUTE).await;
        assert_eq!(list.block("one more", MINUTE), Ok(()));
        assert_eq!(list.0.lock().len(), 2, "blocks that have ended are removed");
    }
}
