//! Single frames (RFC 6455, sections 5.1 to 5.3, 5.5 and 5.7).

use super::*;

/// Returns a client's decoder.
fn client() -> Decoder {
    Decoder::new(Role::Client, MAX_MESSAGE, Inflation::Disabled)
}

#[test]
fn section_5_7_a_server_decodes_the_examples() {
    assert_eq!(all_events(server, b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), ["text Hello"]);
    assert_eq!(all_events(server, b"\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), ["pong Hello"]);
}

#[test]
fn section_5_7_a_client_decodes_the_examples() {
    assert_eq!(all_events(client, b"\x81\x05\x48\x65\x6c\x6c\x6f"), ["text Hello"]);
    assert_eq!(all_events(client, b"\x01\x03\x48\x65\x6c\x80\x02\x6c\x6f"), ["text Hello"]);
    assert_eq!(all_events(client, b"\x89\x05\x48\x65\x6c\x6c\x6f"), ["ping Hello"]);
    assert_eq!(
        all_events(client, &[b"\x82\x7e\x01\x00", "x".repeat(256).as_bytes()].concat()),
        [format!("binary {}", "x".repeat(256))]
    );
    let large = || Decoder::new(Role::Client, 65_536, Inflation::Disabled);
    let input = [b"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00", "x".repeat(65_536).as_bytes()].concat();
    assert_eq!(decode(large(), [&input[..]]), [format!("binary {}", "x".repeat(65_536))]);
}

#[test]
fn section_5_1_a_server_rejects_unmasked_frames() {
    for first_byte in [0x81, 0x82, 0x01, 0x80, 0x88, 0x89, 0x8a] {
        for payload in [&b""[..], &b"\x03\xe8"[..]] {
            assert_eq!(all_events(server, &unmasked(first_byte, payload)), ["1002 frame not masked"], "{first_byte:x}");
        }
    }
    let second = [frame(0x81, b"Hello"), unmasked(0x81, b"Hello")].concat();
    assert_eq!(all_events(server, &second), ["text Hello", "1002 frame not masked"]);
    let continuation = [frame(0x01, b"Hel"), unmasked(0x80, b"lo")].concat();
    assert_eq!(all_events(server, &continuation), ["1002 frame not masked"]);
}

#[test]
fn section_5_1_a_client_rejects_masked_frames() {
    for first_byte in [0x81, 0x82, 0x01, 0x80, 0x88, 0x89, 0x8a] {
        assert_eq!(all_events(client, &frame(first_byte, b"")), ["1002 frame masked"], "{first_byte:x}");
    }
}

#[test]
fn section_5_3_unmasks_each_frame_with_its_own_key() {
    let input = [
        masked(0x01, [1, 2, 3, 4], b"Hel"),
        masked(0x89, [0xff; 4], b"?"),
        masked(0x80, [0; 4], b"lo"),
        masked(0x82, [0x80, 0, 0, 0x80], b"binary"),
    ];
    assert_eq!(all_events(server, &input.concat()), ["ping ?", "text Hello", "binary binary"]);
}

#[test]
fn section_5_2_rejects_reserved_bits_on_every_frame() {
    for bits in [0x10, 0x20, 0x40, 0x70] {
        for first_byte in [0x81, 0x82, 0x01, 0x88, 0x89, 0x8a] {
            assert_eq!(all_events(server, &frame(first_byte | bits, b"")), ["1002 reserved bit set"], "{first_byte:x}");
        }
        let continuation = [frame(0x01, b"Hel"), frame(0x80 | bits, b"lo")].concat();
        assert_eq!(all_events(server, &continuation), ["1002 reserved bit set"]);
    }
}

#[test]
fn section_5_2_rejects_reserved_opcodes_at_the_first_byte() {
    for opcode in [0x3, 0x4, 0x5, 0x6, 0x7, 0xb, 0xc, 0xd, 0xe, 0xf] {
        for fin in [0x00, 0x80] {
            let reserved = frame(fin | opcode, b"");
            assert_eq!(all_events(server, &reserved), ["1002 reserved opcode"], "{opcode:x}");
            assert_eq!(bytes_until_error(server, &reserved), Some(1));
        }
    }
}

#[test]
fn section_5_2_rejects_lengths_that_are_not_minimal() {
    for (input, seen) in [
        (&b"\x82\xfe\x00\x7d\0\0\0\0"[..], 4),
        (&b"\x82\xfe\x00\x00\0\0\0\0"[..], 4),
        (&b"\x82\xff\0\0\0\0\0\0\xff\xff\0\0\0\0"[..], 10),
        (&b"\x82\xff\0\0\0\0\0\0\0\x05\0\0\0\0Hello"[..], 10),
    ] {
        assert_eq!(all_events(server, input), ["1002 length not minimal"], "{input:x?}");
        assert_eq!(bytes_until_error(server, input), Some(seen), "{input:x?}");
    }
}

#[test]
fn section_5_2_rejects_lengths_from_2_to_the_63() {
    assert_eq!(all_events(server, b"\x82\xff\x80\0\0\0\0\0\0\x05\0\0\0\0Hello"), ["1002 length not minimal"]);
}

#[test]
fn section_5_2_decodes_every_form_of_length() {
    for length in [0, 1, 125, 126, 127, 65_535, 65_536, 70_000] {
        let decoder = || Decoder::new(Role::Server, 70_000, Inflation::Disabled);
        let text: String = ('a'..='y').cycle().take(length).collect();
        let input = frame(0x81, text.as_bytes());
        let events = [format!("text {text}")];
        assert_eq!(decode(decoder(), [&input[..]]), events, "{length} bytes");
        assert_eq!(decode(decoder(), input.chunks(1)), events, "{length} bytes one by one");
        assert_eq!(decode(decoder(), input.chunks(4_093)), events, "{length} bytes in pieces");
    }
}

#[test]
fn section_5_5_rejects_fragmented_control_frames() {
    for opcode in [0x08, 0x09, 0x0a] {
        let fragmented = frame(opcode, b"");
        assert_eq!(all_events(server, &fragmented), ["1002 control frame fragmented"], "{opcode:x}");
        assert_eq!(bytes_until_error(server, &fragmented), Some(2));
    }
}

#[test]
fn section_5_5_rejects_control_frames_above_125_bytes() {
    let longest = "x".repeat(125);
    assert_eq!(all_events(server, &frame(0x89, longest.as_bytes())), [format!("ping {longest}")]);
    for first_byte in [0x88, 0x89, 0x8a] {
        let long = frame(first_byte, &[b'x'; 126]);
        assert_eq!(all_events(server, &long), ["1002 control frame too long"], "{first_byte:x}");
        assert_eq!(bytes_until_error(server, &long), Some(2));
    }
}

#[test]
fn section_5_5_1_validates_the_payload_of_a_close() {
    for (payload, events) in [
        (&b""[..], "close 1005"),
        (&b"\x03\xe8"[..], "close 1000"),
        (&b"\x0f\xa0bye"[..], "close 4000 bye"),
        (&b"\x03"[..], "1002 truncated close code"),
        (&b"\x03\xed"[..], "1002 invalid close code"),
        (&b"\x03\xe7"[..], "1002 invalid close code"),
        (&b"\x03\xe8\xc3"[..], "1007 not UTF-8"),
        (&b"\x03\xe8bye\xff"[..], "1007 not UTF-8"),
    ] {
        assert_eq!(all_events(server, &frame(0x88, payload)), [events], "{payload:x?}");
    }
}

#[test]
fn section_5_5_2_accepts_any_payload_of_pings_and_pongs() {
    let input = [frame(0x89, b""), frame(0x89, b"\x00\xff"), frame(0x8a, b"unasked")].concat();
    assert_eq!(all_events(server, &input), ["ping ", r"ping \x00\xff", "pong unasked"]);
}

#[test]
fn decodes_a_complete_frame_in_place() {
    for first_byte in [0x81, 0x82, 0x89] {
        let (mut input, mut scratch) = (frame(first_byte, b"Hello"), Vec::new());
        let payload = input[6..].as_ptr();
        let events = server().read(&mut input, &mut scratch).expect("nothing is wrong").event;
        let Some(Event::Message(_, events) | Event::Ping(events)) = events else { panic!("{events:?}") };
        assert_eq!((events, events.as_ptr()), (&b"Hello"[..], payload));
    }
}

#[test]
fn keeps_no_buffer_between_messages() {
    let mut decoder = server();
    assert!(!decoder.has_partial());
    for input in [&b""[..], &frame(0x81, b"Hello"), &frame(0x89, b"?"), &frame(0x80, b"lo")[..0]] {
        decode_whole(&mut decoder, input);
        assert!(!decoder.has_partial(), "after {input:x?}");
    }
    let message = frame(0x82, b"Hello");
    for byte in &message[..message.len() - 1] {
        decode_whole(&mut decoder, &[*byte]);
        assert!(decoder.has_partial());
    }
    decode_whole(&mut decoder, &message[message.len() - 1..]);
    assert!(!decoder.has_partial());
}

fn decode_whole(decoder: &mut Decoder, input: &[u8]) {
    let mut input = input.to_vec();
    if !input.is_empty() {
        decoder.read(&mut input, &mut Vec::new()).expect("nothing is wrong");
    }
}
