//! Names under which clients reach a server.

use std::fmt;
use std::str::FromStr;

use super::origin::parse_host;

/// Name of a host without a port, as in the header `Host`: `yodel.example`.
///
/// ```
/// use yodel_server::HostName;
///
/// let name: HostName = "Yodel.Example".parse()?;
/// assert_eq!(name.to_string(), "yodel.example");
/// assert!("yodel.example:8000".parse::<HostName>().is_err(), "every port is accepted");
/// # Ok::<(), yodel_server::ParseHostNameError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostName(String);

/// Error of a text that is not the name of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a name such as yodel.example, without scheme and port; an international name in the form xn--..")]
pub struct ParseHostNameError;

impl HostName {
    /// Returns the name in lower case, without a dot at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for HostName {
    type Err = ParseHostNameError;

    fn from_str(text: &str) -> Result<Self, ParseHostNameError> {
        let name = text.strip_suffix('.').unwrap_or(text);
        let name = parse_host(name).filter(|name| !name.is_empty()).ok_or(ParseHostNameError)?;
        Ok(Self(name))
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_names_without_a_port() {
        for (text, name) in [("a", "a"), ("A.Example.", "a.example"), ("my_box", "my_box"), ("[0::1]", "[::1]")] {
            assert_eq!(text.parse::<HostName>().map(|name| name.to_string()), Ok(name.to_owned()));
        }
        for wrong in ["", ".", "a:80", "http://a", "a/b", "a b", "*", "$(id)", "bücher.example", "a,b"] {
            assert_eq!(wrong.parse::<HostName>(), Err(ParseHostNameError), "{wrong}");
        }
    }
}
