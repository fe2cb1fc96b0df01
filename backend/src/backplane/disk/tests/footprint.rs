//! The estimate of the space of records, beside that of a real database.

#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "small sizes")]

use std::ops::Range;

use redb::backends::InMemoryBackend;
use redb::{Builder, Database, ReadableTableMetadata};
use yodel_protocol::Offset;

use crate::backplane::disk::database::RECORDS;
use crate::backplane::disk::footprint::Footprint;
use crate::backplane::disk::room_index::RecordEntry;
use crate::environment::SimulatedRandom;

/// Records of a database.
struct Records {
    database: Database,
    footprint: Footprint,
    entries: Vec<RecordEntry>,
    random: SimulatedRandom,
}

impl Records {
    /// Adds records of random lengths to an empty database, in several transactions.
    fn new(count: u64, lengths: Range<u64>) -> Self {
        let database = Builder::new().create_with_backend(InMemoryBackend::new()).unwrap();
        let (mut footprint, mut entries, random) = (Footprint::default(), Vec::new(), SimulatedRandom::new(1));
        for first in (1..=count).step_by(50) {
            let transaction = database.begin_write().unwrap();
            let mut table = transaction.open_table(RECORDS).unwrap();
            for sequence in first..first + 50 {
                let length = lengths.start + random.below(lengths.end - lengths.start);
                table.insert(sequence, vec![7; length as usize].as_slice()).unwrap();
                let entry = RecordEntry { sequence, offset: Offset(sequence), length: length as u32, has_key: false };
                footprint.add(entry);
                entries.push(entry);
            }
            drop(table);
            transaction.commit().unwrap();
        }
        Self { database, footprint, entries, random }
    }

    /// Removes this share of the records, in percent, at random.
    fn remove(&mut self, percent: u64) {
        let transaction = self.database.begin_write().unwrap();
        let mut table = transaction.open_table(RECORDS).unwrap();
        let Self { entries, random, footprint, .. } = self;
        for entry in entries.extract_if(.., |_| random.below(100) < percent) {
            table.remove(entry.sequence).unwrap();
            footprint.remove(entry);
        }
        drop(table);
        transaction.commit().unwrap();
    }

    /// Returns the estimate beside the space in the database.
    fn accuracy(&self) -> f64 {
        let transaction = self.database.begin_write().unwrap();
        let stats = transaction.open_table(RECORDS).unwrap().stats().unwrap();
        let space = stats.stored_bytes() + stats.metadata_bytes() + stats.fragmented_bytes();
        self.footprint.bytes() as f64 / space as f64
    }
}

#[test]
fn the_estimate_is_near_the_space_in_the_database() {
    for lengths in [100..101, 300..301, 2100..2101, 5000..5001, 20_000..20_001, 100..2000, 100..20_000] {
        let mut records = Records::new(5000, lengths.clone());
        for percent in [0, 20, 40, 60, 50, 50] {
            records.remove(percent);
            let (accuracy, kept) = (records.accuracy(), records.entries.len());
            eprintln!("{lengths:?}: {kept} kept: {accuracy}");
            assert!((0.9..1.8).contains(&accuracy), "{lengths:?}: {accuracy} with {kept} records");
        }
    }
}

#[test]
fn what_is_removed_in_order_leaves_no_hole() {
    let mut records = Records::new(5000, 300..301);
    let before = records.footprint.bytes();
    for entry in records.entries.drain(..2500) {
        records.footprint.remove(entry);
    }
    assert!(records.footprint.bytes() <= before * 51 / 100);
    for entry in records.entries.drain(..) {
        records.footprint.remove(entry);
    }
    assert_eq!(records.footprint.bytes(), 0);
}
