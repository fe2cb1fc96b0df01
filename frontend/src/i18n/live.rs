//! Words: what the graphs say. `{name}` is a place for a value.

use super::Lang;

/// The words of one language.
#[derive(Debug)]
pub struct Words {
    /// The section.
    pub heading: &'static str,
    /// How long the server takes to answer.
    pub latency: &'static str,
    /// The graph's span.
    pub last_minute: &'static str,
    /// Plain mode has none.
    pub no_latency: &'static str,
    /// Nothing was measured.
    pub not_yet: &'static str,
    /// A time; `{n}`.
    pub ms: &'static str,
    /// The graph of messages.
    pub messages: &'static str,
    /// The graph of bytes.
    pub bytes: &'static str,
    /// Both directions; `{in}`, `{out}`.
    pub rates: &'static str,
    /// The picture in words; `{now}`, `{least}`, `{most}`.
    pub latency_words: &'static str,
    /// The picture in words; `{what}`, `{in}`, `{out}`, `{most}`.
    pub rate_words: &'static str,
    /// The strip.
    pub timeline: &'static str,
    /// The strip in words; `{n}`.
    pub timeline_words: &'static str,
    /// Opens the list.
    pub changes: &'static str,
    /// A line of it; `{url}`.
    pub up: &'static str,
    /// A line of it; `{why}`.
    pub down: &'static str,
    /// There was none.
    pub never: &'static str,
}

impl Words {
    /// The words of this language.
    pub fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::En => &EN,
            Lang::Zh => &ZH,
        }
    }
}

const EN: Words = Words {
    heading: "Live",
    latency: "Latency",
    last_minute: "last minute",
    no_latency: "Plain messages have no answer to time. Speak yodel.v1 to see it.",
    not_yet: "Not measured yet.",
    ms: "{n} ms",
    messages: "Messages a second",
    bytes: "Bytes a second",
    rates: "in {in} · out {out}",
    latency_words: "Latency over the last minute: now {now} ms, between {least} and {most} ms.",
    rate_words: "{what} over the last minute: in {in}, out {out}, at most {most}.",
    timeline: "Connection",
    timeline_words: "When there was a connection, {n} changes; the list below says when.",
    changes: "Changes",
    up: "connected to {url}",
    down: "no connection ({why})",
    never: "No connection yet.",
};

const ZH: Words = Words {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        Words:
        heading latency last_minute no_latency not_yet ms messages bytes rates latency_words rate_words
        timeline timeline_words changes up down never
    }
}
