//! The part of DER (ITU-T X.690) that is needed to read the length of an RSA key.

/// Tag of an `INTEGER`.
pub const INTEGER: u8 = 0x02;

/// Tag of a `SEQUENCE`.
pub const SEQUENCE: u8 = 0x30;

/// Returns the content of the first element of `der` and the bytes after it; `None` if its tag is not
/// `tag`, or its length is indefinite, encoded in more than four bytes, or beyond the input.
pub fn split_element(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&[found, first], rest) = der.split_first_chunk()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        // The low bits are the number of length bytes that follow.
        0x81..=0x84 => {
            let (length, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (length.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    if found == tag { rest.split_at_checked(length) } else { None }
}

/// Returns the number of significant bits of an integer's content; `None` if it is empty or negative.
pub fn bit_length(integer: &[u8]) -> Option<usize> {
    if integer.first()? & 0x80 != 0 {
        return None;
    }
    let Some(first) = integer.iter().position(|byte| *byte != 0) else { return Some(0) };
    Some(8 * (integer.len() - first) - integer[first].leading_zeros() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_an_element_from_the_rest() {
        assert_eq!(split_element(INTEGER, &[2, 1, 7, 9, 9]), Some((&[7][..], &[9, 9][..])));
        assert_eq!(split_element(SEQUENCE, &[0x30, 0]), Some((&[][..], &[][..])));
        let long = [&[2, 0x82, 1, 1][..], &[7; 257], &[9]].concat();
        assert_eq!(split_element(INTEGER, &long), Some((&[7; 257][..], &[9][..])));
        assert_eq!(split_element(INTEGER, &[2, 0x81, 1, 7]), Some((&[7][..], &[][..])));
    }

    #[test]
    fn rejects_truncated_input_and_other_tags() {
        for wrong in [
            &[][..],
            &[2],
            &[2, 2, 7],
            &[2, 0x80, 7],
            &[2, 0x81],
            &[2, 0x82, 1],
            &[2, 0x84, 255, 255, 255, 255],
            &[2, 0x85, 0, 0, 0, 0, 1, 7],
            &[2, 255],
        ] {
            assert_eq!(split_element(INTEGER, wrong), None, "{wrong:?}");
        }
        assert_eq!(split_element(INTEGER, &[0x30, 1, 7]), None);
    }

    #[test]
    fn counts_bits_from_the_highest_set_one() {
        for (integer, expected) in [
            (&[0][..], Some(0)),
            (&[1], Some(1)),
            (&[0x7f], Some(7)),
            (&[0, 0x80], Some(8)),
            (&[1, 0], Some(9)),
            (&[0, 0, 1], Some(1)),
            (&[0x80], None),
            (&[], None),
        ] {
            assert_eq!(bit_length(integer), expected, "{integer:?}");
        }
    }
}
