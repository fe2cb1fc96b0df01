//! The words of other WebSocket tools, which users know: Postman, Hoppscotch and Chrome `DevTools` in English, Apifox
//! and `DevTools` in Chinese.

use super::{Lang, charts, connection, find, inspector, metrics, rooms, sending};

#[test]
fn english_strings_use_known_words() {
    let (shell, connection) = (Lang::En.strings(), connection::ConnectionStrings::of(Lang::En));
    let (find, inspector) = (find::FindStrings::of(Lang::En), inspector::InspectorStrings::of(Lang::En));
    assert_eq!([shell.connect, shell.disconnect, shell.send, shell.clear], ["Connect", "Disconnect", "Send", "Clear"]);
    assert_eq!([shell.messages, shell.delivery_acknowledged], ["Messages", "Acknowledged"]);
    assert_eq!([connection.automatic, shell.clear_recipient], ["Automatic", "Clear recipient"]);
    assert_eq!([find.sent, find.received, find.all], ["Sent", "Received", "All"]);
    assert_eq!([inspector.pretty, inspector.raw, inspector.hex], ["Pretty", "Raw", "Hex"]);
    assert!(connection.duplicate_subprotocol.ends_with("is listed twice."));
    assert_eq!(shell.room_reset, "#{room} was reset on the server; earlier messages may be lost.");
    assert_eq!(shell.reloaded, "Messages above are from before the reload.");
}

#[test]
fn chinese_strings_use_known_words() {
    let (shell, rooms) = (Lang::Zh.strings(), rooms::RoomStrings::of(Lang::Zh));
    let connection = connection::ConnectionStrings::of(Lang::Zh);
    let name = |code| (shell.close_name)(yodel_protocol::CloseCode(code)).unwrap();
    assert_eq!([name(4003), name(1005), shell.why, rooms.tab], ["心跳超时", "无状态码", "查看原因", "1 个标签页"]);
    assert_eq!([connection.plain, shell.connect, shell.disconnect, shell.send], ["原始消息", "连接", "断开", "发送"]);
    assert!(connection.server_down.contains("无响应") && shell.page_server_unreachable.contains("无响应"));
    assert_eq!(metrics::MetricsStrings::of(Lang::Zh).loading, "正在获取数据…");
    assert_eq!(charts::ChartStrings::of(Lang::Zh).no_data, "暂无数据。");
    assert_eq!(sending::SendingStrings::of(Lang::Zh).repeat, "重复发送");
}

/// No string contains a private term of the first drafts, which users would not understand.
#[test]
fn no_string_uses_a_private_word() {
    let files = [
        include_str!("en/appearance.rs"),
        include_str!("en/charts.rs"),
        include_str!("en/connection.rs"),
        include_str!("en/copy_as.rs"),
        include_str!("en/connections.rs"),
        include_str!("en/control.rs"),
        include_str!("en/find.rs"),
        include_str!("en/help.rs"),
        include_str!("en/inspector.rs"),
        include_str!("en/metrics.rs"),
        include_str!("en/rooms.rs"),
        include_str!("en/rules.rs"),
        include_str!("en/rows.rs"),
        include_str!("en/sending.rs"),
        include_str!("en/shell.rs"),
        include_str!("en/variables.rs"),
        include_str!("en/tabs.rs"),
        include_str!("zh/charts.rs"),
        include_str!("zh/connection.rs"),
        include_str!("zh/copy_as.rs"),
        include_str!("zh/connections.rs"),
        include_str!("en/stream.rs"),
        include_str!("zh/appearance.rs"),
        include_str!("zh/charts.rs"),
        include_str!("zh/connection.rs"),
        include_str!("zh/control.rs"),
        include_str!("zh/find.rs"),
        include_str!("zh/help.rs"),
        include_str!("zh/inspector.rs"),
        include_str!("zh/metrics.rs"),
        include_str!("zh/rooms.rs"),
        include_str!("zh/rules.rs"),
        include_str!("zh/rows.rs"),
        include_str!("zh/sending.rs"),
        include_str!("zh/shell.rs"),
        include_str!("zh/variables.rs"),
        include_str!("zh/tabs.rs"),
        include_str!("zh/stream.rs"),
    ];
    for word in [
        "Whatever",
        "whatever",
        "has it",
        "is there twice",
        "begun anew",
        "loaded anew",
        "no longer",
        "Nobody",
        "nobody",
        "somebody",
        "told",
        "doubtful",
        "没有应答",
        "心跳无应答",
        "原样收发",
        "正在询问",
        "尚未测得",
        "无代码",
        "为什么",
        "个标签\"",
    ] {
        for file in files {
            assert!(!file.contains(word), "{word} in {}", file.lines().next().unwrap_or_default());
        }
    }
}
