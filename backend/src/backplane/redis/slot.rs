//! Slots of a Redis Cluster.

/// Number of slots of a Cluster.
pub(super) const SLOTS: u16 = 16_384;

/// Returns the slot of a key or shard channel: CRC16/XMODEM of its hash tag, or of all of it without one.
pub(super) fn slot_of(key: &[u8]) -> u16 {
    crc16(hash_tag(key)) % SLOTS
}

/// Returns what is between the first `{` and the next `}`, if that is not empty; otherwise the key.
fn hash_tag(key: &[u8]) -> &[u8] {
    let Some(start) = key.iter().position(|byte| *byte == b'{') else { return key };
    let tag = &key[start + 1..];
    match tag.iter().position(|byte| *byte == b'}') {
        None | Some(0) => key,
        Some(end) => &tag[..end],
    }
}

fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc: u16, byte| {
        (0..8).fold(
            crc ^ (u16::from(*byte) << 8),
            |crc, _| if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 },
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calculates_the_slots_of_the_specification() {
        assert_eq!(crc16(b"123456789"), 0x31C3);
        assert_eq!(slot_of(b"foo"), 12_182);
        assert_eq!(slot_of(b"bar{foo}{x}"), 12_182);
        assert_eq!(slot_of(b"{foo"), crc16(b"{foo") % SLOTS);
        assert_eq!(slot_of(b"foo{}{bar}"), crc16(b"foo{}{bar}") % SLOTS);
    }
}
