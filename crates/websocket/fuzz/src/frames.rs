//! A frame's header.

use yodel_websocket::frame::{Header, LONGEST_HEADER};

use super::model::head::{self, Head};

/// The header at the front of `data` is what the model reads, is written back as the same bytes, and
/// no part of it has another answer.
///
/// # Panics
/// When that does not hold.
pub fn frames(data: &[u8]) {
    let data = &data[..data.len().min(LONGEST_HEADER + 1)];
    let mut decided = None;
    for end in 0..=data.len() {
        let answer = Header::parse(&data[..end]);
        assert_eq!(answer.map(|header| header.map(|(header, _)| Head::from(&header))), head::read(&data[..end]));
        // Once there is an answer, more input does not change it.
        match decided {
            Some(before) => assert_eq!(answer, before),
            None if answer != Ok(None) => decided = Some(answer),
            None => {}
        }
    }
    if let Some(Ok(Some((header, length)))) = decided {
        let mut written = Vec::new();
        header.write(&mut written);
        assert_eq!(written, data[..length]);
    }
}
