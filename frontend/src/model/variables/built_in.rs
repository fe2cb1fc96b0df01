//! References with a new value each time.

use std::fmt::Write;

/// A reference whose value the page generates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuiltIn {
    /// A random UUID (RFC 9562, version 4).
    Uuid,
    /// The time in milliseconds since 1970.
    Timestamp,
    /// The time in UTC (ISO 8601).
    IsoTimestamp,
    /// A number that is 1 at first and grows by 1 with each use.
    Counter,
}

impl BuiltIn {
    /// Every built-in reference.
    pub const ALL: [Self; 4] = [Self::Uuid, Self::Timestamp, Self::IsoTimestamp, Self::Counter];

    /// Returns the name, as between the braces.
    pub fn name(self) -> &'static str {
        match self {
            Self::Uuid => "$uuid",
            Self::Timestamp => "$timestamp",
            Self::IsoTimestamp => "$isoTimestamp",
            Self::Counter => "$counter",
        }
    }

    /// Returns the reference with this name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|built_in| built_in.name() == name)
    }
}

/// Returns the UUID (version 4) of random bytes, of which it uses 122 bits.
pub fn uuid(mut random: [u8; 16]) -> String {
    random[6] = random[6] & 0x0f | 0x40;
    random[8] = random[8] & 0x3f | 0x80;
    let mut uuid = String::with_capacity(36);
    for (index, byte) in random.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            uuid.push('-');
        }
        let _ = write!(uuid, "{byte:02x}");
    }
    uuid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_a_name_for_each_reference() {
        for built_in in BuiltIn::ALL {
            assert_eq!(BuiltIn::of(built_in.name()), Some(built_in));
        }
        assert_eq!((BuiltIn::of("uuid"), BuiltIn::of("$guid")), (None, None));
    }

    #[test]
    fn a_uuid_has_version_and_variant() {
        assert_eq!(uuid([0; 16]), "00000000-0000-4000-8000-000000000000");
        assert_eq!(uuid([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
