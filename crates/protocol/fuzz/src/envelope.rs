//! Properties of the codec of `yodel.v1`.

use yodel_protocol::frame::{Broadcast, Call, Echo, Message, Publish, Send};
use yodel_protocol::{ClientFrame, Json, ServerFrame, Verb};

/// Checks that a decoded frame survives encoding and decoding, that its data is preserved byte for byte, and that the
/// error for an invalid frame is short.
///
/// # Panics
/// Panics if a property is violated.
pub fn envelope(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match ClientFrame::decode(text) {
        Ok(frame) => {
            assert_eq!(ClientFrame::decode(&frame.encode()).as_ref(), Ok(&frame));
            assert!(client_data(&frame).is_none_or(|data| text.contains(data.text())));
        }
        Err(error) => assert!(error.message.len() <= text.len() + 300, "{error}"),
    }
    if let Ok(frame) = ServerFrame::decode(text) {
        assert_eq!(ServerFrame::decode(&frame.encode()).as_ref(), Ok(&frame));
        assert!(server_data(&frame).is_none_or(|data| text.contains(data.text())));
    }
}

/// Returns the data of the request, unless it is `null`, which is also the default for absent data.
fn client_data(frame: &ClientFrame) -> Option<&Json> {
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

fn server_data(frame: &ServerFrame) -> Option<&Json> {
    match frame {
        ServerFrame::Message(Message { data, .. }) => Some(data),
        ServerFrame::Echo(echo) => Some(&echo.data),
        ServerFrame::Direct(direct) => Some(&direct.data),
        ServerFrame::Result(result) => Some(&result.data),
        _ => None,
    }
}
