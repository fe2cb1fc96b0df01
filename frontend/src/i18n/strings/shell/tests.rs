use super::*;
use crate::i18n::{Lang, complete::assert_complete};

/// Returns every string. A field that is missing in the list does not compile.
fn all(strings: &ShellStrings) -> Vec<&'static str> {
    macro_rules! fields {
        ($($field:ident)*) => {{
            let ShellStrings { close_name: _, $($field),* } = strings;
            vec![$(*$field),*]
        }};
    }
    fields! {
        language_name switch_language disconnected connecting connected disconnecting reconnecting offline sent
        received connect disconnect url edit_url reconnecting_in reconnect_now stop offline_hint closed_by_server
        reconnect_off try_again mixed_content use_wss use_https why close page_server_unreachable invalid_url
        url_credentials token_required external_link tools tools_failed reload storage_full messages no_messages clear
        new_messages announcement server event_stream opened reconnected reconnected_queue_sent closed code_and_name code_and_reason binary messages_lost room_reset
        messages_recovered reloaded not_restored trimmed_count trimmed_bytes kind_info kind_sent kind_received
        kind_error delivery_sent delivery_acknowledged delivery_queued delivery_unconfirmed delivery_failed
        recipient_offline retry delete new_messages_divider clear_recipient message_placeholder receive_only send empty_message
        queue_full variables_loading message_too_large undo_clear print_note
    }
}

#[test]
fn translations_are_complete_and_have_the_same_placeholders() {
    assert_complete(&all(Lang::En.strings()), &all(Lang::Zh.strings()));
}

#[test]
fn names_the_same_close_codes_in_every_language() {
    for code in (0..=u16::MAX).map(CloseCode) {
        let [en, zh] = [Lang::En, Lang::Zh].map(|lang| (lang.strings().close_name)(code));
        assert_eq!(en.is_some(), zh.is_some(), "{code}");
    }
}

#[test]
fn shows_a_close_as_code_name_and_reason() {
    let close = |lang: Lang, code, reason| lang.strings().close(CloseCode(code), reason);
    assert_eq!(close(Lang::En, 1006, ""), "1006, abnormal");
    assert_eq!(close(Lang::Zh, 1006, ""), "1006，异常关闭");
    assert_eq!(close(Lang::En, 1001, "restart"), "1001, going away: restart");
    assert_eq!(close(Lang::En, 4321, ""), "4321");
}

#[test]
fn shows_why_reconnecting_ends() {
    let stopped = |lang: Lang, code, reason| lang.strings().stopped(CloseCode(code), reason);
    assert_eq!(stopped(Lang::En, 4502, ""), "The server closed the connection (4502: unauthorized). Not reconnecting.");
    assert_eq!(stopped(Lang::Zh, 4502, ""), "服务器关闭了连接（4502：未授权），不会自动重连。");
    assert!(stopped(Lang::En, 4777, "").contains("(4777)"));
    assert!(stopped(Lang::En, 1008, "banned").contains("(1008: banned)"));
    assert!(stopped(Lang::En, 1000, "").contains("(1000: normal)"));
}

#[test]
fn groups_digits_by_three() {
    let grouped = |number| Lang::En.strings().number(number);
    assert_eq!(grouped(999), "999");
    assert_eq!(grouped(5_000), "5,000");
    assert_eq!(grouped(1_234_567), "1,234,567");
    assert_eq!(Lang::Zh.strings().number(5_000), "5,000");
}
