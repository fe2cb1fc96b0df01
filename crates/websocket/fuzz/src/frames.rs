//! Properties of frame headers.

use yodel_websocket::frame::{Header, MAX_HEADER};

use super::model::head::{self, Head};

/// Checks that the header at the start of `data` matches the model, encodes to the same bytes, and is incomplete for
/// every shorter prefix.
///
/// # Panics
/// Panics if a property is violated.
pub fn frames(data: &[u8]) {
    let data = &data[..data.len().min(MAX_HEADER + 1)];
    let mut decided = None;
    for end in 0..=data.len() {
        let result = Header::parse(&data[..end]);
        assert_eq!(result.map(|header| header.map(|(header, _)| Head::from(&header))), head::read(&data[..end]));
        // More input must not change a result.
        match decided {
            Some(before) => assert_eq!(result, before),
            None if result != Ok(None) => decided = Some(result),
            None => {}
        }
    }
    if let Some(Ok(Some((header, length)))) = decided {
        let mut written = Vec::new();
        header.write(&mut written);
        assert_eq!(written, data[..length]);
    }
}
