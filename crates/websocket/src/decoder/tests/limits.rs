//! Size (RFC 6455, sections 7.4.1 and 10.4): what is too large is refused before it is there.

use super::*;

#[test]
fn section_10_4_a_message_of_the_limit_is_heard_and_a_larger_one_is_refused_at_its_header() {
    let text = "x".repeat(MOST);
    assert_eq!(heard(server, &frame(0x81, text.as_bytes())), [format!("text {text}")]);
    for first_byte in [0x81, 0x82, 0x01, 0x02] {
        let large = frame(first_byte, &[b'x'; MOST + 1]);
        assert_eq!(listen(server(), [&large[..]]), ["1009 message too big"]);
        assert_eq!(refused_after(server, &large), Some(2 + 2 + 4));
    }
}

#[test]
fn section_10_4_lengths_beyond_all_memory_are_refused() {
    assert_eq!(heard(server, b"\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0"), ["1009 message too big"]);
    let second = [&frame(0x02, b"x")[..], b"\x80\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0"].concat();
    assert_eq!(heard(server, &second), ["1009 message too big"]);
}

#[test]
fn section_10_4_fragments_add_up() {
    let (most, half) = (vec![b'x'; MOST - 1], vec![b'x'; MOST / 2]);
    let fits = [frame(0x02, &half), frame(0x00, b""), frame(0x80, &half)].concat();
    assert_eq!(heard(server, &fits), [format!("binary {}", "x".repeat(MOST))]);
    let header = 2 + 4;
    let large = [frame(0x02, &most), frame(0x00, b"x"), frame(0x80, b"x")].concat();
    assert_eq!(listen(server(), [&large[..]]), ["1009 message too big"]);
    assert_eq!(refused_after(server, &large), Some(large.len() - 1), "at the header of the last fragment");
    let alone = [frame(0x02, &most), frame(0x00, b"xx")].concat();
    assert_eq!(refused_after(server, &alone), Some(header + 2 + most.len() + header), "also when it is not the last");
}

#[test]
fn section_10_4_control_frames_do_not_add_up() {
    let (half, pings) = (vec![b'x'; MOST / 2], frame(0x89, &[b'?'; 125]).repeat(10));
    let input = [&frame(0x02, &half)[..], &pings, &frame(0x80, &half)].concat();
    let told = listen(server(), [&input[..]]);
    assert_eq!(told.last(), Some(&format!("binary {}", "x".repeat(MOST))));
    assert_eq!(told.len(), 11);
    let full = [frame(0x02, &[b'x'; MOST]), frame(0x89, b"?"), frame(0x80, b"")].concat();
    assert_eq!(heard(server, &full), ["ping ?", &format!("binary {}", "x".repeat(MOST))]);
    let little = || Decoder::new(Role::Server, 1, Inflation::Refused);
    assert_eq!(heard(little, &frame(0x89, b"longer")), ["ping longer"]);
}

#[test]
fn section_10_4_messages_do_not_add_up() {
    let message = [frame(0x02, &[b'x'; MOST / 2]), frame(0x80, &[b'x'; MOST / 2])].concat();
    let told = listen(server(), [&message.repeat(3)[..]]);
    assert_eq!(told, vec![format!("binary {}", "x".repeat(MOST)); 3]);
}
