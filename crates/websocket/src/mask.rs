//! Masking of payloads (RFC 6455 §5.3). Masking and unmasking are the same operation.

/// Applies `key` to `bytes`, the part of a payload that begins at `offset` (in bytes).
pub fn apply(bytes: &mut [u8], key: [u8; 4], offset: usize) {
    let key = u32::from_le_bytes(std::array::from_fn(|index| key[(offset + index) % 4]));
    // Wide chunks, which the compiler vectorizes.
    let wide = (u64::from(key) << 32 | u64::from(key)).to_le_bytes();
    let mut chunks = bytes.chunks_exact_mut(8);
    for chunk in &mut chunks {
        for (byte, mask) in chunk.iter_mut().zip(wide) {
            *byte ^= mask;
        }
    }
    for (byte, mask) in chunks.into_remainder().iter_mut().zip(wide) {
        *byte ^= mask;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply_by_byte(bytes: &mut [u8], key: [u8; 4], offset: usize) {
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte ^= key[(offset + index) % 4];
        }
    }

    #[test]
    fn section_5_7_unmasks_the_example() {
        let mut payload = *b"\x7f\x9f\x4d\x51\x58";
        apply(&mut payload, [0x37, 0xfa, 0x21, 0x3d], 0);
        assert_eq!(&payload, b"Hello");
    }

    #[test]
    fn matches_the_rfc_for_every_length_and_offset() {
        let key = [0x11, 0x22, 0x44, 0x88];
        for length in 0..70 {
            for offset in 0..9 {
                let original: Vec<u8> = (0..length).collect();
                let (mut fast, mut slow) = (original.clone(), original.clone());
                apply(&mut fast, key, offset);
                apply_by_byte(&mut slow, key, offset);
                assert_eq!(fast, slow, "length {length}, offset {offset}");
                apply(&mut fast, key, offset);
                assert_eq!(fast, original);
            }
        }
    }

    #[test]
    fn changes_nothing_with_a_zero_key() {
        let mut payload = *b"Hello, world";
        apply(&mut payload, [0; 4], 3);
        assert_eq!(&payload, b"Hello, world");
    }
}
