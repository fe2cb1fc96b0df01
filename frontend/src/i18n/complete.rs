//! What a test asks of the words of two languages.

/// Each string says something and has the same places for values in both.
pub fn assert_complete(en: &[&str], zh: &[&str]) {
    for (en, zh) in en.iter().zip(zh) {
        assert!(!en.trim().is_empty() && !zh.trim().is_empty(), "{en:?} {zh:?}");
        assert_eq!(places(en), places(zh), "{en:?} {zh:?}");
    }
}

fn places(text: &str) -> Vec<&str> {
    let mut names: Vec<_> = text.split('{').skip(1).filter_map(|part| part.split('}').next()).collect();
    names.sort_unstable();
    names
}
