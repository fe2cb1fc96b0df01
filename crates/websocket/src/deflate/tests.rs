//! The examples of RFC 7692, round trips, and invalid input.

use super::*;

fn deflated(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    deflate(message, MAX_WINDOW_BITS, &mut out);
    out
}

fn inflated(compressed: &[u8], limit: usize) -> Result<Vec<u8>, ProtocolError> {
    let mut out = Vec::new();
    inflate(compressed, limit, &mut out).map(|()| out)
}

/// Returns incompressible bytes.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    std::iter::repeat_with(next).take(length).collect()
}

#[test]
fn section_7_2_3_1_inflates_the_example() {
    assert_eq!(inflated(&[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00], 5), Ok(b"Hello".to_vec()));
}

#[test]
fn section_7_2_3_2_resolves_references_to_an_earlier_message() {
    let mut inflater = Inflater::default();
    for compressed in [&[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00][..], &[0xf2, 0x00, 0x11, 0x00, 0x00]] {
        let mut out = Vec::new();
        assert_eq!(inflater.inflate(compressed, 100, &mut out), Ok(()));
        assert_eq!(out, b"Hello");
    }
    assert!(inflated(&[0xf2, 0x00, 0x11, 0x00, 0x00], 100).is_err(), "invalid without the earlier message");
}

#[test]
fn section_7_2_3_3_inflates_a_stored_block() {
    let stored = [0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00];
    assert_eq!(inflated(&stored, 5), Ok(b"Hello".to_vec()));
}

#[test]
fn section_7_2_3_4_inflates_a_final_block() {
    let last = [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00];
    assert_eq!(inflated(&last, 5), Ok(b"Hello".to_vec()));
}

#[test]
fn section_7_2_3_5_inflates_two_blocks() {
    let two = [0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00];
    assert_eq!(inflated(&two, 5), Ok(b"Hello".to_vec()));
}

#[test]
fn section_7_2_3_6_encodes_an_empty_message_as_one_byte() {
    assert_eq!(inflated(&[0x00], 0), Ok(Vec::new()));
}

#[test]
fn round_trips_messages() {
    for length in [0, 1, 99, 100, 4_095, 4_096, 65_535, 65_536, 1_000_000] {
        for message in [vec![b'x'; length], noise(length)] {
            let compressed = deflated(&message);
            assert!(!compressed.ends_with(&FLUSH_TAIL), "section 7.2.1: the tail must not be sent");
            assert_eq!(inflated(&compressed, length).as_ref(), Ok(&message), "{length} bytes");
        }
    }
}

#[test]
fn refers_to_earlier_messages_only_with_context_takeover() {
    let text = noise(1_000);
    assert_eq!(deflated(&text), deflated(&text));
    let (mut deflater, mut first, mut second) = (Deflater::new(MAX_WINDOW_BITS), Vec::new(), Vec::new());
    deflater.deflate(&text, &mut first);
    deflater.deflate(&text, &mut second);
    assert!(second.len() < first.len() / 2, "{} {}", first.len(), second.len());
}

#[test]
fn rejects_a_decompression_bomb_without_allocating_its_size() {
    let bomb = deflated(&vec![0; 16 << 20]);
    assert!(bomb.len() < 1 << 20, "{}", bomb.len());
    let mut out = Vec::new();
    assert_eq!(inflate(&bomb, 65_536, &mut out), Err(ProtocolError::TooBig));
    assert!(out.capacity() <= 2 * 65_536 + 2 * GROWTH, "{}", out.capacity());
}

#[test]
fn accepts_the_limit_and_rejects_one_byte_more() {
    let compressed = deflated(&[7; 1_000]);
    assert_eq!(inflated(&compressed, 1_000).map(|out| out.len()), Ok(1_000));
    assert_eq!(inflated(&compressed, 999), Err(ProtocolError::TooBig));
}

#[test]
fn rejects_invalid_data() {
    assert_eq!(inflated(&[0xff; 20], 1_000), Err(ProtocolError::Deflate));
    assert_eq!(inflated(b"not compressed", 1_000), Err(ProtocolError::Deflate));
}

#[test]
fn section_7_2_2_rejects_a_truncated_message() {
    for message in [b"Hello".to_vec(), vec![b'x'; 1_000], noise(1_000)] {
        let whole = deflated(&message);
        for end in 1..whole.len() {
            assert!(inflated(&whole[..end], 1_000).is_err(), "{end} of {whole:x?}");
        }
    }
}

#[test]
fn inflates_a_message_without_blocks_as_empty() {
    assert_eq!(inflated(&[], 0), Ok(Vec::new()));
    let (mut inflater, mut out) = (Inflater::default(), Vec::new());
    for compressed in [&[][..], &[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]] {
        assert_eq!(inflater.inflate(compressed, 5, &mut out), Ok(()));
    }
    assert_eq!(out, b"Hello");
}

#[test]
fn starts_a_new_stream_after_a_final_block() {
    let last = [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
    assert_eq!(inflated(&last, 5), Ok(b"Hello".to_vec()));
    let mut inflater = Inflater::default();
    for _ in 0..2 {
        let mut out = Vec::new();
        assert_eq!(inflater.inflate(&last, 5, &mut out), Ok(()));
        assert_eq!(out, b"Hello");
    }
}

#[test]
fn keeps_no_state_after_an_error() {
    for invalid in [&b"not compressed"[..], &[0xf2, 0x48, 0xcd], &deflated(&[7; 1_000])] {
        assert!(inflated(invalid, 100).is_err());
        assert_eq!(inflated(&[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00], 5), Ok(b"Hello".to_vec()));
    }
}

#[test]
fn section_7_1_2_1_stays_within_the_window() {
    // zlib inflates references beyond the window as well, so inflating proves nothing. The sizes do: data that
    // repeats just outside the window stays large, and just inside it becomes small.
    for window in 9..=MAX_WINDOW_BITS {
        for (length, refers) in [((1 << window) + 100, false), ((1 << window) - 300, true)] {
            let (message, mut compressed) = (noise(length).repeat(2), Vec::new());
            Deflater::new(window).deflate(&message, &mut compressed);
            assert_eq!(compressed.len() < message.len() * 4 / 5, refers, "{length} bytes twice, window {window}");
            assert_eq!(inflated(&compressed, message.len()), Ok(message));
        }
    }
}

#[test]
fn appends_to_the_output_and_counts_only_the_message() {
    let mut out = b"before".to_vec();
    assert_eq!(inflate(&deflated(&[7; 1_000]), 1_000, &mut out), Ok(()));
    assert_eq!(out, [&b"before"[..], &[7; 1_000]].concat());
    assert_eq!(inflate(&deflated(&[7; 1_000]), 999, &mut out), Err(ProtocolError::TooBig));
}

#[test]
fn reports_an_exceeded_limit_before_other_errors() {
    let stored = [0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0xff];
    for capacity in [0, 1_000] {
        let mut out = Vec::with_capacity(capacity);
        assert_eq!(inflate(&stored, 4, &mut out), Err(ProtocolError::TooBig), "with a capacity of {capacity}");
        assert_eq!(inflate(&stored, 5, &mut Vec::with_capacity(capacity)), Err(ProtocolError::Deflate));
    }
}

#[test]
fn rejects_a_message_that_ends_inside_a_block() {
    let compressed = deflated(&noise(1_000));
    for end in 1..compressed.len() {
        assert_eq!(inflated(&compressed[..end], 2_000), Err(ProtocolError::Deflate), "cut at {end}");
    }
}

#[test]
fn accepts_a_missing_empty_block() {
    let last = [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
    for (compressed, message) in [(&last[..], &b"Hello"[..]), (&[], b"")] {
        assert_eq!(inflated(compressed, 5).as_deref(), Ok(message), "sections 7.2.3.4 and 7.2.3.6");
    }
    let (mut inflater, mut out) = (Inflater::default(), Vec::new());
    for compressed in [&last[..], &[], &last] {
        assert_eq!(inflater.inflate(compressed, 5, &mut out), Ok(()));
    }
    assert_eq!(out, b"HelloHello");
}

#[test]
fn encodes_an_empty_message_after_another_as_one_byte() {
    let (mut deflater, mut out) = (Deflater::new(MAX_WINDOW_BITS), vec![7, 0, 0, 0xff, 0xff]);
    for _ in 0..3 {
        let before = out.clone();
        deflater.deflate(b"", &mut out);
        assert_eq!(out, [&before[..], &[0]].concat());
    }
}

#[test]
fn inflates_many_small_blocks_in_linear_time() {
    let finals = [3, 0].repeat(100_000);
    let mut out = Vec::with_capacity(1 << 20);
    assert_eq!(inflate(&finals, 1 << 20, &mut out), Ok(()));
    assert!(out.is_empty());
}
