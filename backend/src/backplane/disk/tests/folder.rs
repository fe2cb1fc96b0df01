//! Files and their permissions, other versions, and damage.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use redb::backends::FileBackend;
use tempfile::TempDir;

use super::support::{message, messages, position, room};
use crate::backplane::disk::check::check;
use crate::backplane::disk::config::{DiskConfig, Durability};
use crate::backplane::disk::database::{RECORDS, open_database};
use crate::backplane::disk::disk_error::DiskError;
use crate::backplane::disk::export::export;
use crate::backplane::disk::folder::Folder;
use crate::backplane::disk::open::{Disk, OpenedDisk};
use crate::backplane::disk::repair::repair;
use crate::backplane::journal::Journal;
use crate::environment::SimulatedRandom;

fn open(path: &Path) -> Result<OpenedDisk, DiskError> {
    Disk::open(&DiskConfig::new(path.to_owned()), Arc::new(SimulatedRandom::new(9)))
}

/// Creates a folder with `number` messages in each of the rooms `a` and `b`.
fn filled(number: u64) -> TempDir {
    let directory = TempDir::new().unwrap();
    let opened = open(directory.path()).unwrap();
    for offset in 1..=number {
        for name in ["a", "b"] {
            let message = message(name, position("e", offset), &format!("{name}{offset}"));
            opened.disk.journal().append(&message, None, None).unwrap();
        }
    }
    opened.disk.stop().unwrap();
    directory
}

fn database(directory: &TempDir) -> std::path::PathBuf {
    directory.path().join("rooms.redb")
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

fn insert(directory: &TempDir, sequence: u64, record: &[u8]) {
    let file = std::fs::OpenOptions::new().read(true).write(true).open(database(directory)).unwrap();
    let database = open_database(FileBackend::new(file).unwrap(), false).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(RECORDS).unwrap().insert(sequence, record).unwrap();
    transaction.commit().unwrap();
}

#[test]
fn files_are_for_their_owner_alone() {
    let parent = TempDir::new().unwrap();
    let path = parent.path().join("new");
    open(&path).unwrap().disk.stop().unwrap();
    assert_eq!(mode(&path), 0o700);
    assert_eq!([mode(&path.join("rooms.redb")), mode(&path.join("lock"))], [0o600; 2]);
}

#[test]
fn messages_are_there_after_a_stop() {
    let directory = filled(3);
    let opened = open(directory.path()).unwrap();
    let expected: Vec<_> = (1..=3).map(|offset| (offset, format!("a{offset}"))).collect();
    assert_eq!(messages(&opened.rooms[0]), expected);
    assert_eq!(opened.rooms.len(), 2);
    assert!(!opened.are_epochs_new);
}

#[test]
fn a_second_process_is_refused_by_name() {
    let directory = TempDir::new().unwrap();
    std::fs::write(directory.path().join("lock"), "1\n").unwrap();
    let opened = open(directory.path()).unwrap();
    let error = open(directory.path()).unwrap_err().to_string();
    let (path, pid) = (directory.path().display(), std::process::id());
    assert_eq!(error, format!("{path}: process {pid} uses the folder; stop it, or choose another folder"));
    assert!(check(directory.path()).is_err());
    drop(opened);
    open(directory.path()).unwrap();
}

#[test]
fn a_newer_record_is_refused_by_name_and_nothing_changes() {
    let directory = filled(2);
    insert(&directory, 900, &crate::backplane::disk::record::tests::newer_record(900));
    let before = std::fs::read(database(&directory)).unwrap();
    let path = database(&directory);
    let expected = format!(
        "{}: a newer version of the server wrote it (version 2 of record 900); use that version, or another folder",
        path.display()
    );
    assert_eq!(open(directory.path()).unwrap_err().to_string(), expected);
    assert_eq!(check(directory.path()).unwrap_err().to_string(), expected);
    assert_eq!(repair(directory.path(), true, &SimulatedRandom::new(1)).unwrap_err().to_string(), expected);
    assert!(std::fs::read(&path).unwrap() == before);
}

#[test]
fn a_damaged_record_is_named_and_can_be_dropped() {
    let directory = filled(4);
    // Message 3 of `a`, and then message 4 of `b` are lost.
    for (sequence, record) in [(5, &b"damaged record"[..]), (8, b"x")] {
        insert(&directory, sequence, record);
    }
    let before = std::fs::read(database(&directory)).unwrap();
    let error = open(directory.path()).unwrap_err().to_string();
    for part in ["rooms.redb is damaged", "table records, sequence 5: the checksum does not match", "sequence 8"] {
        assert!(error.contains(part), "{error}");
    }
    let report = check(directory.path()).unwrap();
    assert_eq!((report.records, report.rooms, report.damage.len()), (6, 2, 3), "{report:?}");
    let dry = repair(directory.path(), false, &SimulatedRandom::new(1)).unwrap();
    assert_eq!((dry.copied, &dry.damage, &dry.kept), (6, &report.damage, &None));
    assert!(std::fs::read(database(&directory)).unwrap() == before);
    let report = repair(directory.path(), true, &SimulatedRandom::new(1)).unwrap();
    assert_eq!(report.renewed, [room("a"), room("b")], "both may have lost their last message");
    assert!(std::fs::read(report.kept.unwrap()).unwrap() == before);
    let opened = open(directory.path()).unwrap();
    let rooms: Vec<_> = opened.rooms.iter().map(messages).collect();
    let b: Vec<_> = (1..=3).map(|offset| (offset, format!("b{offset}"))).collect();
    assert_eq!(rooms, [vec![(4, "a4".to_owned())], b], "a has no message before its gap");
    assert!(opened.rooms.iter().all(|room| room.position.epoch.as_str() != "e"));
}

#[test]
fn an_intact_folder_is_not_repaired() {
    let directory = filled(2);
    let before = std::fs::read(database(&directory)).unwrap();
    let report = repair(directory.path(), true, &SimulatedRandom::new(1)).unwrap();
    assert_eq!((report.copied, report.damage.len(), report.kept), (4, 0, None));
    assert!(std::fs::read(database(&directory)).unwrap() == before);
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 2);
}

#[test]
fn exports_a_room_as_lines() {
    let directory = filled(2);
    let mut out = Vec::new();
    let report = export(directory.path(), &room("b"), &mut out).unwrap();
    assert_eq!((report.messages, report.damage.len()), (2, 0));
    let lines: Vec<serde_json::Value> =
        String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let expected = serde_json::json!({
        "room": "b", "epoch": "e", "offset": 2, "time": 7, "client": "c_1", "event": "say", "data": "b2"
    });
    assert_eq!(lines[1], expected);
    assert!(export(directory.path(), &room("none"), &mut Vec::new()).unwrap().messages == 0);
}

#[test]
fn a_folder_without_a_database_is_named() {
    let directory = TempDir::new().unwrap();
    assert!(matches!(check(directory.path()), Err(DiskError::Missing(_))));
    drop(Folder::lock(directory.path()).unwrap());
}

#[test]
fn relaxed_writes_within_its_interval_and_at_the_stop() {
    let directory = TempDir::new().unwrap();
    let config = DiskConfig { durability: Durability::Relaxed, ..DiskConfig::new(directory.path().to_owned()) };
    let opened = Disk::open(&config, Arc::new(SimulatedRandom::new(9))).unwrap();
    opened.disk.journal().append(&message("a", position("e", 1), "m"), None, None).unwrap();
    opened.disk.stop().unwrap();
    assert!(opened.disk.journal().append(&message("a", position("e", 2), "m"), None, None).is_err());
    drop(opened);
    let opened = Disk::open(&config, Arc::new(SimulatedRandom::new(9))).unwrap();
    assert_eq!(opened.rooms[0].position, position("e", 1));
}
