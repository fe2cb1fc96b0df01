//! Flipped bytes anywhere in the database: what is read is what was written, or the damage is named.

use std::collections::BTreeMap;

use super::support::{TestDisk, message, messages, position};
use crate::backplane::disk::check::damage_of;
use crate::backplane::disk::config::Durability;
use crate::backplane::disk::damage::Damage;
use crate::backplane::disk::fault::Fault;
use crate::backplane::disk::faulty_disk::FaultyDisk;
use crate::backplane::disk::folder::Folder;
use crate::backplane::disk::repair::repair;
use crate::backplane::disk::replay::ReplayError;
use crate::backplane::disk::start::Started;
use crate::backplane::journal::{Journal, StoredRoom};
use crate::environment::SimulatedRandom;

type Contents = BTreeMap<String, Vec<(u64, String)>>;

fn contents(rooms: &[StoredRoom]) -> Contents {
    rooms.iter().map(|room| (room.name.as_str().to_owned(), messages(room))).collect()
}

/// Returns a disk with messages of some rooms after a stop or a crash, and the messages.
fn filled(stops: bool) -> (Vec<u8>, Contents) {
    let test = TestDisk::new(1, Durability::Commit);
    let Started { mut engine, journal, .. } = test.start();
    for offset in 1..=60 {
        for name in ["a", "b", "c"] {
            let text = format!("{name}{offset}{}", "x".repeat(80));
            journal.append(&message(name, position("e", offset), &text), None, None).unwrap();
        }
        engine.step();
    }
    let image = if stops {
        engine.finish().unwrap();
        test.disk.contents()
    } else {
        test.disk.contents()
    };
    let rooms = TestDisk::on(FaultyDisk::with_contents(image.clone()), 1, Durability::Commit).start().rooms;
    let contents = contents(&rooms);
    assert_eq!(contents.values().map(Vec::len).sum::<usize>(), 180);
    (image, contents)
}

fn start(image: &[u8]) -> Result<Vec<StoredRoom>, (ReplayError, Vec<Damage>, bool)> {
    let disk = FaultyDisk::with_contents(image.to_vec());
    let test = TestDisk::on(disk.clone(), 1, Durability::Commit);
    test.try_start().map(|started| started.rooms).map_err(|error| {
        let is_unchanged = disk.contents() == image;
        (error, damage_of(&disk), is_unchanged)
    })
}

/// After a kill, damage in pages of the last commit alone is taken for a commit that did not end; then all of its
/// messages are missing.
fn is_expected(found: &Contents, expected: &Contents, is_exact: bool) -> bool {
    let before = expected.iter().map(|(name, messages)| (name.clone(), messages[..59].to_vec())).collect();
    found == expected || !is_exact && *found == before
}

#[test]
fn a_flipped_byte_is_named_or_has_no_effect() {
    let random = SimulatedRandom::new(3);
    for stops in [true, false] {
        let (image, expected) = filled(stops);
        let mut named = 0;
        for at in (0..320).flat_map(|at| [at; 2]).chain((0..500).map(|_| random.index(image.len()))) {
            let mut damaged = image.clone();
            damaged[at] ^= 1 << random.below(8);
            match start(&damaged) {
                Ok(rooms) => {
                    assert!(is_expected(&contents(&rooms), &expected, stops || at < 320), "byte {at}: {rooms:?}");
                }
                Err((error, damage, is_unchanged)) => {
                    assert!(is_unchanged, "byte {at}");
                    assert!(
                        !damage.is_empty() || matches!(error, ReplayError::Fault(Fault::Database(_))),
                        "byte {at}: {error}"
                    );
                    named += 1;
                }
            }
        }
        assert!(named > 50, "{named}");
    }
}

#[test]
fn a_repair_never_invents_and_keeps_what_is_readable() {
    let random = SimulatedRandom::new(4);
    let (image, expected) = filled(true);
    let (mut repaired, mut lost) = (0, 0);
    for _ in 0..60 {
        let at = 4096 + random.index(image.len() - 4096);
        let mut damaged = image.clone();
        damaged[at] ^= 1 << random.below(8);
        let directory = tempfile::TempDir::new().unwrap();
        std::fs::write(directory.path().join("rooms.redb"), &damaged).unwrap();
        let Ok(report) = repair(directory.path(), true, &SimulatedRandom::new(5)) else {
            lost += 1;
            continue;
        };
        repaired += usize::from(report.kept.is_some());
        let folder = Folder::lock(directory.path()).unwrap();
        let rooms = start(&std::fs::read(folder.database()).unwrap()).unwrap();
        for room in &rooms {
            let name = room.name.as_str();
            assert!(messages(room).iter().all(|message| expected[name].contains(message)), "byte {at}");
            let is_whole = room.position.offset.0 == 60;
            assert!(is_whole || room.position.epoch.as_str() != "e", "byte {at}: the epoch of a lost message is kept");
        }
        let kept: usize = rooms.iter().map(|room| room.messages.len()).sum();
        assert!(report.kept.is_some() || kept == 180, "byte {at}: {kept}");
    }
    assert!(repaired > 10 && lost < 6, "{repaired} repaired, {lost} lost");
}
