//! Words: what the section about the connection says, and why there is none. `{name}` is a place for a value.

use super::Lang;

/// The words of one language.
#[derive(Debug)]
pub struct Words {
    /// The section.
    pub heading: &'static str,
    /// The address field.
    pub address: &'static str,
    /// What to speak.
    pub speak: &'static str,
    /// What fits the address.
    pub fitting: &'static str,
    /// Messages as they are.
    pub plain: &'static str,
    /// The own protocol.
    pub envelope: &'static str,
    /// The field for subprotocols.
    pub subprotocols: &'static str,
    /// A subprotocol that is none; `{name}`.
    pub no_token: &'static str,
    /// A subprotocol that is there twice; `{name}`.
    pub twice: &'static str,
    /// The field for a token.
    pub token: &'static str,
    /// Where it is kept.
    pub token_kept: &'static str,
    /// Shows the token.
    pub show: &'static str,
    /// Keeps the token.
    pub remember: &'static str,
    /// The button.
    pub connect: &'static str,
    /// The subprotocol that the server chose; `{name}`.
    pub chosen: &'static str,
    /// It chose none.
    pub none_chosen: &'static str,
    /// The list of addresses.
    pub before: &'static str,
    /// Takes an address out of it; `{url}`.
    pub forget: &'static str,
    /// The explanation.
    pub why: &'static str,
    /// Offers nothing.
    pub without: &'static str,
    /// Takes the explanation away.
    pub close: &'static str,
    /// The own server is being asked.
    pub asking: &'static str,
    /// It does not answer.
    pub down: &'static str,
    /// It answers again.
    pub broke: &'static str,
    /// 401, 403.
    pub forbidden: &'static str,
    /// 404.
    pub nothing_there: &'static str,
    /// 429, 503.
    pub busy: &'static str,
    /// 426.
    pub in_the_way: &'static str,
    /// It answers something else.
    pub no_web_socket: &'static str,
    /// Another server.
    pub opaque: &'static str,
    /// It was reached before.
    pub was_there: &'static str,
    /// Subprotocols.
    pub offered: &'static str,
    /// The own protocol.
    pub offered_envelope: &'static str,
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
    heading: "Connection",
    address: "Address",
    speak: "Protocol",
    fitting: "Whatever fits",
    plain: "Plain messages",
    envelope: "yodel.v1",
    subprotocols: "Subprotocols, separated by commas",
    no_token: "“{name}” cannot be a subprotocol: only letters, digits and !#$%&'*+-.^_`|~",
    twice: "“{name}” is there twice.",
    token: "Token (JWT)",
    token_kept: "Sent to this server alone, kept until the page is closed.",
    show: "Show the token",
    remember: "Remember in this browser",
    connect: "Connect",
    chosen: "The server chose the subprotocol {name}.",
    none_chosen: "The server chose no subprotocol.",
    before: "Connected before",
    forget: "Forget {url}",
    why: "Why there is no connection",
    without: "Try without",
    close: "Close",
    asking: "Asking the server of this page …",
    down: "The server does not answer at all: it has stopped, or the network between is down. Start it again, or wait: the page goes on trying.",
    broke: "The server answers, so the connection was cut on the way: by a restart, a change of network, or a proxy that ends quiet connections. The page goes on trying.",
    forbidden: "The server is there and refuses: it wants a token, or does not let pages of this address in. Log in, or let the server allow this origin.",
    nothing_there: "The server is there, but not at this path. Correct the path.",
    busy: "The server takes no more connections just now. Wait, or close others.",
    in_the_way: "The path takes WebSockets, and yet the handshake failed: a proxy in between may not pass on Upgrade, or this page’s origin is not allowed.",
    no_web_socket: "What answers at this path is no WebSocket server. Correct the path.",
    opaque: "Browsers do not tell a page why another server did not connect (1006). Check the address and port, that the server runs, that it allows this page’s origin, and for wss:// its certificate: the browser’s console knows more.",
    was_there: "This server was reached before: it has stopped, or the network between is down. The page goes on trying.",
    offered: "Subprotocols were offered: a server that knows none of them makes the browser fail the connection.",
    offered_envelope: "yodel.v1 was offered: a server that does not know it makes the browser fail the connection.",
};

const ZH: Words = Words {
    heading: "连接",
    address: "地址",
    speak: "协议",
    fitting: "自动选择",
    plain: "原样收发",
    envelope: "yodel.v1",
    subprotocols: "子协议，以逗号分隔",
    no_token: "“{name}” 不能用作子协议：只能包含字母、数字和 !#$%&'*+-.^_`|~",
    twice: "“{name}” 重复了。",
    token: "令牌（JWT）",
    token_kept: "只发给这台服务器，关闭页面后即清除。",
    show: "显示令牌",
    remember: "在此浏览器中记住",
    connect: "连接",
    chosen: "服务器选择了子协议 {name}。",
    none_chosen: "服务器没有选择子协议。",
    before: "以前连接过",
    forget: "移除 {url}",
    why: "为什么连接不上",
    without: "不带子协议再试",
    close: "关闭",
    asking: "正在询问本页所在的服务器……",
    down: "服务器完全没有应答：它已停止，或中间的网络不通。请重新启动服务器，或稍候：本页会继续重试。",
    broke: "服务器有应答，说明连接是在途中断开的：服务器重启、网络切换，或代理关闭了空闲连接。本页会继续重试。",
    forbidden: "服务器在运行，但拒绝了连接：它需要令牌，或不允许来自本页地址的连接。请登录，或在服务器上允许此来源。",
    nothing_there: "服务器在运行，但没有这个路径。请改正路径。",
    busy: "服务器暂时不再接受新连接。请稍候，或关闭其他连接。",
    in_the_way: "该路径支持 WebSocket，但握手失败：中间的代理可能没有转发 Upgrade，或不允许本页的来源。",
    no_web_socket: "此路径上应答的不是 WebSocket 服务器。请改正路径。",
    opaque: "浏览器不会告诉网页为何连不上其他服务器（1006）。请检查地址和端口、服务器是否在运行、是否允许本页的来源，以及 wss:// 的证书；浏览器控制台里有更多信息。",
    was_there: "这台服务器以前连接成功过：它已停止，或中间的网络不通。本页会继续重试。",
    offered: "连接时提供了子协议：如果服务器一个都不认识，浏览器就会放弃连接。",
    offered_envelope: "连接时提供了 yodel.v1：如果服务器不认识它，浏览器就会放弃连接。",
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        Words:
        heading address speak fitting plain envelope subprotocols no_token twice token token_kept show
        remember connect chosen none_chosen before forget why without close asking down broke forbidden
        nothing_there busy in_the_way no_web_socket opaque was_there offered offered_envelope
    }
}
