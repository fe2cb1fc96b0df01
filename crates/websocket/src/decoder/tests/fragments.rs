//! Messages in several frames (RFC 6455, section 5.4).

use super::*;

#[test]
fn section_5_4_joins_fragments_in_order() {
    let text = [frame(0x01, b"Hel"), frame(0x00, b"lo, "), frame(0x80, b"world")].concat();
    assert_eq!(all_events(server, &text), ["text Hello, world"]);
    let binary = [frame(0x02, b"\x00"), frame(0x80, b"\xff")].concat();
    assert_eq!(all_events(server, &binary), [r"binary \x00\xff"]);
}

#[test]
fn section_5_4_accepts_empty_fragments() {
    let empty = [frame(0x02, b""), frame(0x00, b""), frame(0x80, b"")].concat();
    assert_eq!(all_events(server, &empty), ["binary "]);
    let nearly = [frame(0x01, b""), frame(0x00, b"Hello"), frame(0x80, b"")].concat();
    assert_eq!(all_events(server, &nearly), ["text Hello"]);
}

#[test]
fn section_5_4_delivers_a_message_after_its_last_fragment() {
    assert_eq!(all_events(server, &frame(0x01, b"Hello")), ["..."]);
    assert_eq!(all_events(server, &[frame(0x01, b"Hel"), frame(0x00, b"lo")].concat()), ["..."]);
}

#[test]
fn section_5_4_delivers_control_frames_between_fragments() {
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
    assert_eq!(all_events(server, &input.concat()), ["ping there?", "pong ", &long, "text Hello", "ping and now?"]);
}

#[test]
fn section_5_4_delivers_a_close_between_fragments() {
    let input = [frame(0x02, b"Hel"), frame(0x88, b"\x03\xe9")].concat();
    assert_eq!(all_events(server, &input), ["close 1001", "..."]);
}

#[test]
fn section_5_4_decodes_consecutive_messages() {
    let input = [
        frame(0x01, b"Hel"),
        frame(0x80, b"lo"),
        frame(0x82, b"1"),
        frame(0x02, b"2"),
        frame(0x80, b"3"),
        frame(0x81, b""),
    ];
    assert_eq!(all_events(server, &input.concat()), ["text Hello", "binary 1", "binary 23", "text "]);
}

#[test]
fn section_5_4_rejects_a_continuation_without_a_message() {
    for first_byte in [0x00, 0x80] {
        let nothing = frame(first_byte, b"lo");
        assert_eq!(all_events(server, &nothing), ["1002 unexpected continuation frame"]);
        let ended = [frame(0x01, b"Hel"), frame(0x80, b"lo"), nothing.clone()].concat();
        assert_eq!(all_events(server, &ended), ["text Hello", "1002 unexpected continuation frame"]);
        let whole = [frame(0x81, b"Hello"), nothing.clone()].concat();
        assert_eq!(all_events(server, &whole), ["text Hello", "1002 unexpected continuation frame"]);
        let only_a_ping = [frame(0x89, b""), nothing].concat();
        assert_eq!(all_events(server, &only_a_ping), ["ping ", "1002 unexpected continuation frame"]);
    }
}

#[test]
fn section_5_4_rejects_a_message_inside_another() {
    for first_byte in [0x81, 0x82, 0x01, 0x02] {
        let input = [frame(0x01, b"Hel"), frame(first_byte, b"lo")].concat();
        assert_eq!(all_events(server, &input), ["1002 expected continuation frame"], "{first_byte:x}");
        let input = [frame(0x02, b""), frame(0x89, b"?"), frame(first_byte, b"")].concat();
        assert_eq!(all_events(server, &input), ["ping ?", "1002 expected continuation frame"], "{first_byte:x}");
    }
}
