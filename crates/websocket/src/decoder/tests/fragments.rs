//! Messages in several frames (RFC 6455, section 5.4).

use super::*;

#[test]
fn section_5_4_fragments_are_joined_in_their_order() {
    let text = [frame(0x01, b"Hel"), frame(0x00, b"lo, "), frame(0x80, b"world")].concat();
    assert_eq!(heard(server, &text), ["text Hello, world"]);
    let binary = [frame(0x02, b"\x00"), frame(0x80, b"\xff")].concat();
    assert_eq!(heard(server, &binary), [r"binary \x00\xff"]);
}

#[test]
fn section_5_4_fragments_may_be_empty() {
    let empty = [frame(0x02, b""), frame(0x00, b""), frame(0x80, b"")].concat();
    assert_eq!(heard(server, &empty), ["binary "]);
    let nearly = [frame(0x01, b""), frame(0x00, b"Hello"), frame(0x80, b"")].concat();
    assert_eq!(heard(server, &nearly), ["text Hello"]);
}

#[test]
fn section_5_4_a_message_is_heard_when_its_last_fragment_is_there() {
    assert_eq!(heard(server, &frame(0x01, b"Hello")), ["..."]);
    assert_eq!(heard(server, &[frame(0x01, b"Hel"), frame(0x00, b"lo")].concat()), ["..."]);
}

#[test]
fn section_5_4_control_frames_are_heard_between_fragments() {
    let input = [
        frame(0x01, b"Hel"),
        frame(0x89, b"there?"),
        frame(0x8a, b""),
        frame(0x00, b"l"),
        frame(0x89, &[b'?'; 125]),
        frame(0x80, b"o"),
        frame(0x89, b"and now?"),
    ];
    let long = format!("ping {}", "?".repeat(125));
    assert_eq!(heard(server, &input.concat()), ["ping there?", "pong ", &long, "text Hello", "ping and now?"]);
}

#[test]
fn section_5_4_a_close_is_heard_between_fragments() {
    let input = [frame(0x02, b"Hel"), frame(0x88, b"\x03\xe9")].concat();
    assert_eq!(heard(server, &input), ["close 1001", "..."]);
}

#[test]
fn section_5_4_messages_follow_each_other() {
    let input = [
        frame(0x01, b"Hel"),
        frame(0x80, b"lo"),
        frame(0x82, b"1"),
        frame(0x02, b"2"),
        frame(0x80, b"3"),
        frame(0x81, b""),
    ];
    assert_eq!(heard(server, &input.concat()), ["text Hello", "binary 1", "binary 23", "text "]);
}

#[test]
fn section_5_4_a_continuation_continues_something() {
    for first_byte in [0x00, 0x80] {
        let nothing = frame(first_byte, b"lo");
        assert_eq!(heard(server, &nothing), ["1002 nothing to continue"]);
        let ended = [frame(0x01, b"Hel"), frame(0x80, b"lo"), nothing.clone()].concat();
        assert_eq!(heard(server, &ended), ["text Hello", "1002 nothing to continue"]);
        let whole = [frame(0x81, b"Hello"), nothing.clone()].concat();
        assert_eq!(heard(server, &whole), ["text Hello", "1002 nothing to continue"]);
        let only_a_ping = [frame(0x89, b""), nothing].concat();
        assert_eq!(heard(server, &only_a_ping), ["ping ", "1002 nothing to continue"]);
    }
}

#[test]
fn section_5_4_no_message_begins_inside_another() {
    for first_byte in [0x81, 0x82, 0x01, 0x02] {
        let input = [frame(0x01, b"Hel"), frame(first_byte, b"lo")].concat();
        assert_eq!(heard(server, &input), ["1002 message not finished"], "{first_byte:x}");
        let input = [frame(0x02, b""), frame(0x89, b"?"), frame(first_byte, b"")].concat();
        assert_eq!(heard(server, &input), ["ping ?", "1002 message not finished"], "{first_byte:x}");
    }
}
