//! Single frames (RFC 6455, sections 5.1 to 5.3, 5.5 and 5.7).

use super::*;

/// A client's decoder.
fn client() -> Decoder {
    Decoder::new(Role::Client, MOST, Inflation::Refused)
}

#[test]
fn section_5_7_the_examples_are_heard_by_a_server() {
    assert_eq!(heard(server, b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), ["text Hello"]);
    assert_eq!(heard(server, b"\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), ["pong Hello"]);
}

#[test]
fn section_5_7_the_examples_are_heard_by_a_client() {
    assert_eq!(heard(client, b"\x81\x05\x48\x65\x6c\x6c\x6f"), ["text Hello"]);
    assert_eq!(heard(client, b"\x01\x03\x48\x65\x6c\x80\x02\x6c\x6f"), ["text Hello"]);
    assert_eq!(heard(client, b"\x89\x05\x48\x65\x6c\x6c\x6f"), ["ping Hello"]);
    assert_eq!(
        heard(client, &[b"\x82\x7e\x01\x00", "x".repeat(256).as_bytes()].concat()),
        [format!("binary {}", "x".repeat(256))]
    );
    let large = || Decoder::new(Role::Client, 65_536, Inflation::Refused);
    let input = [b"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00", "x".repeat(65_536).as_bytes()].concat();
    assert_eq!(listen(large(), [&input[..]]), [format!("binary {}", "x".repeat(65_536))]);
}

#[test]
fn section_5_1_a_client_masks_every_frame() {
    for first_byte in [0x81, 0x82, 0x01, 0x80, 0x88, 0x89, 0x8a] {
        for payload in [&b""[..], &b"\x03\xe8"[..]] {
            assert_eq!(heard(server, &unmasked(first_byte, payload)), ["1002 frame not masked"], "{first_byte:x}");
        }
    }
    let second = [frame(0x81, b"Hello"), unmasked(0x81, b"Hello")].concat();
    assert_eq!(heard(server, &second), ["text Hello", "1002 frame not masked"]);
    let continuation = [frame(0x01, b"Hel"), unmasked(0x80, b"lo")].concat();
    assert_eq!(heard(server, &continuation), ["1002 frame not masked"]);
}

#[test]
fn section_5_1_a_server_masks_none() {
    for first_byte in [0x81, 0x82, 0x01, 0x80, 0x88, 0x89, 0x8a] {
        assert_eq!(heard(client, &frame(first_byte, b"")), ["1002 frame masked"], "{first_byte:x}");
    }
}

#[test]
fn section_5_3_each_frame_has_a_mask_of_its_own() {
    let input = [
        masked(0x01, [1, 2, 3, 4], b"Hel"),
        masked(0x89, [0xff; 4], b"?"),
        masked(0x80, [0; 4], b"lo"),
        masked(0x82, [0x80, 0, 0, 0x80], b"binary"),
    ];
    assert_eq!(heard(server, &input.concat()), ["ping ?", "text Hello", "binary binary"]);
}

#[test]
fn section_5_2_reserved_bits_are_refused_on_every_frame() {
    for bits in [0x10, 0x20, 0x40, 0x70] {
        for first_byte in [0x81, 0x82, 0x01, 0x88, 0x89, 0x8a] {
            assert_eq!(heard(server, &frame(first_byte | bits, b"")), ["1002 reserved bit set"], "{first_byte:x}");
        }
        let continuation = [frame(0x01, b"Hel"), frame(0x80 | bits, b"lo")].concat();
        assert_eq!(heard(server, &continuation), ["1002 reserved bit set"]);
    }
}

#[test]
fn section_5_2_reserved_opcodes_are_refused_at_their_first_byte() {
    for opcode in [0x3, 0x4, 0x5, 0x6, 0x7, 0xb, 0xc, 0xd, 0xe, 0xf] {
        for fin in [0x00, 0x80] {
            let reserved = frame(fin | opcode, b"");
            assert_eq!(heard(server, &reserved), ["1002 reserved opcode"], "{opcode:x}");
            assert_eq!(refused_after(server, &reserved), Some(1));
        }
    }
}

#[test]
fn section_5_2_lengths_are_in_their_shortest_form() {
    for (input, seen) in [
        (&b"\x82\xfe\x00\x7d\0\0\0\0"[..], 4),
        (&b"\x82\xfe\x00\x00\0\0\0\0"[..], 4),
        (&b"\x82\xff\0\0\0\0\0\0\xff\xff\0\0\0\0"[..], 10),
        (&b"\x82\xff\0\0\0\0\0\0\0\x05\0\0\0\0Hello"[..], 10),
    ] {
        assert_eq!(heard(server, input), ["1002 length not minimal"], "{input:x?}");
        assert_eq!(refused_after(server, input), Some(seen), "{input:x?}");
    }
}

#[test]
fn section_5_2_the_highest_bit_of_a_length_is_0() {
    assert_eq!(heard(server, b"\x82\xff\x80\0\0\0\0\0\0\x05\0\0\0\0Hello"), ["1002 length not minimal"]);
}

#[test]
fn section_5_2_every_form_of_length_is_heard() {
    for length in [0, 1, 125, 126, 127, 65_535, 65_536, 70_000] {
        let decoder = || Decoder::new(Role::Server, 70_000, Inflation::Refused);
        let text: String = ('a'..='y').cycle().take(length).collect();
        let input = frame(0x81, text.as_bytes());
        let told = [format!("text {text}")];
        assert_eq!(listen(decoder(), [&input[..]]), told, "{length} bytes");
        assert_eq!(listen(decoder(), input.chunks(1)), told, "{length} bytes one by one");
        assert_eq!(listen(decoder(), input.chunks(4_093)), told, "{length} bytes in pieces");
    }
}

#[test]
fn section_5_5_control_frames_are_not_fragmented() {
    for opcode in [0x08, 0x09, 0x0a] {
        let fragmented = frame(opcode, b"");
        assert_eq!(heard(server, &fragmented), ["1002 control frame fragmented"], "{opcode:x}");
        assert_eq!(refused_after(server, &fragmented), Some(2));
    }
}

#[test]
fn section_5_5_control_frames_have_at_most_125_bytes() {
    let longest = "x".repeat(125);
    assert_eq!(heard(server, &frame(0x89, longest.as_bytes())), [format!("ping {longest}")]);
    for first_byte in [0x88, 0x89, 0x8a] {
        let long = frame(first_byte, &[b'x'; 126]);
        assert_eq!(heard(server, &long), ["1002 control frame too long"], "{first_byte:x}");
        assert_eq!(refused_after(server, &long), Some(2));
    }
}

#[test]
fn section_5_5_1_a_close_has_a_code_and_a_reason_or_nothing() {
    for (payload, told) in [
        (&b""[..], "close 1005"),
        (&b"\x03\xe8"[..], "close 1000"),
        (&b"\x0f\xa0bye"[..], "close 4000 bye"),
        (&b"\x03"[..], "1002 half a close code"),
        (&b"\x03\xed"[..], "1002 invalid close code"),
        (&b"\x03\xe7"[..], "1002 invalid close code"),
        (&b"\x03\xe8\xc3"[..], "1007 not UTF-8"),
        (&b"\x03\xe8bye\xff"[..], "1007 not UTF-8"),
    ] {
        assert_eq!(heard(server, &frame(0x88, payload)), [told], "{payload:x?}");
    }
}

#[test]
fn section_5_5_2_pings_and_pongs_carry_anything() {
    let input = [frame(0x89, b""), frame(0x89, b"\x00\xff"), frame(0x8a, b"unasked")].concat();
    assert_eq!(heard(server, &input), ["ping ", r"ping \x00\xff", "pong unasked"]);
}

#[test]
fn a_whole_frame_is_heard_where_it_lies() {
    for first_byte in [0x81, 0x82, 0x89] {
        let (mut input, mut room) = (frame(first_byte, b"Hello"), Vec::new());
        let payload = input[6..].as_ptr();
        let heard = server().read(&mut input, &mut room).expect("nothing is wrong").received;
        let Some(Received::Message(_, heard) | Received::Ping(heard)) = heard else { panic!("{heard:?}") };
        assert_eq!((heard, heard.as_ptr()), (&b"Hello"[..], payload));
    }
}

#[test]
fn between_messages_nothing_is_kept() {
    let mut decoder = server();
    assert!(!decoder.is_inside());
    for input in [&b""[..], &frame(0x81, b"Hello"), &frame(0x89, b"?"), &frame(0x80, b"lo")[..0]] {
        listen_on(&mut decoder, input);
        assert!(!decoder.is_inside(), "after {input:x?}");
    }
    let message = frame(0x82, b"Hello");
    for byte in &message[..message.len() - 1] {
        listen_on(&mut decoder, &[*byte]);
        assert!(decoder.is_inside());
    }
    listen_on(&mut decoder, &message[message.len() - 1..]);
    assert!(!decoder.is_inside());
}

fn listen_on(decoder: &mut Decoder, input: &[u8]) {
    let mut input = input.to_vec();
    if !input.is_empty() {
        decoder.read(&mut input, &mut Vec::new()).expect("nothing is wrong");
    }
}
