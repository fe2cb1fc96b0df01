//! Chinese strings of the charts.

use crate::i18n::strings::charts::ChartStrings;

pub(in crate::i18n) const STRINGS: ChartStrings = ChartStrings {
    heading: "统计",
    latency: "延迟",
    last_minute: "最近 1 分钟",
    no_latency: "原始消息无法测量延迟，请使用 yodel.v1。",
    no_data: "暂无数据。",
    ms: "{n} 毫秒",
    messages: "每秒消息数",
    bytes: "每秒字节数",
    rates: "收 {in} · 发 {out}",
    latency_label: "最近 1 分钟延迟：当前 {now} 毫秒，最低 {min} 毫秒，最高 {max} 毫秒。",
    rate_label: "最近 1 分钟{metric}：收 {in}，发 {out}，峰值 {peak}。",
    timeline: "连接历史",
    timeline_label: "连接历史，共 {n} 次变化，详见下方列表。",
    details: "详情",
    connected: "已连接到 {url}",
    disconnected: "已断开（{reason}）",
    no_connection_yet: "暂无连接记录。",
};
