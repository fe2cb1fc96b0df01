//! The page that is embedded in the binary.

use yodel_server::Assets;

#[cfg(feature = "page")]
#[derive(rust_embed::RustEmbed)]
#[folder = "../../dist"]
struct Bundle;

/// Returns the embedded page, or `None` if the binary was built without one.
#[cfg(feature = "page")]
pub fn embedded() -> Option<Assets> {
    use std::borrow::Cow;

    use bytes::Bytes;

    Some(Assets::embedded(|name| {
        Bundle::get(name).map(|file| match file.data {
            Cow::Borrowed(content) => Bytes::from_static(content),
            Cow::Owned(content) => Bytes::from(content),
        })
    }))
}

/// Returns the embedded page, or `None` if the binary was built without one.
#[cfg(not(feature = "page"))]
pub fn embedded() -> Option<Assets> {
    None
}
