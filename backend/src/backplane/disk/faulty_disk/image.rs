//! Contents of a disk.

use std::collections::BTreeSet;
use std::io;

use crate::environment::SimulatedRandom;

/// Bytes that a disk writes completely or not at all.
const SECTOR: usize = 512;

/// Bytes that a file system allocates at once.
const BLOCK: usize = 4096;

/// Contents of a disk, for readers and after a crash.
#[derive(Debug, Default)]
pub struct Image {
    /// Contents after a crash.
    durable: Vec<u8>,
    /// Contents for readers.
    current: Vec<u8>,
    unsynced: Vec<Change>,
    /// Blocks that were ever written.
    allocated: BTreeSet<usize>,
}

#[derive(Debug)]
enum Change {
    Write(usize, Vec<u8>),
    Length(usize),
}

impl Image {
    /// Creates an image with durable contents.
    pub fn new(contents: Vec<u8>) -> Self {
        let allocated = (0..contents.len().div_ceil(BLOCK)).collect();
        Self { durable: contents.clone(), current: contents, unsynced: Vec::new(), allocated }
    }

    /// Returns the contents for readers.
    pub fn contents(&self) -> &[u8] {
        &self.current
    }

    /// Reads a part.
    ///
    /// # Errors
    /// Returns an error behind the end.
    pub fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let end = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let offset = usize::try_from(offset).map_err(|_| end())?;
        let range = offset..offset.checked_add(out.len()).ok_or_else(end)?;
        out.copy_from_slice(self.current.get(range).ok_or_else(end)?);
        Ok(())
    }

    /// Returns the number of bytes that a write of these has to allocate.
    pub fn needed(&self, at: usize, length: usize) -> usize {
        let blocks = at / BLOCK..(at + length).div_ceil(BLOCK);
        blocks.filter(|block| !self.allocated.contains(block)).count() * BLOCK
    }

    /// Writes bytes, which are not durable yet.
    pub fn write(&mut self, at: usize, data: &[u8]) {
        self.allocated.extend(at / BLOCK..(at + data.len()).div_ceil(BLOCK));
        put(&mut self.current, at, data);
        self.unsynced.push(Change::Write(at, data.to_vec()));
    }

    /// Changes the length, which is not durable yet.
    pub fn set_len(&mut self, length: usize) {
        self.current.resize(length, 0);
        self.unsynced.push(Change::Length(length));
    }

    /// Makes everything durable.
    pub fn sync(&mut self) {
        for change in std::mem::take(&mut self.unsynced) {
            apply(&mut self.durable, &change);
        }
    }

    /// Makes a random part of the unsynced changes durable, some of them in part. Readers still find all.
    pub fn lose_some(&mut self, random: &SimulatedRandom) {
        for change in std::mem::take(&mut self.unsynced) {
            match (change, random.below(3)) {
                (_, 0) => {}
                (Change::Write(at, data), 1) => put(&mut self.durable, at, &data[..some_sectors(&data, random)]),
                (change, _) => apply(&mut self.durable, &change),
            }
        }
    }

    /// Forgets what the system has cached of writes that are lost.
    pub fn drop_cache(&mut self) {
        self.current.clone_from(&self.durable);
        self.unsynced.iter().for_each(|change| apply(&mut self.current, change));
    }
}

/// Returns the length of a random number of whole sectors of some data.
pub fn some_sectors(data: &[u8], random: &SimulatedRandom) -> usize {
    random.index(data.len() / SECTOR + 1) * SECTOR
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
