use super::*;
use crate::i18n::Lang;

/// More characters than the texts in these tests have.
const SHOWN: usize = 1_000;

fn en(body: &Body) -> String {
    connection_prefix(Lang::En.strings(), body) + &message_prefix(body) + &content(Lang::En.strings(), body, SHOWN)
}

#[test]
fn shows_the_downtime_after_a_reconnect() {
    let opened = |outage| en(&Body::Opened { url: "ws://a/ws".into(), outage });
    let succeeded = "WebSocket Server [ws://a/ws] Connection Succeeded!";
    assert_eq!(opened(None), succeeded);
    assert_eq!(
        opened(Some(Outage { ms: 5_400, all_sent: true })),
        format!("{succeeded} Reconnected after 6 s, all queued messages sent.")
    );
    assert_eq!(opened(Some(Outage { ms: 5_400, all_sent: false })), format!("{succeeded} Reconnected after 6 s."));
}

#[test]
fn shows_room_sender_and_recipient() {
    let received = |text: &str| {
        let mut log = crate::model::log::Log::default();
        let effect = match yodel_protocol::ServerFrame::decode(text).unwrap() {
            yodel_protocol::ServerFrame::Message(message) => yodel_client::Effect::Message(message.into()),
            yodel_protocol::ServerFrame::Direct(direct) => yodel_client::Effect::Direct(direct.into()),
            other => panic!("{other:?}"),
        };
        log.apply(1, &effect);
        en(&log.entries.iter().next().unwrap().body)
    };
    let ada = r#""from":{"client":"c_1","user":"ada"},"data":"hi","time":9}"#;
    let text = |room: &str| format!(r#"{{"type":"message","room":"{room}","event":"text",{ada}"#);
    assert_eq!(received(&text("lobby")), " > hi");
    assert_eq!(received(&text("deploys")), " > #deploys ada: hi");
    assert_eq!(received(&format!(r#"{{"type":"direct","event":"text",{ada}"#)), " > @ada: hi");
    let client = ada.replace(r#","user":"ada""#, "");
    assert_eq!(received(&format!(r#"{{"type":"direct","event":"note",{client}"#)), " > @c_1 [note]: hi");
    let to = crate::model::Destination::Room(yodel_protocol::RoomName::new("deploys").unwrap());
    let mut log = crate::model::log::Log::default();
    log.add_outgoing(1, "hi", Some(to));
    assert_eq!(en(&log.entries.iter().next().unwrap().body), "→ #deploys: hi");
}

#[test]
fn prefixes_a_received_text_like_the_tutorials() {
    assert_eq!(en(&Body::Received { text: "<b>hi</b>".into(), envelope: None }), " > <b>hi</b>");
}

#[test]
fn shows_size_and_first_bytes_of_a_binary_message() {
    let binary = |bytes: &[u8]| en(&Body::Binary { bytes: bytes.into(), envelope: None });
    assert_eq!(binary(&[0x0a, 0x1f, 0x9c]), " > binary, 3 bytes: 0a 1f 9c");
    let head = "00 ".repeat(SHOWN_BYTES);
    assert_eq!(binary(&[0; SHOWN_BYTES + 1]), format!(" > binary, 33 bytes: {head}…"));
}

#[test]
fn cuts_a_long_text_between_characters() {
    assert_eq!(truncate(&"é".repeat(SHOWN + 1), SHOWN), "é".repeat(SHOWN));
    assert_eq!(truncate("short", SHOWN), "short");
}

#[test]
fn groups_digits_of_removed_rows() {
    let note = Body::Trimmed { entries: 5_000, limit: Limit::Entries };
    assert_eq!(en(&note), "Oldest 5,000 messages removed (limit 100,000).");
    assert_eq!(content(Lang::Zh.strings(), &note, SHOWN), "已移除最早的 5,000 条消息（上限 10 万条）。");
}
