//! Size limits (RFC 6455 §7.4.1 and §10.4): a message that is too large is rejected at its header.

use super::*;

#[test]
fn section_10_4_rejects_a_larger_message_at_its_header() {
    let text = "x".repeat(MAX_MESSAGE);
    assert_eq!(all_events(server, &frame(0x81, text.as_bytes())), [format!("text {text}")]);
    for first_byte in [0x81, 0x82, 0x01, 0x02] {
        let large = frame(first_byte, &[b'x'; MAX_MESSAGE + 1]);
        assert_eq!(decode(server(), [&large[..]]), ["1009 message too big"]);
        assert_eq!(bytes_until_error(server, &large), Some(2 + 2 + 4));
    }
}

#[test]
fn section_10_4_rejects_lengths_beyond_the_address_space() {
    assert_eq!(all_events(server, b"\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0"), ["1009 message too big"]);
    let second = [&frame(0x02, b"x")[..], b"\x80\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0"].concat();
    assert_eq!(all_events(server, &second), ["1009 message too big"]);
}

#[test]
fn section_10_4_limits_the_sum_of_fragments() {
    let (most, half) = (vec![b'x'; MAX_MESSAGE - 1], vec![b'x'; MAX_MESSAGE / 2]);
    let fits = [frame(0x02, &half), frame(0x00, b""), frame(0x80, &half)].concat();
    assert_eq!(all_events(server, &fits), [format!("binary {}", "x".repeat(MAX_MESSAGE))]);
    let header = 2 + 4;
    let large = [frame(0x02, &most), frame(0x00, b"x"), frame(0x80, b"x")].concat();
    assert_eq!(decode(server(), [&large[..]]), ["1009 message too big"]);
    assert_eq!(bytes_until_error(server, &large), Some(large.len() - 1), "at the header of the last fragment");
    let alone = [frame(0x02, &most), frame(0x00, b"xx")].concat();
    assert_eq!(
        bytes_until_error(server, &alone),
        Some(header + 2 + most.len() + header),
        "also when it is not the last"
    );
}

#[test]
fn section_10_4_does_not_count_control_frames() {
    let (half, pings) = (vec![b'x'; MAX_MESSAGE / 2], frame(0x89, &[b'?'; 125]).repeat(10));
    let input = [&frame(0x02, &half)[..], &pings, &frame(0x80, &half)].concat();
    let events = decode(server(), [&input[..]]);
    assert_eq!(events.last(), Some(&format!("binary {}", "x".repeat(MAX_MESSAGE))));
    assert_eq!(events.len(), 11);
    let full = [frame(0x02, &[b'x'; MAX_MESSAGE]), frame(0x89, b"?"), frame(0x80, b"")].concat();
    assert_eq!(all_events(server, &full), ["ping ?", &format!("binary {}", "x".repeat(MAX_MESSAGE))]);
    let little = || Decoder::new(Role::Server, 1, Inflation::Disabled);
    assert_eq!(all_events(little, &frame(0x89, b"longer")), ["ping longer"]);
}

#[test]
fn section_10_4_limits_each_message_separately() {
    let message = [frame(0x02, &[b'x'; MAX_MESSAGE / 2]), frame(0x80, &[b'x'; MAX_MESSAGE / 2])].concat();
    let events = decode(server(), [&message.repeat(3)[..]]);
    assert_eq!(events, vec![format!("binary {}", "x".repeat(MAX_MESSAGE)); 3]);
}
