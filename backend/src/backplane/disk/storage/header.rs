//! The header of a database's file.

use std::io;
use std::ops::Range;

use redb::StorageBackend;
use xxhash_rust::xxh3::xxh3_128;

/// Length of the header (`docs/design.md` of redb): 64 bytes, and two commit slots of 128 bytes.
const LENGTH: usize = 320;
const SLOTS: [Range<usize>; 2] = [64..192, 192..320];

/// Version of a slot whose layout is known, and the place of its checksum.
const VERSION: u8 = 3;
const CHECKSUM: Range<usize> = 112..128;

/// Returns what is wrong with the header. The database would fall back to the commit before the last one, and the last
/// messages would be lost in silence: a header is in one sector, so that no crash leaves half of it.
///
/// # Errors
/// Returns an error if the header cannot be read.
pub fn header_damage(backend: &dyn StorageBackend) -> io::Result<Option<&'static str>> {
    let mut header = [0; LENGTH];
    if backend.len()? < LENGTH as u64 {
        return Ok(None);
    }
    backend.read(0, &mut header)?;
    let is_damaged = SLOTS.map(|slot| &header[slot]).into_iter().any(|slot| slot[0] == VERSION && !is_valid(slot));
    Ok(is_damaged.then_some("the checksum of a commit does not match"))
}

fn is_valid(slot: &[u8]) -> bool {
    xxh3_128(&slot[..CHECKSUM.start]).to_le_bytes() == slot[CHECKSUM]
}
