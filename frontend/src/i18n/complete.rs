//! What a test asks of the words of two languages.

/// Each string says something and has the same places for values in both.
pub fn assert_complete(en: &[&str], zh: &[&str]) {
    for (en, zh) in en.iter().zip(zh) {
        assert!(!en.trim().is_empty() && !zh.trim().is_empty(), "{en:?} {zh:?}");
        assert_eq!(places(en), places(zh), "{en:?} {zh:?}");
    }
}

/// The test of one area's words, all of them: a field that is not here does not compile.
macro_rules! complete {
    ($area:ident::$words:ident: $($field:ident)*) => {
        #[test]
        fn every_string_says_something_and_has_the_same_places_in_every_language() {
            let all = |words: &$words| {
                let $words { $($field),* } = words;
                vec![$(*$field),*]
            };
            let (en, zh) = (&crate::i18n::en::$area::WORDS, &crate::i18n::zh::$area::WORDS);
            crate::i18n::complete::assert_complete(&all(en), &all(zh));
        }
    };
}

pub(crate) use complete;

fn places(text: &str) -> Vec<&str> {
    let mut names: Vec<_> = text.split('{').skip(1).filter_map(|part| part.split('}').next()).collect();
    names.sort_unstable();
    names
}
