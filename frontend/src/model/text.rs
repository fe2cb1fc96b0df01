//! Text as bytes.

/// Returns the greatest index up to `at` that is not inside a UTF-8 character.
pub fn boundary(text: &[u8], at: usize) -> usize {
    let inside = |at: &usize| text.get(*at).is_some_and(|byte| byte & 0xc0 == 0x80);
    (0..=at.min(text.len())).rev().find(|at| !inside(at)).unwrap_or_default()
}
