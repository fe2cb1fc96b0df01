//! Joins and leaves, at times that the tests pass in.

use std::time::Duration;

use yodel_protocol::{ClientId, UserId};

use super::*;
use crate::hub::presence::key::GRACE;
use crate::hub::presence::{DiffLimits, PresenceChanges};

fn user(name: &str) -> PresenceKey {
    PresenceKey::User(UserId::new(name).unwrap())
}

fn client(name: &str) -> PresenceKey {
    PresenceKey::Client(ClientId::new(name).unwrap())
}

/// Returns the names of the users that joined, and of those that left.
fn names(diff: &PresenceChanges) -> [String; 2] {
    [&diff.joined, &diff.left].map(|entries| {
        let names = entries.iter().map(|present| match (&present.user, &present.client) {
            (Some(user), None) => user.to_string(),
            (None, Some(client)) => client.to_string(),
            other => panic!("expected either a user or a client, not {other:?}"),
        });
        names.collect::<Vec<_>>().join(" ")
    })
}

const LIMITS: DiffLimits = DiffLimits { users: 100, bytes: usize::MAX };

const MILLISECOND: Duration = Duration::from_millis(1);

#[test]
fn a_leave_is_published_only_for_the_last_connection() {
    let (mut presence, now) = (Presence::default(), Timestamp::default());
    presence.enter(&user("a"), None);
    presence.enter(&user("a"), None);
    assert_eq!(names(&presence.diff(now, LIMITS)), ["a", ""]);
    presence.leave(&user("a"), now);
    assert_eq!(names(&presence.diff(now + 2 * GRACE, LIMITS)), ["", ""]);
    assert_eq!((presence.clients(), presence.users(), presence.pending_changes()), (1, 1, 0));
}

#[test]
fn a_user_that_returns_within_the_grace_period_never_left() {
    let (mut presence, now) = (Presence::default(), Timestamp::default());
    presence.enter(&user("a"), None);
    presence.diff(now, LIMITS);
    for _ in 0..3 {
        presence.leave(&user("a"), now);
        assert_eq!(names(&presence.diff(now + GRACE.saturating_sub(MILLISECOND), LIMITS)), ["", ""]);
        assert_eq!(presence.snapshot(9, None).users[0].clients, 0, "still in snapshots");
        presence.enter(&user("a"), None);
    }
    assert_eq!(names(&presence.diff(now + 5 * GRACE, LIMITS)), ["", ""]);
    presence.leave(&user("a"), now);
    assert_eq!(names(&presence.diff(now + GRACE, LIMITS)), ["", "a"]);
    assert!(presence.is_empty() && presence.pending_changes() == 0);
}

#[test]
fn the_grace_period_starts_with_the_last_leave() {
    let (mut presence, now) = (Presence::default(), Timestamp::default());
    presence.enter(&user("a"), None);
    presence.diff(now, LIMITS);
    presence.leave(&user("a"), now);
    presence.enter(&user("a"), None);
    presence.leave(&user("a"), now + GRACE);
    assert_eq!(names(&presence.diff(now + GRACE + MILLISECOND, LIMITS)), ["", ""]);
    assert_eq!(names(&presence.diff(now + 2 * GRACE, LIMITS)), ["", "a"]);
}

#[test]
fn a_connection_without_a_user_has_no_grace_period() {
    let (mut presence, now) = (Presence::default(), Timestamp::default());
    presence.enter(&client("c_1"), None);
    presence.enter(&client("c_2"), None);
    presence.diff(now, LIMITS);
    presence.leave(&client("c_1"), now);
    assert_eq!(names(&presence.diff(now, LIMITS)), ["", "c_1"]);
}

#[test]
fn an_unannounced_leave_is_not_published() {
    let (mut presence, now) = (Presence::default(), Timestamp::default());
    presence.enter(&client("c_1"), None);
    presence.leave(&client("c_1"), now);
    assert_eq!(names(&presence.diff(now, LIMITS)), ["", ""]);
}

#[test]
fn a_leave_is_published_if_a_snapshot_showed_the_user() {
    let (mut presence, now) = (Presence::default(), Timestamp::default());
    let clients = [client("c_1"), client("c_2")];
    presence.enter(&clients[0], None);
    presence.enter(&clients[1], None);
    assert_eq!(presence.snapshot(9, Some(&clients[1])).users.len(), 2);
    for client in &clients {
        presence.leave(client, now);
    }
    assert_eq!(names(&presence.diff(now, LIMITS)), ["", "c_1"], "only the receiver saw c_2");
}

#[test]
fn a_leave_after_an_unpublished_change_is_published() {
    let (mut presence, now) = (Presence::default(), Timestamp::default());
    presence.enter(&client("c_1"), None);
    presence.diff(now, LIMITS);
    presence.enter(&client("c_1"), Some(&Json::null()));
    for _ in 0..2 {
        presence.leave(&client("c_1"), now);
    }
    assert_eq!(names(&presence.diff(now, LIMITS)), ["", "c_1"]);
}

#[test]
fn a_changed_info_is_published_like_a_join() {
    let (mut presence, now) = (Presence::default(), Timestamp::default());
    let infos = ["1", "2"].map(|name| Json::parse(name).unwrap());
    presence.enter(&user("a"), Some(&infos[0]));
    presence.diff(now, LIMITS);
    presence.enter(&user("a"), Some(&infos[1]));
    let diff = presence.diff(now, LIMITS);
    assert_eq!((names(&diff), diff.joined[0].info.as_ref()), (["a", ""].map(str::to_owned), Some(&infos[1])));
    presence.enter(&user("a"), Some(&infos[1]));
    assert_eq!(names(&presence.diff(now, LIMITS)), ["", ""]);
}

#[test]
fn a_diff_has_at_most_limit_joins_and_leaves() {
    let (mut presence, now) = (Presence::default(), Timestamp::default());
    let entries: Vec<_> = (0..250).map(|number| client(&format!("c_{number}"))).collect();
    for key in &entries {
        presence.enter(key, None);
    }
    let count = |diff: PresenceChanges| (diff.joined.len(), diff.left.len());
    assert_eq!([(); 4].map(|()| count(presence.diff(now, LIMITS))), [(100, 0), (100, 0), (50, 0), (0, 0)]);
    for key in &entries {
        presence.leave(key, now);
    }
    assert_eq!([(); 4].map(|()| count(presence.diff(now, LIMITS))), [(0, 100), (0, 100), (0, 50), (0, 0)]);
    assert!(presence.is_empty() && presence.pending_changes() == 0);
}

#[test]
fn a_join_and_a_leave_cancel_each_other_out() {
    let (mut presence, now) = (Presence::default(), Timestamp::default());
    for _ in 0..1000 {
        presence.enter(&user("a"), None);
        presence.leave(&user("a"), now);
    }
    assert_eq!((presence.pending_joins.len(), presence.pending_leaves.len()), (0, 1));
    presence.enter(&user("a"), None);
    assert_eq!((presence.pending_joins.len(), presence.pending_leaves.len()), (1, 0));
}

#[test]
fn users_that_left_do_not_delay_others() {
    let (mut presence, now) = (Presence::default(), Timestamp::default());
    for second in 0..10 {
        for number in 0..300 {
            let key = client(&format!("c_{second}_{number}"));
            presence.enter(&key, None);
            presence.leave(&key, now);
        }
        let newcomer = client(&format!("new_{second}"));
        presence.enter(&newcomer, None);
        assert_eq!(names(&presence.diff(now, LIMITS)), [format!("new_{second}"), String::new()]);
    }
    assert_eq!((presence.users(), presence.pending_changes()), (10, 0));
}

#[test]
fn a_diff_is_limited_in_bytes_and_the_rest_follows_in_order() {
    let (mut presence, now) = (Presence::default(), Timestamp::default());
    let limits = DiffLimits { users: 1000, bytes: 16 * 1024 };
    let info = Json::string(&"x".repeat(1024));
    let entries: Vec<_> = (0..100).map(|number| client(&format!("c_{number}"))).collect();
    let size = |entries: &[PresenceEntry]| serde_json::to_string(entries).unwrap().len();
    let changes = |presence: &mut Presence| {
        let diffs = std::iter::repeat_with(|| presence.diff(now, limits)).take_while(|diff| !diff.is_empty());
        let all = diffs.inspect(|diff| assert!(size(&diff.joined) + size(&diff.left) <= limits.bytes + 10));
        all.map(|diff| names(&diff)).collect::<Vec<_>>()
    };
    let in_order = |parts: Vec<String>| parts.join(" ").split(' ').eq((0..100).map(|number| format!("c_{number}")));
    for key in &entries {
        presence.enter(key, Some(&info));
    }
    let joins = changes(&mut presence);
    assert_eq!(joins.len(), 7, "15 entries per diff");
    assert!(in_order(joins.into_iter().map(|[joined, _]| joined).collect()));
    for key in &entries {
        presence.leave(key, now);
    }
    presence.enter(&client("new"), Some(&info));
    let mixed = presence.diff(now, limits);
    assert_eq!((mixed.joined.len(), mixed.left.len()), (1, 7), "leaves do not displace joins");
    let leaves = [names(&mixed)].into_iter().chain(changes(&mut presence));
    assert!(in_order(leaves.map(|[_, left]| left).collect()));
}

#[test]
fn an_entry_larger_than_the_limit_is_published_by_itself() {
    let (mut presence, now) = (Presence::default(), Timestamp::default());
    let info = Json::string(&"x".repeat(1024));
    for name in ["a", "b"] {
        presence.enter(&client(name), Some(&info));
    }
    let limits = DiffLimits { users: 100, bytes: 0 };
    assert_eq!([(); 2].map(|()| names(&presence.diff(now, limits))[0].clone()), ["a", "b"]);
}

#[test]
fn a_snapshot_reports_that_it_is_limited() {
    let mut presence = Presence::default();
    let info = Json::parse(r#"{"name": "Ada"}"#).unwrap();
    presence.enter(&user("a"), Some(&info));
    presence.enter(&user("b"), None);
    let snapshot = presence.snapshot(2, None);
    assert_eq!((snapshot.clients, snapshot.users.len(), snapshot.more), (2, 2, false));
    assert!(snapshot.users.iter().any(|present| present.info.as_ref() == Some(&info)));
    let snapshot = presence.snapshot(1, None);
    assert_eq!((snapshot.users.len(), snapshot.more), (1, true));
}
