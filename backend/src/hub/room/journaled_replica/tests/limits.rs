//! Limits of rooms, of memory and of the disk.

use super::*;
use crate::hub::metrics::RoomEnd;

#[test]
fn a_room_with_prepared_messages_is_in_use() {
    let rig = Rig::with(Durability::Commit, |retention| retention.rooms = 1);
    let mut answer = rig.publish("r", None);
    assert_eq!(rig.try_publish("other", None, "x").unwrap_err(), PublishError::RoomLimit);
    rig.manual.advance(Duration::from_secs(24 * 60 * 60));
    (0..30).for_each(|_| rig.hub.tick());
    assert!(rig.hub.find_room(&name("r")).is_some());
    rig.confirm(Ok(()));
    assert_eq!(answered(&mut answer), Some(Ok((1, false))));
    assert!(rig.try_publish("other", None, "x").is_ok());
    assert_eq!(rig.calls(), ["begin lobby 0", "begin r 0", "append r 1", "end r", "begin other 0", "append other 1"]);
}

#[test]
fn prepared_messages_hold_their_memory() {
    let cost = message(None, "x").cost(&name("r"));
    let rig = Rig::with(Durability::Commit, |retention| retention.total_bytes = 2 * cost);
    let _answers = [rig.publish("r", None), rig.publish("r", None)];
    assert_eq!(rig.hub.metrics().retained_bytes(), 2 * cost);
    assert_eq!(rig.try_publish("r", None, "x").unwrap_err(), PublishError::HistoryLimit);
    rig.confirm(Ok(()));
    assert_eq!(rig.hub.metrics().retained_bytes(), 2 * cost);
    let _third = rig.publish("r", None);
    assert_eq!((rig.hub.metrics().retained_bytes(), rig.kept("r")), (2 * cost, vec![]), "the first made space");
    rig.confirm(Err(Unavailable));
    rig.confirm(Err(Unavailable));
    assert_eq!(rig.hub.metrics().retained_bytes(), 0);
}

#[test]
fn the_journal_is_told_what_is_removed_and_nothing_else() {
    let rig = Rig::with(Durability::Relaxed, |retention| retention.history.messages = 2);
    for key in [None, Some("a"), None, Some("b"), None] {
        rig.publish("r", key);
    }
    assert_eq!(
        rig.calls()[1..],
        [
            "begin r 0",
            "append r 1",
            "append r 2 a",
            "append r 3",
            "trim r 2 2",
            "append r 4 b",
            "trim r 3 2",
            "append r 5",
            "trim r 4 2"
        ]
    );
    rig.manual.advance(Duration::from_secs(5 * 60));
    rig.kept("r");
    assert_eq!(rig.calls(), ["trim r 6 6"], "messages and keys expired together");
    rig.kept("r");
    rig.publish("r", None);
    assert_eq!(rig.calls(), ["append r 6"]);
}

#[test]
fn a_folder_above_its_bound_loses_the_oldest_messages_then_rooms() {
    let rig = Rig::new(Durability::Relaxed);
    for _ in 0..4 {
        rig.publish("large", None);
    }
    rig.publish("small", None);
    let (_, _membership, _) = rig.join("small", None);
    rig.calls();
    let check = |rig: &Rig| {
        // A check every second time, after the write that follows the one in progress.
        rig.journal.measured.fetch_add(2, Ordering::Relaxed);
        (0..2).for_each(|_| rig.hub.tick());
        rig.calls()
    };
    assert_eq!(check(&rig), [""; 0]);
    rig.journal.excess.store(1, Ordering::Relaxed);
    assert_eq!(check(&rig), ["trim large 2 5"]);
    for measured in 0..=1 {
        rig.journal.measured.fetch_add(measured, Ordering::Relaxed);
        (0..2).for_each(|_| rig.hub.tick());
        assert_eq!(rig.calls(), [""; 0], "it is not measured yet");
    }
    assert_eq!([check(&rig), check(&rig)], [["trim large 3 5"], ["trim large 4 5"]]);
    assert_eq!(check(&rig), ["end large"]);
    assert!(rig.try_publish("small", None, "x").is_ok());
    assert_eq!([check(&rig), check(&rig)].concat(), ["append small 2", "trim small 2 3"]);
    assert_eq!(rig.kept("small"), [2], "a room with members keeps its newest message");
    assert_eq!(rig.try_publish("small", None, "x").unwrap_err(), PublishError::HistoryLimit);
    rig.journal.excess.store(0, Ordering::Relaxed);
    assert_eq!(check(&rig), [""; 0]);
    assert!(rig.try_publish("small", None, "x").is_ok());
    assert!(rig.hub.metrics().ended_rooms().contains(&(RoomEnd::Disk, 1)));
}
