//! An open file on a disk.

use std::io;
use std::sync::Arc;

use parking_lot::Mutex;
use redb::StorageBackend;

use super::image::some_sectors;
use super::state::DiskState;

/// Probability that a read fails while some do, in percent.
const SHORT_READS: usize = 20;

/// Probability that power is lost in a sync, relative to that of a write.
const SYNC: u64 = 8;

/// File that a process has opened on a disk.
#[derive(Debug)]
pub struct FaultyBackend {
    state: Arc<Mutex<DiskState>>,
    process: u64,
}

impl FaultyBackend {
    /// Creates the file of a process.
    pub fn new(state: Arc<Mutex<DiskState>>, process: u64) -> Self {
        Self { state, process }
    }
}

impl StorageBackend for FaultyBackend {
    fn len(&self) -> io::Result<u64> {
        let mut state = self.state.lock();
        state.check(self.process)?;
        Ok(state.image.contents().len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let mut state = self.state.lock();
        state.check(self.process)?;
        if state.has_short_reads && state.random.percent(SHORT_READS) {
            return state.fail(io::ErrorKind::UnexpectedEof);
        }
        state.image.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut state = self.state.lock();
        state.check(self.process)?;
        state.image.set_len(usize::try_from(len).unwrap());
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let pause = {
            let mut state = self.state.lock();
            state.syncs += 1;
            state.check(self.process)?;
            state.pause.clone()
        };
        if let Some(pause) = pause {
            pause();
        }
        let mut state = self.state.lock();
        state.check(self.process)?;
        let fails = state.fails(SYNC);
        state.check(self.process)?;
        if std::mem::take(&mut state.fails_sync) || fails {
            // The cache keeps the pages as if they were written: a second sync would succeed without writing them.
            let random = state.random.clone();
            state.image.lose_some(&random);
            return state.fail(io::Error::other("sync failed"));
        }
        state.image.sync();
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut state = self.state.lock();
        state.check(self.process)?;
        let offset = usize::try_from(offset).unwrap();
        let fails = state.fails(1);
        state.check(self.process)?;
        let needed = state.image.needed(offset, data.len());
        if needed > state.room {
            return state.fail(io::ErrorKind::StorageFull);
        }
        state.room -= if state.room == usize::MAX { 0 } else { needed };
        let written = if fails { some_sectors(data, &state.random) } else { data.len() };
        state.image.write(offset, &data[..written]);
        if fails { state.fail(io::Error::other("write failed")) } else { Ok(()) }
    }
}
