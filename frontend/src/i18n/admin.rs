//! Words about the figures of the server.

use super::Lang;

/// The words of one language.
#[derive(Debug)]
pub struct Admin {
    /// The heading, which opens the section.
    pub server: &'static str,
    /// A graph.
    pub connections: &'static str,
    /// A graph.
    pub rooms: &'static str,
    /// A graph: messages that come in.
    pub rate_in: &'static str,
    /// A graph: copies that go out.
    pub rate_out: &'static str,
    /// What a graph says to screen readers; `{what}`, `{now}`, `{most}`.
    pub graph: &'static str,
    /// Over what was refused or closed, by why.
    pub drops: &'static str,
    /// There is none.
    pub no_drops: &'static str,
    /// The first figures are on their way.
    pub loading: &'static str,
    /// The field.
    pub key: &'static str,
    /// The button.
    pub show: &'static str,
    /// No key and no token, or no good one.
    pub wanted: &'static str,
    /// The token may not.
    pub forbidden: &'static str,
    /// The interface is off.
    pub off: &'static str,
    /// No answer.
    pub unreachable: &'static str,
    /// Any other answer; `{status}`.
    pub failed: &'static str,
}

const EN: Admin = Admin {
    server: "Server",
    connections: "Connections",
    rooms: "Rooms",
    rate_in: "Messages in, a second",
    rate_out: "Messages out, a second",
    graph: "{what}: {now} now, at most {most} in two minutes",
    drops: "Refused and closed",
    no_drops: "None since the server started.",
    loading: "Asking the server.",
    key: "Key or token",
    show: "Show",
    wanted: "The figures need an API key, or a token that claims “api”. It is not stored.",
    forbidden: "This token does not claim “api”.",
    off: "The server shows its figures to nobody: its HTTP interface is off.",
    unreachable: "The server does not answer. Asking again.",
    failed: "The server answered {status}. Asking again.",
};

const ZH: Admin = Admin {
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

impl Admin {
    /// The words of this language.
    pub fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::En => &EN,
            Lang::Zh => &ZH,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        Admin:
        server connections rooms rate_in rate_out graph drops no_drops loading key show wanted forbidden off
        unreachable failed
    }
}
