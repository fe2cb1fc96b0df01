//! Test support: compares the strings of two languages.

/// Asserts that no string is blank and that both languages have the same placeholders.
pub fn assert_complete(en: &[&str], zh: &[&str]) {
    for (en, zh) in en.iter().zip(zh) {
        assert!(!en.trim().is_empty() && !zh.trim().is_empty(), "{en:?} {zh:?}");
        assert_eq!(placeholders(en), placeholders(zh), "{en:?} {zh:?}");
    }
}

/// Defines that test for the strings of one area. A field that is missing in the list does not compile.
macro_rules! complete {
    ($area:ident::$strings:ident: $($field:ident)*) => {
        #[test]
        fn translations_are_complete_and_have_the_same_placeholders() {
            let all = |strings: &$strings| {
                let $strings { $($field),* } = strings;
                vec![$(*$field),*]
            };
            let (en, zh) = (&crate::i18n::en::$area::STRINGS, &crate::i18n::zh::$area::STRINGS);
            crate::i18n::complete::assert_complete(&all(en), &all(zh));
        }
    };
}

pub(crate) use complete;

fn placeholders(text: &str) -> Vec<&str> {
    let names = text.split('{').skip(1).filter_map(|part| part.split('}').next());
    // Languages differ in where they have singular and plural.
    let mut names: Vec<_> = names.filter(|name| !name.contains(':')).collect();
    names.sort_unstable();
    names
}
