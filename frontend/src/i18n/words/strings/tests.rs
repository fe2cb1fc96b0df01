use super::*;
use crate::i18n::{Lang, complete::assert_complete};

/// Every string. A field that is not here does not compile.
fn all(strings: &Strings) -> Vec<&'static str> {
    macro_rules! fields {
        ($($field:ident)*) => {{
            let Strings { group: _, close_name: _, $($field),* } = strings;
            vec![$(*$field),*]
        }};
    }
    fields! {
        name switch idle connecting connected closing backoff no_network sent received connect disconnect address
        change_address retrying retry_now stop offline refused ended exhausted edit try_again mixed use_wss bad_address
        foreign messages empty clear new_rows sum server opened back back_kept closed named_code explained_code binary
        gap began_anew recovered reloaded left_out trimmed_rows trimmed_bytes word_info word_sent word_received word_error mark_sent
        mark_acknowledged mark_waiting mark_doubtful tools no_tools why close no_answer
        mark_failed mark_nobody since to_default retry delete content send nothing full
    }
}

#[test]
fn every_string_says_something_and_has_the_same_places_in_every_language() {
    assert_complete(&all(Lang::En.strings()), &all(Lang::Zh.strings()));
}

#[test]
fn every_named_code_has_a_name_in_every_language() {
    for code in (0..=u16::MAX).map(CloseCode) {
        let [en, zh] = [Lang::En, Lang::Zh].map(|lang| (lang.strings().close_name)(code));
        assert_eq!(en.is_some(), zh.is_some(), "{code}");
    }
}

#[test]
fn a_close_says_its_code_name_and_the_words_of_the_server() {
    let close = |lang: Lang, code, reason| lang.strings().close(CloseCode(code), reason);
    assert_eq!(close(Lang::En, 1006, ""), "1006, abnormal");
    assert_eq!(close(Lang::Zh, 1006, ""), "1006，异常");
    assert_eq!(close(Lang::En, 1001, "restart"), "1001, going away: restart");
    assert_eq!(close(Lang::En, 4321, ""), "4321");
}

#[test]
fn a_refusal_says_why() {
    let stopped = |lang: Lang, code, reason| lang.strings().stopped(CloseCode(code), reason);
    assert_eq!(
        stopped(Lang::En, 4502, ""),
        "The server refused this connection (4502: unauthorized). It will not be retried."
    );
    assert_eq!(stopped(Lang::Zh, 4502, ""), "服务器拒绝了此连接（4502：未授权），不会自动重试。");
    assert!(stopped(Lang::En, 4777, "").contains("(4777)"));
    assert!(stopped(Lang::En, 1008, "banned").contains("(1008: banned)"));
    assert!(stopped(Lang::En, 1000, "").starts_with("The server ended"));
}

#[test]
fn numbers_are_grouped_as_the_language_does() {
    let grouped = |number| Lang::En.strings().number(number);
    assert_eq!(grouped(999), "999");
    assert_eq!(grouped(5_000), "5,000");
    assert_eq!(grouped(1_234_567), "1,234,567");
    assert_eq!(Lang::Zh.strings().number(5_000), "5000");
}
