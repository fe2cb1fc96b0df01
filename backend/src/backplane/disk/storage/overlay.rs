//! A backend that changes nothing.

use std::collections::BTreeMap;
use std::io;
use std::ops::Bound;

use parking_lot::Mutex;
use redb::{BackendError, StorageBackend};

/// Bytes of a block. Writes are kept by block.
const BLOCK: u64 = 4096;

/// The same for lengths in memory.
const BLOCK_LENGTH: usize = 4096;

/// Place of the flags of a database's header (`docs/design.md` of redb), and the flag of an unclean end.
const FLAGS: (u64, u8) = (9, 2);

/// Backend that reads another one and keeps what is written in memory, so that a database that repairs itself when it is
/// opened can be read without a change of its file.
#[derive(Debug)]
pub struct OverlayBackend {
    inner: Box<dyn StorageBackend>,
    changes: Mutex<Changes>,
}

#[derive(Debug)]
struct Changes {
    len: u64,
    /// Length of the part of `inner` that has not been cut off.
    valid: u64,
    blocks: BTreeMap<u64, Vec<u8>>,
}

impl OverlayBackend {
    /// Creates a backend with the contents of `inner`.
    ///
    /// # Errors
    /// Returns an error if the length of `inner` cannot be read.
    pub fn new(inner: Box<dyn StorageBackend>) -> io::Result<Self> {
        let len = inner.len()?;
        Ok(Self { inner, changes: Mutex::new(Changes { len, valid: len, blocks: BTreeMap::new() }) })
    }

    /// Claims that the database was closed in order, so that it can be read although it cannot be repaired.
    ///
    /// # Errors
    /// Returns an error if the header cannot be read.
    pub fn claim_clean_end(&self) -> io::Result<()> {
        let mut flags = [0];
        self.read(FLAGS.0, &mut flags)?;
        self.write(FLAGS.0, &[flags[0] & !FLAGS.1])
    }

    fn block<'a>(&self, changes: &'a mut Changes, index: u64) -> io::Result<&'a mut Vec<u8>> {
        if !changes.blocks.contains_key(&index) {
            let mut block = vec![0; BLOCK_LENGTH];
            self.read_inner(changes.valid, index * BLOCK, &mut block)?;
            changes.blocks.insert(index, block);
        }
        changes.blocks.get_mut(&index).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Reads what `inner` has before `valid`; the rest is zero.
    fn read_inner(&self, valid: u64, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let length = usize::try_from(valid.saturating_sub(offset)).unwrap_or(usize::MAX).min(out.len());
        out[length..].fill(0);
        if length == 0 { Ok(()) } else { self.inner.read(offset, &mut out[..length]) }
    }
}

/// Returns the place of an offset in its block.
fn within_block(offset: u64) -> usize {
    // Less than the length of a block.
    usize::try_from(offset % BLOCK).unwrap_or_default()
}

/// Calls `each` with the block, the place in it and the length of every part of a range.
fn for_each_block(
    offset: u64,
    length: usize,
    mut each: impl FnMut(u64, usize, std::ops::Range<usize>) -> io::Result<()>,
) -> io::Result<()> {
    let mut done = 0;
    while done < length {
        let at = offset + done as u64;
        let within = within_block(at);
        let part = (BLOCK_LENGTH - within).min(length - done);
        each(at / BLOCK, within, done..done + part)?;
        done += part;
    }
    Ok(())
}

impl StorageBackend for OverlayBackend {
    fn len(&self) -> io::Result<u64> {
        Ok(self.changes.lock().len)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let changes = self.changes.lock();
        if offset.checked_add(out.len() as u64).is_none_or(|end| end > changes.len) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if changes.blocks.is_empty() {
            return self.read_inner(changes.valid, offset, out);
        }
        for_each_block(offset, out.len(), |index, within, range| match changes.blocks.get(&index) {
            Some(block) => {
                let length = range.len();
                out[range].copy_from_slice(&block[within..within + length]);
                Ok(())
            }
            None => self.read_inner(changes.valid, index * BLOCK + within as u64, &mut out[range]),
        })
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut changes = self.changes.lock();
        if len < changes.len {
            changes.valid = changes.valid.min(len);
            drop(changes.blocks.split_off(&len.div_ceil(BLOCK)));
            if let Some(block) = changes.blocks.get_mut(&(len / BLOCK)) {
                block[within_block(len)..].fill(0);
            }
        }
        changes.len = len;
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut changes = self.changes.lock();
        for_each_block(offset, data.len(), |index, within, range| {
            let length = range.len();
            self.block(&mut changes, index)?[within..within + length].copy_from_slice(&data[range]);
            Ok(())
        })
    }

    fn close(&self) -> io::Result<()> {
        self.inner.close()
    }

    // Nobody else knows the changes, and the folder is locked by its owner.
    fn try_lock_range(&self, _: Bound<u64>, _: Bound<u64>) -> Result<bool, BackendError> {
        Ok(true)
    }

    fn try_lock_shared_range(&self, _: Bound<u64>, _: Bound<u64>) -> Result<bool, BackendError> {
        Ok(true)
    }

    fn lock_range(&self, _: Bound<u64>, _: Bound<u64>) -> Result<(), BackendError> {
        Ok(())
    }

    fn lock_shared_range(&self, _: Bound<u64>, _: Bound<u64>) -> Result<(), BackendError> {
        Ok(())
    }

    fn unlock_range(&self, _: Bound<u64>, _: Bound<u64>) -> Result<(), BackendError> {
        Ok(())
    }

    fn query_lock_range(&self, _: Bound<u64>, _: Bound<u64>) -> Result<bool, BackendError> {
        Ok(false)
    }
}
