//! Chinese texts of the server's metrics.

use crate::i18n::words::admin::Admin;

pub(in crate::i18n) const WORDS: Admin = Admin {
    server: "服务器",
    connections: "连接数",
    rooms: "房间数",
    rate_in: "每秒流入消息",
    rate_out: "每秒流出消息",
    graph: "{what}：当前 {now}，两分钟内最高 {most}",
    drops: "拒绝与关闭",
    no_drops: "服务器启动以来没有。",
    loading: "正在询问服务器。",
    key: "API 密钥或令牌",
    show: "显示",
    wanted: "查看指标需要 API 密钥，或带有“api”声明的令牌。不会被保存。",
    forbidden: "此令牌没有“api”声明。",
    off: "服务器不公开指标：HTTP 接口已关闭。",
    unreachable: "服务器没有应答，正在重试。",
    failed: "服务器返回 {status}，正在重试。",
};
