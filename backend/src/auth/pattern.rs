//! Patterns of room names.

/// Pattern of room names, in which `*` matches any number of characters, including none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomPattern(Box<str>);

impl RoomPattern {
    /// Maximum length in bytes, the same as that of a room name.
    pub const MAX_LENGTH: usize = 255;

    /// Creates a pattern; `None` if `text` is empty, too long, or contains control characters.
    pub fn new(text: &str) -> Option<Self> {
        let is_valid = (1..=Self::MAX_LENGTH).contains(&text.len()) && !text.contains(char::is_control);
        is_valid.then(|| Self(text.into()))
    }

    /// Returns whether the pattern matches the name `room`.
    ///
    /// Each part between two stars is matched at its first occurrence, which is sufficient because a star
    /// follows it. So there is no backtracking.
    pub fn matches(&self, room: &str) -> bool {
        let Some((first, rest)) = self.0.split_once('*') else {
            return *self.0 == *room;
        };
        let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
        let Some(mut left) = room.strip_prefix(first).and_then(|left| left.strip_suffix(last)) else {
            return false;
        };
        middle.split('*').all(|part| match left.split_once(part) {
            Some((_, after)) => {
                left = after;
                true
            }
            None => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, room: &str) -> bool {
        RoomPattern::new(pattern).expect("a valid pattern").matches(room)
    }

    /// Returns whether a pattern matches, by trying every length for each star.
    fn matches_naive(pattern: &[u8], room: &[u8]) -> bool {
        match pattern.split_first() {
            None => room.is_empty(),
            Some((b'*', rest)) => (0..=room.len()).any(|skipped| matches_naive(rest, &room[skipped..])),
            Some((byte, rest)) => room.first() == Some(byte) && matches_naive(rest, &room[1..]),
        }
    }

    /// Returns all strings of these letters up to a length.
    fn all_strings(letters: &[char], longest: usize) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut from = 0;
        for _ in 0..longest {
            let longer: Vec<String> =
                all[from..].iter().flat_map(|t| letters.iter().map(move |l| format!("{t}{l}"))).collect();
            from = all.len();
            all.extend(longer);
        }
        all
    }

    #[test]
    fn a_star_matches_any_number_of_characters() {
        for (pattern, room) in
            [("team-*", "team-"), ("team-*", "team-a/b c"), ("*", ""), ("*-x-*", "ä-x-ö"), ("a*", "a*")]
        {
            assert!(matches(pattern, room), "{pattern} {room}");
        }
        for (pattern, room) in
            [("team-*", "team"), ("team", "team-1"), ("*-x", "a-xx"), ("aba*aba", "aba"), ("a?", "ab")]
        {
            assert!(!matches(pattern, room), "{pattern} {room}");
        }
    }

    #[test]
    fn agrees_with_an_exhaustive_matcher() {
        let rooms = all_strings(&['a', 'b'], 6);
        for pattern in all_strings(&['a', 'b', '*'], 6).iter().filter(|pattern| !pattern.is_empty()) {
            for room in &rooms {
                assert_eq!(
                    matches(pattern, room),
                    matches_naive(pattern.as_bytes(), room.as_bytes()),
                    "{pattern} {room}"
                );
            }
        }
    }

    /// With backtracking this would not finish.
    #[test]
    fn does_not_backtrack() {
        let room = "a".repeat(255);
        for pattern in ["a*".repeat(127) + "b", "*a".repeat(127) + "b", "*aab".repeat(60), "*".repeat(255)] {
            for _ in 0..10_000 {
                assert_eq!(matches(&pattern, &room), !pattern.contains('b'), "{pattern}");
            }
        }
    }

    #[test]
    fn rejects_empty_long_and_control_characters() {
        assert!(RoomPattern::new(&"x".repeat(255)).is_some());
        for wrong in ["", &"x".repeat(256), "a\nb", "a\u{7f}", "a\u{9b}"] {
            assert_eq!(RoomPattern::new(wrong), None, "{wrong:?}");
        }
    }
}
