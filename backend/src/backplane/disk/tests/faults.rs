//! Faults of the disk, one by one.

use std::time::Duration;

use yodel_protocol::Offset;

use super::support::{TestDisk, append, key, message, messages, position, room};
use crate::backplane::disk::config::Durability;
use crate::backplane::disk::engine::Step;
use crate::backplane::disk::start::Started;
use crate::backplane::journal::{Journal, Kept};
use crate::backplane::unavailable::Unavailable;

const CLOSED: Step = Step::Closed(Duration::from_secs(1));

fn kept(messages: u64, keys: u64) -> Kept {
    Kept { messages: Offset(messages), keys: Offset(keys) }
}

#[test]
fn a_full_disk_refuses_messages_until_there_is_room() {
    let test = TestDisk::new(1, Durability::Commit);
    let Started { mut engine, journal, .. } = test.start();
    append(&test, &journal, "r", "e", 1).unwrap();
    assert_eq!(engine.step(), Step::Wrote);
    test.disk.fill(0);
    // More than the free pages of the database.
    let large = message("r", position("e", 2), &"x".repeat(300_000));
    journal.append(&large, None, Some(test.receipt(2))).unwrap();
    append(&test, &journal, "r", "e", 3).unwrap();
    assert_eq!(engine.step(), CLOSED);
    assert_eq!(test.take_receipts(), [(1, Ok(())), (2, Err(Unavailable)), (3, Err(Unavailable))]);
    assert!(!journal.is_available());
    assert_eq!(append(&test, &journal, "r", "e", 2), Err(Unavailable));
    test.disk.repair();
    assert_eq!(engine.step(), CLOSED, "too early");
    test.clock.advance(1000);
    assert_eq!(engine.step(), Step::Wrote);
    assert!(journal.is_available());
    append(&test, &journal, "r", "e", 2).unwrap();
    assert_eq!(engine.step(), Step::Wrote);
    assert_eq!(test.take_receipts(), [(2, Ok(()))]);
    drop(engine);
    test.disk.crash();
    assert_eq!(messages(&test.start().rooms[0]), [(1, "m1".to_owned()), (2, "m2".to_owned())]);
    let snapshot = journal.metrics().snapshot();
    assert_eq!((snapshot.errors, snapshot.recoveries, snapshot.refused), (1, 1, 1));
}

#[test]
fn a_failed_sync_is_not_repeated() {
    let test = TestDisk::new(2, Durability::Commit);
    let Started { mut engine, journal, .. } = test.start();
    append(&test, &journal, "r", "e", 1).unwrap();
    test.disk.fail_sync();
    let before = test.disk.syncs();
    assert_eq!(engine.step(), CLOSED);
    assert_eq!(test.take_receipts(), [(1, Err(Unavailable))]);
    for _ in 0..3 {
        test.clock.advance(300);
        assert!(matches!(engine.step(), Step::Closed(_)));
    }
    assert_eq!(test.disk.syncs(), before + 1);
    test.clock.advance(100);
    assert_eq!(engine.step(), Step::Wrote);
    drop(engine);
    test.disk.crash();
    let rooms = test.start().rooms;
    assert!(rooms.iter().all(|room| room.messages.is_empty() && room.position.offset == Offset(0)), "{rooms:?}");
}

#[test]
fn relaxed_messages_wait_for_the_disk() {
    let test = TestDisk::new(3, Durability::Relaxed);
    let Started { mut engine, journal, .. } = test.start();
    journal.begin(&room("r"), &position("e", 0));
    test.disk.set_broken(true);
    journal.append(&message("r", position("e", 1), "a"), None, None).unwrap();
    assert_eq!(engine.step(), CLOSED);
    test.disk.repair();
    test.clock.advance(1000);
    assert_eq!(engine.step(), Step::Wrote);
    assert_eq!(engine.step(), Step::Wrote);
    engine.finish().unwrap();
    let Started { rooms, .. } = test.start();
    assert_eq!(messages(&rooms[0]), [(1, "a".to_owned())]);
    assert_eq!(rooms[0].position, position("e", 1));
}

#[test]
fn a_full_queue_refuses_messages() {
    let mut test = TestDisk::new(4, Durability::Commit);
    test.config.queue = 2000;
    let Started { mut engine, journal, .. } = test.start();
    let accepted = (1..100).take_while(|offset| append(&test, &journal, "r", "e", *offset).is_ok()).count();
    assert!((2..6).contains(&accepted), "{accepted}");
    assert!(journal.is_available());
    assert_eq!(engine.step(), Step::Wrote);
    append(&test, &journal, "r", "e", accepted as u64 + 1).unwrap();
}

#[test]
fn a_folder_that_holds_too_much_refuses_messages_until_some_are_removed() {
    let mut test = TestDisk::new(6, Durability::Commit);
    test.config.max = Some(40_000);
    let Started { mut engine, journal, .. } = test.start();
    let mut accepted = 0;
    while append(&test, &journal, "r", "e", accepted + 1).is_ok() {
        assert_eq!(engine.step(), Step::Wrote);
        accepted += 1;
    }
    let (records, _) = journal.metrics().live_and_disk_bytes();
    assert!((27_000..=27_852).contains(&records), "{records}");
    assert!(journal.excess().bytes > 0 && journal.is_available());
    journal.trim(&room("r"), kept(accepted, accepted + 1));
    test.clock.advance(1000);
    assert_eq!(engine.step(), Step::Wrote);
    assert_eq!(journal.excess().bytes, 0);
    append(&test, &journal, "r", "e", accepted + 1).unwrap();
}

#[test]
fn a_message_that_has_left_the_history_stays_for_its_key_and_does_not_return() {
    let test = TestDisk::new(5, Durability::Commit);
    let Started { mut engine, journal, .. } = test.start();
    for offset in 1..=4 {
        let message = message("r", position("e", offset), "m");
        let key = (offset == 2).then(|| key("k", &message));
        journal.append(&message, key.as_ref(), None).unwrap();
    }
    assert_eq!(engine.step(), Step::Wrote);
    journal.trim(&room("r"), kept(5, 2));
    test.clock.advance(1000);
    assert_eq!(engine.step(), Step::Wrote);
    drop(engine);
    test.disk.crash();
    let Started { mut engine, journal, rooms, .. } = test.start();
    assert_eq!((messages(&rooms[0]), &rooms[0].position), (vec![], &position("e", 4)));
    assert_eq!(rooms[0].keys.iter().map(|key| key.offset.0).collect::<Vec<_>>(), [2]);
    assert_eq!(rooms[0].keys[0].age, Duration::from_secs(1));
    journal.trim(&room("r"), kept(5, 5));
    test.clock.advance(1000);
    assert_eq!(engine.step(), Step::Wrote);
    engine.finish().unwrap();
    let Started { rooms, .. } = test.start();
    assert_eq!((&rooms[0].position, rooms[0].keys.len()), (&position("e", 4), 0), "only the position is left");
}

#[test]
fn a_message_that_left_with_the_last_commit_does_not_return() {
    let test = TestDisk::new(9, Durability::Commit);
    let Started { mut engine, journal, .. } = test.start();
    journal.begin(&room("r"), &position("e", 0));
    assert_eq!(engine.step(), Step::Wrote);
    for offset in 1..=3 {
        append(&test, &journal, "r", "e", offset).unwrap();
    }
    journal.trim(&room("r"), kept(3, 4));
    assert_eq!(engine.step(), Step::Wrote);
    drop(engine);
    test.disk.crash();
    assert_eq!(messages(&test.start().rooms[0]), [(3, "m3".to_owned())]);
}

#[test]
fn relaxed_begins_new_epochs_after_a_crash_whatever_the_next_run_is() {
    let mut test = TestDisk::new(6, Durability::Relaxed);
    let Started { mut engine, journal, .. } = test.start();
    journal.append(&message("r", position("e", 1), "a"), None, None).unwrap();
    assert_eq!(engine.step(), Step::Wrote);
    drop(engine);
    test.config.durability = Durability::Commit;
    let Started { engine, rooms, are_epochs_new, .. } = test.start();
    assert!(are_epochs_new);
    let position = rooms[0].position.clone();
    assert_ne!(position.epoch.as_str(), "e");
    assert_eq!(rooms[0].messages[0].0.position.as_ref(), Some(&position), "the message is kept");
    drop(engine);
    let Started { rooms, are_epochs_new, .. } = test.start();
    assert_eq!((&rooms[0].position, are_epochs_new), (&position, false), "a run of commit keeps them");
}

#[test]
fn an_ended_room_does_not_return() {
    let test = TestDisk::new(7, Durability::Commit);
    let Started { mut engine, journal, .. } = test.start();
    journal.begin(&room("a"), &position("e", 0));
    journal.begin(&room("b"), &position("e", 3));
    append(&test, &journal, "a", "e", 1).unwrap();
    assert_eq!(engine.step(), Step::Wrote);
    journal.end(&room("a"));
    assert_eq!(engine.step(), Step::Wrote);
    drop(engine);
    let rooms = test.start().rooms;
    assert_eq!(
        rooms.iter().map(|room| (room.name.as_str(), &room.position)).collect::<Vec<_>>(),
        [("b", &position("e", 3))]
    );
}

#[test]
fn removed_messages_give_space_back() {
    let mut test = TestDisk::new(8, Durability::Commit);
    test.config.max = Some(1 << 18);
    let Started { mut engine, journal, .. } = test.start();
    let text = "x".repeat(500);
    for offset in 1..=360 {
        journal.append(&message("r", position("e", offset), &text), None, None).unwrap();
        assert_eq!(engine.step(), Step::Wrote);
    }
    let full = journal.excess();
    assert!((1_000..20_000).contains(&full.bytes) && full.measured == full.begun, "{full:?}");
    journal.trim(&room("r"), kept(311, 361));
    assert_eq!(engine.step(), Step::Wrote);
    let waiting = journal.excess();
    assert_eq!((waiting.bytes, waiting.measured), (full.bytes, full.measured), "the removal waits");
    test.clock.advance(1000);
    assert_eq!(engine.step(), Step::Wrote);
    let freed = journal.excess();
    assert!(freed.bytes == 0 && freed.measured > full.begun, "{freed:?}");
    drop(engine);
    assert_eq!(test.start().rooms[0].messages.len(), 50);
}
