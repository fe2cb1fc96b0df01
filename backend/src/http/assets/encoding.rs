//! Content encodings that a browser accepts (RFC 9110 §12.5.3).

use axum::http::{HeaderMap, header};

/// Content encoding of a stored file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Brotli (RFC 7932).
    Brotli,
    /// Gzip (RFC 1952).
    Gzip,
    /// No compression.
    Identity,
}

impl Encoding {
    /// Returns the value of `Content-Encoding`; `None` for an uncompressed file.
    pub fn token(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }

    /// Returns the suffix of the file name.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Identity => "",
        }
    }
}

/// Returns the accepted encodings, smallest first.
pub fn accepted(request: &HeaderMap) -> impl Iterator<Item = Encoding> {
    let takes = |encoding: &Encoding| encoding.token().is_none_or(|token| is_accepted(request, token));
    [Encoding::Brotli, Encoding::Gzip, Encoding::Identity].into_iter().filter(takes).collect::<Vec<_>>().into_iter()
}

fn is_accepted(request: &HeaderMap, token: &str) -> bool {
    let values = request.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|offer| {
        let (name, weight) = offer.split_once(';').unwrap_or((offer, ""));
        name.trim().eq_ignore_ascii_case(token) && !is_zero(weight)
    })
}

/// Returns whether a weight is zero, such as `q=0` or `q=0.0`, which excludes an encoding.
fn is_zero(weight: &str) -> bool {
    weight.trim().strip_prefix("q=").and_then(|number| number.trim().parse::<f32>().ok()) == Some(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Encoding::{Brotli, Gzip, Identity};

    #[test]
    fn prefers_the_smallest_accepted_encoding() {
        for (sent, expected) in [
            ("gzip, deflate, br, zstd", vec![Brotli, Gzip, Identity]),
            ("GZIP", vec![Gzip, Identity]),
            ("br;q=0, gzip;q=0.5", vec![Gzip, Identity]),
            ("br;q=1.0", vec![Brotli, Identity]),
            ("", vec![Identity]),
            ("broccoli", vec![Identity]),
        ] {
            let mut request = HeaderMap::new();
            request.insert(header::ACCEPT_ENCODING, sent.parse().unwrap());
            assert_eq!(accepted(&request).collect::<Vec<_>>(), expected, "{sent}");
        }
    }
}
