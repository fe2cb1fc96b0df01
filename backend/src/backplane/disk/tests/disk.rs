//! A disk that fails as real ones do.

use std::io;
use std::sync::Arc;

use parking_lot::Mutex;
use redb::StorageBackend;

use super::random::SeededRandom;
use crate::backplane::disk::storage::Storage;

const SECTOR: usize = 512;

/// Disk whose writes are lost in a crash unless they are synced. Clones share it.
#[derive(Clone, Debug)]
pub struct FaultyDisk(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    random: SeededRandom,
    /// Contents after a crash.
    durable: Vec<u8>,
    /// Contents for readers.
    current: Vec<u8>,
    unsynced: Vec<Change>,
    generation: u64,
    /// Number of writes and syncs before one fails; `None` for no fault.
    fault_in: Option<u64>,
    /// Largest length that can be written; the disk is full beyond it.
    capacity: usize,
    /// True if every open and write fails.
    is_broken: bool,
    /// True if the next sync fails.
    fails_sync: bool,
    /// Number of syncs that were tried.
    syncs: u64,
}

#[derive(Clone, Debug)]
enum Change {
    Write(usize, Vec<u8>),
    Length(usize),
}

#[derive(Debug)]
struct FaultyBackend(FaultyDisk, u64);

impl FaultyDisk {
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(State {
            random: SeededRandom::new(seed),
            durable: Vec::new(),
            current: Vec::new(),
            unsynced: Vec::new(),
            generation: 0,
            fault_in: None,
            capacity: usize::MAX,
            is_broken: false,
            fails_sync: false,
            syncs: 0,
        })))
    }

    /// Creates a disk with contents.
    pub fn with_contents(contents: Vec<u8>) -> Self {
        let disk = Self::new(1);
        disk.0.lock().durable.clone_from(&contents);
        disk.0.lock().current = contents;
        disk
    }

    pub fn contents(&self) -> Vec<u8> {
        self.0.lock().current.clone()
    }

    /// Lets one of the next writes and syncs fail.
    pub fn fail_soon(&self, within: u64) {
        let mut state = self.0.lock();
        state.fault_in = Some(state.random.below(within));
    }

    /// Lets the next sync fail.
    pub fn fail_sync(&self) {
        self.0.lock().fails_sync = true;
    }

    /// Lets everything fail until it is repaired.
    pub fn set_broken(&self, is_broken: bool) {
        self.0.lock().is_broken = is_broken;
    }

    /// Lets the disk be full at its present length plus `room` bytes.
    pub fn fill(&self, room: usize) {
        let mut state = self.0.lock();
        state.capacity = state.current.len() + room;
    }

    pub fn repair(&self) {
        let mut state = self.0.lock();
        (state.fault_in, state.capacity, state.is_broken) = (None, usize::MAX, false);
    }

    pub fn syncs(&self) -> u64 {
        self.0.lock().syncs
    }

    /// Loses power: any part of what is not synced is lost, and open backends fail.
    pub fn crash(&self) {
        let mut state = self.0.lock();
        state.lose_some();
        state.current = state.durable.clone();
        state.generation += 1;
    }
}

impl State {
    /// Makes a random part of the unsynced writes durable, some of them in part.
    fn lose_some(&mut self) {
        for change in std::mem::take(&mut self.unsynced) {
            match (change, self.random.below(3)) {
                (_, 0) => {}
                (Change::Write(at, data), 1) => {
                    let sectors = self.random.below((data.len() / SECTOR) as u64 + 1);
                    put(&mut self.durable, at, &data[..usize::try_from(sectors).unwrap() * SECTOR]);
                }
                (change, _) => apply(&mut self.durable, &change),
            }
        }
    }

    fn check(&mut self, generation: u64) -> io::Result<()> {
        if generation != self.generation || self.is_broken {
            return Err(io::Error::other("the disk is gone"));
        }
        Ok(())
    }

    fn fails(&mut self) -> bool {
        match &mut self.fault_in {
            Some(0) => {
                self.fault_in = None;
                true
            }
            Some(left) => {
                *left -= 1;
                false
            }
            None => false,
        }
    }
}

fn apply(image: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Write(at, data) => put(image, *at, data),
        Change::Length(length) => image.resize(*length, 0),
    }
}

fn put(image: &mut Vec<u8>, at: usize, data: &[u8]) {
    if image.len() < at + data.len() {
        image.resize(at + data.len(), 0);
    }
    image[at..at + data.len()].copy_from_slice(data);
}

impl Storage for FaultyDisk {
    fn open(&self) -> io::Result<Box<dyn StorageBackend>> {
        let mut state = self.0.lock();
        let generation = state.generation;
        state.check(generation)?;
        Ok(Box::new(FaultyBackend(self.clone(), generation)))
    }

    fn drop_cache(&self) -> io::Result<()> {
        let mut state = self.0.lock();
        let mut current = state.durable.clone();
        state.unsynced.iter().for_each(|change| apply(&mut current, change));
        state.current = current;
        Ok(())
    }

    fn bytes(&self) -> io::Result<u64> {
        Ok(self.0.lock().current.len() as u64)
    }
}

impl StorageBackend for FaultyBackend {
    fn len(&self) -> io::Result<u64> {
        let mut state = self.0.0.lock();
        state.check(self.1)?;
        Ok(state.current.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let mut state = self.0.0.lock();
        state.check(self.1)?;
        let offset = usize::try_from(offset).unwrap();
        let end = offset.checked_add(out.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(state.current.get(offset..end).ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut state = self.0.0.lock();
        state.check(self.1)?;
        let length = usize::try_from(len).unwrap();
        state.current.resize(length, 0);
        state.unsynced.push(Change::Length(length));
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut state = self.0.0.lock();
        state.syncs += 1;
        state.check(self.1)?;
        if std::mem::take(&mut state.fails_sync) || state.fails() {
            // The cache keeps the pages as if they were written: a second sync would succeed without writing them.
            state.lose_some();
            return Err(io::Error::other("sync failed"));
        }
        for change in std::mem::take(&mut state.unsynced) {
            apply(&mut state.durable, &change);
        }
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut state = self.0.0.lock();
        state.check(self.1)?;
        let offset = usize::try_from(offset).unwrap();
        if offset + data.len() > state.capacity {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let mut data = data.to_vec();
        let fails = state.fails();
        if fails {
            let sectors = state.random.below((data.len() / SECTOR) as u64 + 1);
            data.truncate(usize::try_from(sectors).unwrap() * SECTOR);
        }
        put(&mut state.current, offset, &data);
        state.unsynced.push(Change::Write(offset, data));
        if fails { Err(io::Error::other("write failed")) } else { Ok(()) }
    }
}
