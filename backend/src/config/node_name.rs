//! Name of a node.

use std::fmt;
use std::str::FromStr;

/// Maximum length of a name, in bytes: that of a DNS label.
const MAX_LENGTH: usize = 63;

/// Name of a node: 1 to 63 letters, digits, hyphens, underscores and periods.
///
/// ```
/// use yodel_server::NodeName;
///
/// let name: NodeName = "node-1.example".parse()?;
/// assert_eq!(name.as_str(), "node-1.example");
/// assert!("two words".parse::<NodeName>().is_err());
/// # Ok::<(), yodel_server::ParseNodeNameError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NodeName(String);

/// Error of a text that is not the name of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a node name has 1 to 63 letters, digits, hyphens, underscores and periods")]
pub struct ParseNodeNameError;

impl NodeName {
    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for NodeName {
    type Err = ParseNodeNameError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let is_valid = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let valid = (1..=MAX_LENGTH).contains(&name.len()) && name.bytes().all(is_valid);
        valid.then(|| Self(name.to_owned())).ok_or(ParseNodeNameError)
    }
}

impl fmt::Display for NodeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_length_and_characters() {
        let longest = "n".repeat(MAX_LENGTH);
        for name in ["a", "node-1_b.example", &longest] {
            assert_eq!(name.parse::<NodeName>().map(|name| name.to_string()), Ok(name.to_owned()));
        }
        for name in ["", "a b", "a\n", "ä", "a\"b", &format!("{longest}n")] {
            assert_eq!(name.parse::<NodeName>(), Err(ParseNodeNameError), "{name:?}");
        }
    }
}
