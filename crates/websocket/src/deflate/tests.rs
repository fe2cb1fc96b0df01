//! The examples of RFC 7692, what comes back after both ways, and what must be refused.

use super::*;

fn deflated(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    deflate(message, LARGEST_WINDOW, &mut out);
    out
}

fn inflated(compressed: &[u8], limit: usize) -> Result<Vec<u8>, Violation> {
    let mut out = Vec::new();
    inflate(compressed, limit, &mut out).map(|()| out)
}

/// Bytes that cannot be compressed.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    std::iter::repeat_with(next).take(length).collect()
}

#[test]
fn section_7_2_3_1_the_example_is_inflated() {
    assert_eq!(inflated(&[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00], 5), Ok(b"Hello".to_vec()));
}

#[test]
fn section_7_2_3_2_a_second_message_may_refer_to_the_first() {
    let mut inflater = Inflater::default();
    for compressed in [&[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00][..], &[0xf2, 0x00, 0x11, 0x00, 0x00]] {
        let mut out = Vec::new();
        assert_eq!(inflater.inflate(compressed, 100, &mut out), Ok(()));
        assert_eq!(out, b"Hello");
    }
    assert!(inflated(&[0xf2, 0x00, 0x11, 0x00, 0x00], 100).is_err(), "by itself it refers to nothing");
}

#[test]
fn section_7_2_3_3_a_block_without_compression_is_inflated() {
    let stored = [0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00];
    assert_eq!(inflated(&stored, 5), Ok(b"Hello".to_vec()));
}

#[test]
fn section_7_2_3_4_a_final_block_is_inflated() {
    let last = [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00];
    assert_eq!(inflated(&last, 5), Ok(b"Hello".to_vec()));
}

#[test]
fn section_7_2_3_5_two_blocks_are_inflated() {
    let two = [0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00];
    assert_eq!(inflated(&two, 5), Ok(b"Hello".to_vec()));
}

#[test]
fn section_7_2_3_6_an_empty_message_is_one_byte() {
    assert_eq!(inflated(&[0x00], 0), Ok(Vec::new()));
}

#[test]
fn what_is_compressed_is_inflated_again() {
    for length in [0, 1, 99, 100, 4_095, 4_096, 65_535, 65_536, 1_000_000] {
        for message in [vec![b'x'; length], noise(length)] {
            let compressed = deflated(&message);
            assert!(!compressed.ends_with(&TAIL), "section 7.2.1: the tail is not sent");
            assert_eq!(inflated(&compressed, length).as_ref(), Ok(&message), "{length} bytes");
        }
    }
}

#[test]
fn a_message_does_not_depend_on_the_one_before_unless_it_may() {
    let text = noise(1_000);
    assert_eq!(deflated(&text), deflated(&text));
    let (mut deflater, mut first, mut second) = (Deflater::new(LARGEST_WINDOW), Vec::new(), Vec::new());
    deflater.deflate(&text, &mut first);
    deflater.deflate(&text, &mut second);
    assert!(second.len() < first.len() / 2, "{} {}", first.len(), second.len());
}

#[test]
fn a_bomb_is_refused_without_the_memory_it_asks_for() {
    let bomb = deflated(&vec![0; 16 << 20]);
    assert!(bomb.len() < 1 << 20, "{}", bomb.len());
    let mut out = Vec::new();
    assert_eq!(inflate(&bomb, 65_536, &mut out), Err(Violation::TooBig));
    assert!(out.capacity() <= 2 * 65_536 + 2 * STEP, "{}", out.capacity());
}

#[test]
fn the_limit_itself_is_taken_and_one_byte_more_is_not() {
    let compressed = deflated(&[7; 1_000]);
    assert_eq!(inflated(&compressed, 1_000).map(|out| out.len()), Ok(1_000));
    assert_eq!(inflated(&compressed, 999), Err(Violation::TooBig));
}

#[test]
fn what_is_no_deflate_stream_is_refused() {
    assert_eq!(inflated(&[0xff; 20], 1_000), Err(Violation::Deflate));
    assert_eq!(inflated(b"not compressed", 1_000), Err(Violation::Deflate));
}

#[test]
fn section_7_2_2_a_message_that_is_cut_is_refused() {
    for message in [b"Hello".to_vec(), vec![b'x'; 1_000], noise(1_000)] {
        let whole = deflated(&message);
        for end in 1..whole.len() {
            assert!(inflated(&whole[..end], 1_000).is_err(), "{end} of {whole:x?}");
        }
    }
}

#[test]
fn a_message_without_a_single_block_is_empty_and_the_next_begins_anew() {
    assert_eq!(inflated(&[], 0), Ok(Vec::new()));
    let (mut inflater, mut out) = (Inflater::default(), Vec::new());
    for compressed in [&[][..], &[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]] {
        assert_eq!(inflater.inflate(compressed, 5, &mut out), Ok(()));
    }
    assert_eq!(out, b"Hello");
}

#[test]
fn a_final_block_without_another_behind_it_is_inflated_and_the_next_message_begins_anew() {
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
fn a_message_that_was_refused_leaves_nothing_behind() {
    for wrong in [&b"not compressed"[..], &[0xf2, 0x48, 0xcd], &deflated(&[7; 1_000])] {
        assert!(inflated(wrong, 100).is_err());
        assert_eq!(inflated(&[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00], 5), Ok(b"Hello".to_vec()));
    }
}

#[test]
fn section_7_1_2_1_no_message_refers_to_what_is_outside_the_window() {
    // Inflating would not show it: zlib understands what is further back, too. So it is told by size,
    // of what repeats itself just outside and just inside.
    for window in 9..=LARGEST_WINDOW {
        for (length, refers) in [((1 << window) + 100, false), ((1 << window) - 300, true)] {
            let (message, mut compressed) = (noise(length).repeat(2), Vec::new());
            Deflater::new(window).deflate(&message, &mut compressed);
            assert_eq!(compressed.len() < message.len() * 4 / 5, refers, "{length} bytes twice, window {window}");
            assert_eq!(inflated(&compressed, message.len()), Ok(message));
        }
    }
}

#[test]
fn a_message_is_appended_and_only_its_own_bytes_count() {
    let mut out = b"before".to_vec();
    assert_eq!(inflate(&deflated(&[7; 1_000]), 1_000, &mut out), Ok(()));
    assert_eq!(out, [&b"before"[..], &[7; 1_000]].concat());
    assert_eq!(inflate(&deflated(&[7; 1_000]), 999, &mut out), Err(Violation::TooBig));
}

#[test]
fn what_is_too_big_is_that_before_it_is_anything_else() {
    let stored = [0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0xff];
    for room in [0, 1_000] {
        let mut out = Vec::with_capacity(room);
        assert_eq!(inflate(&stored, 4, &mut out), Err(Violation::TooBig), "with room for {room}");
        assert_eq!(inflate(&stored, 5, &mut Vec::with_capacity(room)), Err(Violation::Deflate));
    }
}

#[test]
fn a_message_that_ends_inside_a_block_is_refused() {
    let compressed = deflated(&noise(1_000));
    for end in 1..compressed.len() {
        assert_eq!(inflated(&compressed[..end], 2_000), Err(Violation::Deflate), "cut at {end}");
    }
}

#[test]
fn a_byte_that_should_be_there_and_says_nothing_may_be_missing() {
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
fn an_empty_message_after_another_is_one_byte_too() {
    let (mut deflater, mut out) = (Deflater::new(LARGEST_WINDOW), vec![7, 0, 0, 0xff, 0xff]);
    for _ in 0..3 {
        let before = out.clone();
        deflater.deflate(b"", &mut out);
        assert_eq!(out, [&before[..], &[0]].concat());
    }
}

#[test]
fn many_small_blocks_are_read_in_place() {
    let finals = [3, 0].repeat(100_000);
    let mut out = Vec::with_capacity(1 << 20);
    assert_eq!(inflate(&finals, 1 << 20, &mut out), Ok(()));
    assert!(out.is_empty());
}
