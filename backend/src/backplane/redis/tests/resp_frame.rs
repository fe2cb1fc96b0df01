use super::*;

fn text(text: &'static str) -> RespFrame {
    RespFrame::Text(Bytes::from_static(text.as_bytes()))
}

const STREAM: &[u8] = b">3\r\n$8\r\nsmessage\r\n$1\r\nc\r\n$4\r\na\r\nb\r\n%1\r\n+role\r\n*2\r\n:1\r\n_\r\n-ERR no\r\n\
    $-1\r\n$0\r\n\r\n!3\r\nbad\r\n";

fn expected() -> Vec<RespFrame> {
    vec![
        RespFrame::Push(vec![text("smessage"), text("c"), text("a\r\nb")]),
        RespFrame::List(vec![text("role"), RespFrame::List(vec![text("1"), RespFrame::Null])]),
        RespFrame::Error("ERR no".into()),
        RespFrame::Null,
        text(""),
        RespFrame::Error("bad".into()),
    ]
}

#[test]
fn parses_frames_however_they_are_split() {
    for size in 1..=STREAM.len() {
        let mut buffer = BytesMut::new();
        let mut frames = Vec::new();
        for chunk in STREAM.chunks(size) {
            buffer.extend_from_slice(chunk);
            while let Some(frame) = RespFrame::take(&mut buffer).unwrap() {
                frames.push(frame);
            }
        }
        assert_eq!(frames, expected());
        assert!(buffer.is_empty());
    }
}

#[test]
fn rejects_what_is_not_resp() {
    for input in [&b"HTTP/1.1 400\r\n"[..], b"$x\r\n", b"*99999999999\r\n", b"\r\n", &b"*1\r\n".repeat(20)] {
        assert!(RespFrame::take(&mut BytesMut::from(input)).is_err(), "{input:?}");
    }
}
