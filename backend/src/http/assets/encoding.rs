//! Which compressed forms a browser takes (RFC 9110, section 12.5.3).

use axum::http::{HeaderMap, header};

/// A form in which a file is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Brotli (RFC 7932).
    Brotli,
    /// Gzip (RFC 1952).
    Gzip,
    /// As it is.
    Identity,
}

impl Encoding {
    /// What the header says; nothing for a file as it is.
    pub fn token(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }

    /// What follows the name of the file.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Identity => "",
        }
    }
}

/// The forms that the browser takes, the smallest first.
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

/// `q=0`, `q=0.0`: anything but this.
fn is_zero(weight: &str) -> bool {
    weight.trim().strip_prefix("q=").and_then(|number| number.trim().parse::<f32>().ok()) == Some(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Encoding::{Brotli, Gzip, Identity};

    #[test]
    fn the_smallest_form_the_browser_takes_comes_first() {
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
