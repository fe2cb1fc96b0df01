//! Formats that a message can be decoded from.

/// A format of the content of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentFormat {
    /// JSON, indented.
    Json,
    /// `MessagePack`.
    MessagePack,
    /// CBOR (RFC 8949).
    Cbor,
    /// Protocol Buffers without a schema.
    Protobuf,
    /// Base64 (RFC 4648), of the whole text or in the strings of JSON.
    Base64,
}

impl ContentFormat {
    /// All formats.
    pub const ALL: [Self; 5] = [Self::Json, Self::MessagePack, Self::Cbor, Self::Protobuf, Self::Base64];

    /// Returns the name under which the format is stored.
    pub fn id(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::MessagePack => "messagepack",
            Self::Cbor => "cbor",
            Self::Protobuf => "protobuf",
            Self::Base64 => "base64",
        }
    }

    /// Returns the format with this stored name.
    pub fn of(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.id() == id)
    }

    /// Returns the name that is shown. It is the same in every language.
    pub fn label(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::MessagePack => "MessagePack",
            Self::Cbor => "CBOR",
            Self::Protobuf => "Protobuf",
            Self::Base64 => "Base64",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_format_by_its_stored_name() {
        for format in ContentFormat::ALL {
            assert_eq!(ContentFormat::of(format.id()), Some(format));
        }
        assert_eq!(ContentFormat::of("xml"), None);
    }
}
