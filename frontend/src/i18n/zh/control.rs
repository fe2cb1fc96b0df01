//! Chinese strings of the controls of the connection.

use crate::i18n::strings::control::ControlStrings;

pub(in crate::i18n) const STRINGS: ControlStrings = ControlStrings {
    reconnect: "自动重连",
    ping: "立即 Ping",
    no_ping: "浏览器无法发送 WebSocket Ping。使用 yodel.v1 时可测量延迟。",
    waiting: "正在等待响应…",
    latency: "延迟：{n} 毫秒",
    not_connected: "未连接。",
    close_with: "使用关闭码关闭",
    code: "关闭码（1000 或 3000–4999）",
    reason: "关闭原因",
    reason_size: "{n} / {max} 字节",
    invalid_code: "浏览器仅允许关闭码 1000 和 3000–4999。",
    reason_too_long: "关闭原因过长：{n} 字节（上限 {max}）。",
    close: "关闭连接",
};
