//! As much of DER as public keys need (X.690; RFC 5280, section 4.1).

/// The tag of a number.
const INTEGER: u8 = 0x02;
/// The tag of bytes that are a key.
const BIT_STRING: u8 = 0x03;
/// The tag of several values.
const SEQUENCE: u8 = 0x30;

/// A public key and the identifier of what it is for, which is its algorithm's and the curve's.
pub fn public_key(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (identifier, rest) = value(SEQUENCE, whole(SEQUENCE, der)?)?;
    let (unused_bits, key) = whole(BIT_STRING, rest)?.split_first()?;
    (*unused_bits == 0).then_some((identifier, key))
}

/// How many bytes the modulus of an RSA key has (RFC 8017, appendix A.1.1).
pub fn modulus_length(key: &[u8]) -> Option<usize> {
    let (modulus, rest) = value(INTEGER, whole(SEQUENCE, key)?)?;
    whole(INTEGER, rest)?;
    // A number that begins with a one bit has a zero before it, or it would be negative.
    Some(modulus.strip_prefix(&[0]).unwrap_or(modulus).len())
}

/// A value with nothing behind it.
fn whole(tag: u8, der: &[u8]) -> Option<&[u8]> {
    value(tag, der).and_then(|(value, rest)| rest.is_empty().then_some(value))
}

/// A value, and what is behind it.
fn value(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (found, rest) = der.split_first()?;
    let (length, rest) = match rest.split_first()? {
        (short @ ..=0x7f, rest) => (usize::from(*short), rest),
        (0x81, rest) => rest.split_first().map(|(length, rest)| (usize::from(*length), rest))?,
        (0x82, rest) => {
            rest.split_first_chunk().map(|(length, rest)| (usize::from(u16::from_be_bytes(*length)), rest))?
        }
        // No key is longer.
        _ => return None,
    };
    if *found == tag { rest.split_at_checked(length) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_a_tag_and_a_length_of_one_to_three_bytes() {
        assert_eq!(value(2, &[2, 1, 7, 9]), Some((&[7][..], &[9][..])));
        assert_eq!(value(2, &[2, 0]), Some((&[][..], &[][..])));
        assert_eq!(value(2, &[2, 0x81, 1, 7]), Some((&[7][..], &[][..])));
        assert_eq!(value(2, &[2, 0x82, 0, 1, 7]), Some((&[7][..], &[][..])));
        let long = [&[2, 0x82, 1, 0][..], &[5; 256], &[9]].concat();
        assert_eq!(value(2, &long), Some((&[5; 256][..], &[9][..])));
    }

    #[test]
    fn what_is_cut_off_or_something_else_is_none() {
        for wrong in [
            &[][..],
            &[2],
            &[3, 1, 7],
            &[2, 2, 7],
            &[2, 0x80, 7, 0, 0],
            &[2, 0x81],
            &[2, 0x82, 0],
            &[2, 0x83, 0, 0, 1, 7],
        ] {
            assert_eq!(value(2, wrong), None, "{wrong:?}");
        }
        assert_eq!(whole(2, &[2, 1, 7, 9]), None);
    }

    #[test]
    fn a_public_key_is_an_identifier_and_whole_bytes() {
        assert_eq!(public_key(&[0x30, 7, 0x30, 1, 6, 3, 2, 0, 5]), Some((&[6][..], &[5][..])));
        assert_eq!(public_key(&[0x30, 7, 0x30, 1, 6, 3, 2, 1, 5]), None);
        assert_eq!(public_key(&[0x30, 7, 0x30, 1, 6, 4, 2, 0, 5]), None);
        assert_eq!(public_key(&[0x30, 8, 0x30, 1, 6, 3, 2, 0, 5, 0]), None);
    }

    #[test]
    fn a_modulus_is_as_long_as_without_its_zero() {
        assert_eq!(modulus_length(&[0x30, 7, 2, 2, 0, 0x80, 2, 1, 3]), Some(1));
        assert_eq!(modulus_length(&[0x30, 6, 2, 1, 0x7f, 2, 1, 3]), Some(1));
        assert_eq!(modulus_length(&[0x30, 3, 2, 1, 0x7f]), None);
    }
}
