//! Estimate of the space that the records take in the database.

use std::collections::HashMap;

use super::room_index::RecordEntry;

/// Size of a page of the database, in bytes.
const PAGE: u64 = 4096;
/// Bytes of a page beside its records.
const HEADER: u64 = 4;
/// Bytes of a record beside its value: its key, and the end of its value.
const PAIR: u64 = 12;
/// Number of consecutive records whose pages are estimated together.
const CHUNK: u64 = 64;
/// Largest space of a chunk in percent of its records: pages that are less than a third full are merged with their
/// neighbors, and then they are fuller.
const SPARSEST: u64 = 250;

/// Space of all records, in bytes. Pages hold consecutive records, and what is removed from a page leaves a hole: space is
/// free for others only when the page is empty, or so empty that it is merged with a neighbor.
#[derive(Debug, Default)]
pub struct Footprint {
    chunks: HashMap<u64, Chunk>,
    /// Largest sequence number.
    latest: u64,
    total: u64,
}

/// The records of a chunk.
#[derive(Clone, Copy, Debug, Default)]
struct Chunk {
    records: u64,
    /// Space of the records that share pages with others, without holes.
    shared: u64,
    /// Space of the records that have pages of their own.
    own: u64,
    /// Space of the chunk, with its holes.
    counted: u64,
}

impl Footprint {
    /// Returns the estimate.
    pub fn bytes(&self) -> u64 {
        self.total
    }

    /// Adds a record. Sequence numbers grow.
    pub fn add(&mut self, entry: RecordEntry) {
        self.latest = self.latest.max(entry.sequence);
        self.change(entry, |chunk, space| {
            chunk.records += 1;
            *chunk.part(space) += space;
        });
    }

    /// Removes a record.
    pub fn remove(&mut self, entry: RecordEntry) {
        self.change(entry, |chunk, space| {
            chunk.records = chunk.records.saturating_sub(1);
            let part = chunk.part(space);
            *part = part.saturating_sub(space);
        });
    }

    fn change(&mut self, entry: RecordEntry, change: impl FnOnce(&mut Chunk, u64)) {
        let number = entry.sequence / CHUNK;
        // The last chunk may have fewer records yet. Those of the others were counted when it was the last one.
        let written = CHUNK.min((self.latest + 1).saturating_sub(number * CHUNK));
        let chunk = self.chunks.entry(number).or_default();
        let before = chunk.counted;
        change(chunk, space(entry.length));
        chunk.counted = chunk.bytes(written);
        self.total = self.total - before + chunk.counted;
        if chunk.records == 0 {
            self.chunks.remove(&number);
        }
    }
}

impl Chunk {
    fn part(&mut self, space: u64) -> &mut u64 {
        if space < PAGE { &mut self.shared } else { &mut self.own }
    }

    /// Returns the space of the chunk, of which so many records were written.
    fn bytes(&self, written: u64) -> u64 {
        let holes = (self.shared * written / self.records.max(1)).min(self.shared * SPARSEST / 100);
        self.own + holes
    }
}

/// Returns the space of a record with a value of this length among equal ones.
fn space(length: u32) -> u64 {
    let pair = u64::from(length) + PAIR;
    if pair + HEADER > PAGE { (pair + HEADER).next_power_of_two() } else { PAGE / ((PAGE - HEADER) / pair) }
}
