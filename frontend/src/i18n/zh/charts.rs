//! Chinese texts of the charts.

use crate::i18n::words::charts::Words;

pub(in crate::i18n) const WORDS: Words = Words {
    heading: "实时",
    latency: "延迟",
    last_minute: "最近一分钟",
    no_latency: "原样收发没有应答，无法测量延迟。使用 yodel.v1 即可查看。",
    not_yet: "尚未测得。",
    ms: "{n} 毫秒",
    messages: "每秒消息数",
    bytes: "每秒字节数",
    rates: "收 {in} · 发 {out}",
    latency_words: "最近一分钟的延迟：当前 {now} 毫秒，最低 {least}，最高 {most}。",
    rate_words: "最近一分钟{what}：收 {in}，发 {out}，最高 {most}。",
    timeline: "连接情况",
    timeline_words: "何时有连接，共 {n} 次变化；详见下方列表。",
    changes: "变化记录",
    up: "已连接 {url}",
    down: "连接断开（{why}）",
    never: "还没有连接过。",
};
