use super::*;
use crate::model::decode::{Decoders, test_support};

fn hex(hex: &str) -> Option<ContentFormat> {
    detect(&test_support::bytes(hex))
}

#[test]
fn detects_text_formats() {
    assert_eq!(detect(b"hello"), None);
    assert_eq!(detect(b""), None);
    assert_eq!(detect(br#"{"a": 1}"#), Some(ContentFormat::Json));
    assert_eq!(detect(br#"{"a": "SGVsbG8gWW9kZWw="}"#), Some(ContentFormat::Base64));
    assert_eq!(detect(b"SGVsbG8gWW9kZWw="), Some(ContentFormat::Base64));
    assert_eq!(detect(b"[INFO] started"), None);
    let long = format!("[{}0]", "1234567,".repeat(20_000));
    assert_eq!(detect(long.as_bytes()), Some(ContentFormat::Json), "the first part is examined");
}

#[test]
fn detects_binary_formats() {
    assert_eq!(hex("82 a7 636f6d70616374 c3 a6 736368656d61 00"), Some(ContentFormat::MessagePack));
    assert_eq!(hex("a2 61 61 01 61 62 82 02 03"), Some(ContentFormat::Cbor));
    assert_eq!(hex("c1 1a 514b67b0"), Some(ContentFormat::Cbor), "a tag");
    assert_eq!(hex("08 96 01 12 07 74657374696e67"), Some(ContentFormat::Protobuf));
    assert_eq!(hex("0a 03 616263"), Some(ContentFormat::Protobuf), "also if all bytes are UTF-8");
    assert_eq!(hex("cb 3ff8000000000000"), Some(ContentFormat::MessagePack), "a single number");
    assert_eq!(hex("00 01 02 ff"), None);
}

/// Bytes of no meaning are decoded in every format to some text or an error, in bounded pieces.
#[test]
fn every_decoder_accepts_any_bytes() {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random
    };
    let Decoders { detect, open } = Decoders::new();
    for _ in 0..20_000 {
        let len = usize::try_from(next() % 40).unwrap();
        // Small values are more often lengths, tags and brackets that fit.
        let range = [256, 32, 8][usize::try_from(next() % 3).unwrap()];
        let base = next() % 256;
        let message: Vec<_> = (0..len).map(|_| u8::try_from((base + next() % range) % 256).unwrap()).collect();
        detect(&message);
        for format in ContentFormat::ALL {
            let Some(mut decoder) = open(format, test_support::number) else { continue };
            let mut at = 0;
            for _ in 0..1_000 {
                let piece = decoder.piece(&message, 16);
                assert!(piece.at >= at && piece.at <= message.len(), "{format:?} {message:x?}");
                at = piece.at;
                if piece.error.is_some() || piece.text.is_empty() {
                    break;
                }
            }
            assert_eq!(at, message.len(), "{format:?} {message:x?}");
        }
    }
}

/// Changing one byte of a valid message, or cutting it, never breaks a decoder.
#[test]
fn decoders_survive_damaged_messages() {
    let open = Decoders::new().open;
    for (format, valid) in [
        (ContentFormat::MessagePack, "82 a1 61 93 01 c7 03 05 010203 cb 3ff8000000000000 a1 62 d6 ff 00000001"),
        (ContentFormat::Cbor, "bf 61 61 9f 01 7f 61 61 61 62 ff ff 61 62 c1 fb 3ff199999999999a ff"),
        (ContentFormat::Protobuf, "0a 09 0a 03 616263 10 01 18 01 1b 20 01 1c 09 000000000000f83f"),
    ] {
        let valid = test_support::bytes(valid);
        for at in 0..valid.len() {
            for byte in 0..=255 {
                let mut message = valid.clone();
                message[at] = byte;
                let piece = open(format, test_support::number).unwrap().piece(&message, 1 << 20);
                assert_eq!(piece.at, message.len(), "a piece of this size is the whole message");
            }
            assert!(open(format, test_support::number).unwrap().piece(&valid[..at], 1 << 20).at <= at);
        }
    }
}
