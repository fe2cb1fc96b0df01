//! The frames of `yodel.v1`.

use yodel_protocol::frame::{Broadcast, Call, Echo, Message, Publish, Send};
use yodel_protocol::{ClientFrame, Json, ServerFrame, Verb};

/// What is read as a frame is written and read as the same one, with its data byte for byte; what is
/// none has an error that fits on a line.
///
/// # Panics
/// When that does not hold.
pub fn envelope(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match ClientFrame::decode(text) {
        Ok(frame) => {
            assert_eq!(ClientFrame::decode(&frame.encode()).as_ref(), Ok(&frame));
            assert!(of_client(&frame).is_none_or(|data| text.contains(data.text())));
        }
        Err(error) => assert!(error.message.len() <= text.len() + 300, "{error}"),
    }
    if let Ok(frame) = ServerFrame::decode(text) {
        assert_eq!(ServerFrame::decode(&frame.encode()).as_ref(), Ok(&frame));
        assert!(of_server(&frame).is_none_or(|data| text.contains(data.text())));
    }
}

/// The data that was in the text; what was left out is `null`.
fn of_client(frame: &ClientFrame) -> Option<&Json> {
    let (Verb::Echo(Echo { data })
    | Verb::Publish(Publish { data, .. })
    | Verb::Broadcast(Broadcast { data, .. })
    | Verb::Send(Send { data, .. })
    | Verb::Call(Call { data, .. })) = &frame.verb
    else {
        return None;
    };
    (*data != Json::null()).then_some(data)
}

fn of_server(frame: &ServerFrame) -> Option<&Json> {
    match frame {
        ServerFrame::Message(Message { data, .. }) => Some(data),
        ServerFrame::Echo(echo) => Some(&echo.data),
        ServerFrame::Direct(direct) => Some(&direct.data),
        ServerFrame::Result(result) => Some(&result.data),
        _ => None,
    }
}
