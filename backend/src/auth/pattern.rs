//! Which rooms a rule is about.

/// A room's name, or many: `*` stands for any run of characters, also for none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Box<str>);

impl Pattern {
    /// Longer ones could only name rooms that cannot be.
    pub const LONGEST: usize = 255;

    /// A pattern, unless it is empty, too long, or has control characters in it.
    pub fn new(text: &str) -> Option<Self> {
        let fits = (1..=Self::LONGEST).contains(&text.len()) && !text.contains(char::is_control);
        fits.then(|| Self(text.into()))
    }

    /// Whether a room is one of those that are meant.
    ///
    /// The first place where a part fits is always good enough, because only stars follow it. So
    /// nothing is tried twice, and no pattern takes longer than its length and the room's.
    pub fn matches(&self, room: &str) -> bool {
        let Some((first, rest)) = self.0.split_once('*') else {
            return *self.0 == *room;
        };
        let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
        let Some(mut left) = room.strip_prefix(first).and_then(|left| left.strip_suffix(last)) else {
            return false;
        };
        middle.split('*').all(|part| match left.split_once(part) {
            Some((_, behind)) => {
                left = behind;
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
        Pattern::new(pattern).expect("it is a pattern").matches(room)
    }

    /// What a star means, said by trying everything.
    fn tried(pattern: &[u8], room: &[u8]) -> bool {
        match pattern.split_first() {
            None => room.is_empty(),
            Some((b'*', rest)) => (0..=room.len()).any(|skipped| tried(rest, &room[skipped..])),
            Some((byte, rest)) => room.first() == Some(byte) && tried(rest, &room[1..]),
        }
    }

    /// Every text of these letters up to a length.
    fn texts(letters: &[char], longest: usize) -> Vec<String> {
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
    fn a_star_is_any_run_of_characters() {
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
    fn it_matches_what_trying_everything_matches() {
        let rooms = texts(&['a', 'b'], 6);
        for pattern in texts(&['a', 'b', '*'], 6).iter().filter(|pattern| !pattern.is_empty()) {
            for room in &rooms {
                assert_eq!(matches(pattern, room), tried(pattern.as_bytes(), room.as_bytes()), "{pattern} {room}");
            }
        }
    }

    /// One that goes back to every star would not end.
    #[test]
    fn a_pattern_made_to_take_long_does_not() {
        let room = "a".repeat(255);
        for pattern in ["a*".repeat(127) + "b", "*a".repeat(127) + "b", "*aab".repeat(60), "*".repeat(255)] {
            for _ in 0..10_000 {
                assert_eq!(matches(&pattern, &room), !pattern.contains('b'), "{pattern}");
            }
        }
    }

    #[test]
    fn a_pattern_is_a_possible_name() {
        assert!(Pattern::new(&"x".repeat(255)).is_some());
        for wrong in ["", &"x".repeat(256), "a\nb", "a\u{7f}", "a\u{9b}"] {
            assert_eq!(Pattern::new(wrong), None, "{wrong:?}");
        }
    }
}
