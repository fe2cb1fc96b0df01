//! Words: what stands over the input. `{name}` is a place for a value.

use super::Lang;

/// The words of one language.
#[derive(Debug)]
pub struct Words {
    /// The place, for screen readers.
    pub heading: &'static str,
    /// Makes the field tall.
    pub tall: &'static str,
    /// What sends then.
    pub tall_hint: &'static str,
    /// The messages kept.
    pub saved: &'static str,
    /// The name of a message.
    pub name: &'static str,
    /// Keeps what is in the field.
    pub keep: &'static str,
    /// Puts a message into the field; `{name}`.
    pub insert: &'static str,
    /// Gives it the name that is typed; `{name}`.
    pub rename: &'static str,
    /// The button.
    pub rename_short: &'static str,
    /// Takes it away; `{name}`.
    pub delete: &'static str,
    /// The button.
    pub delete_short: &'static str,
    /// What it takes to keep one.
    pub unnamed: &'static str,
    /// Too many, or too long; `{n}`, `{max}`.
    pub not_kept: &'static str,
    /// Another one has it.
    pub name_taken: &'static str,
    /// The part about bytes.
    pub binary: &'static str,
    /// How bytes are typed.
    pub form: &'static str,
    /// Hexadecimal digits.
    pub hex: &'static str,
    /// Base64.
    pub base64: &'static str,
    /// The field for bytes.
    pub bytes: &'static str,
    /// A file instead.
    pub file: &'static str,
    /// Sends them.
    pub send_bytes: &'static str,
    /// How many there are; `{n}`.
    pub size: &'static str,
    /// `{digit}`, `{place}`.
    pub wrong_digit: &'static str,
    /// A digit is missing.
    pub short: &'static str,
    /// A file; `{max}`.
    pub too_large: &'static str,
    /// Nothing typed.
    pub no_bytes: &'static str,
    /// yodel.v1 with an echo server.
    pub no_echo: &'static str,
    /// yodel.v1 with a lobby.
    pub in_base64: &'static str,
    /// No connection.
    pub not_open: &'static str,
    /// The row of bytes that were sent; `{n}`, `{hex}`.
    pub row: &'static str,
    /// The part about repeating.
    pub repeat: &'static str,
    /// Milliseconds; `{least}`.
    pub every: &'static str,
    /// How often.
    pub times: &'static str,
    /// Begins.
    pub start: &'static str,
    /// Ends.
    pub stop: &'static str,
    /// How many were sent; `{n}`.
    pub sent: &'static str,
    /// Why it ended; `{n}`.
    pub stopped_full: &'static str,
    /// Why it ended; `{n}`.
    pub stopped_away: &'static str,
    /// A number that is none; `{least}`.
    pub wrong_number: &'static str,
    /// Nothing to repeat.
    pub nothing: &'static str,
    /// The list of keys.
    pub keys: &'static str,
    /// Bytes the socket holds; `{n}`.
    pub buffered: &'static str,
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
    heading: "Sending",
    tall: "Several lines",
    tall_hint: "Ctrl+Enter sends, Enter begins a new line.",
    saved: "Saved messages",
    name: "Name",
    keep: "Save what is typed",
    insert: "Insert {name}",
    rename: "Rename {name} to the name above",
    rename_short: "Rename",
    delete: "Delete {name}",
    delete_short: "Delete",
    unnamed: "Type a message and a name for it first.",
    not_kept: "At most {n} messages of {max} bytes are kept.",
    name_taken: "Another message has this name.",
    binary: "Binary",
    form: "Typed as",
    hex: "Hex",
    base64: "Base64",
    bytes: "Bytes",
    file: "or a file",
    send_bytes: "Send bytes",
    size: "{n} bytes",
    wrong_digit: "“{digit}” at place {place} is no such digit.",
    short: "The last byte is not complete.",
    too_large: "At most {max} bytes can be sent.",
    no_bytes: "Type bytes or choose a file first.",
    no_echo: "This path sends back what it gets, and yodel.v1 has no binary messages: choose plain messages under Connection, or a path that broadcasts.",
    in_base64: "Over yodel.v1 they go to the lobby as base64, event binary.",
    not_open: "There is no connection. Bytes are not kept until there is one.",
    row: "binary, {n} bytes: {hex}",
    repeat: "Repeat",
    every: "Every … ms (at least {least})",
    times: "How often (empty: until stopped)",
    start: "Start",
    stop: "Stop",
    sent: "{n} sent",
    stopped_full: "{n} sent. Stopped: too many messages are waiting.",
    stopped_away: "{n} sent. Stopped: there is no connection.",
    wrong_number: "The pause is a whole number of at least {least}, how often one of at least 1.",
    nothing: "Type the message below first.",
    keys: "Keys (?)",
    buffered: "{n} bytes are not written to the network yet.",
};

const ZH: Words = Words {
    heading: "发送",
    tall: "多行输入",
    tall_hint: "Ctrl+Enter 发送，Enter 换行。",
    saved: "保存的消息",
    name: "名称",
    keep: "保存已输入的内容",
    insert: "插入 {name}",
    rename: "将 {name} 重命名为上面的名称",
    rename_short: "重命名",
    delete: "删除 {name}",
    delete_short: "删除",
    unnamed: "请先输入消息和名称。",
    not_kept: "最多保存 {n} 条，每条不超过 {max} 字节。",
    name_taken: "已有同名消息。",
    binary: "二进制",
    form: "输入格式",
    hex: "十六进制",
    base64: "Base64",
    bytes: "字节",
    file: "或选择文件",
    send_bytes: "发送字节",
    size: "{n} 字节",
    wrong_digit: "第 {place} 个字符 “{digit}” 不是有效的数字。",
    short: "最后一个字节不完整。",
    too_large: "最多可发送 {max} 字节。",
    no_bytes: "请先输入字节或选择文件。",
    no_echo: "此路径只回显消息，而 yodel.v1 没有二进制消息：请在“连接”中选择原样收发，或改用广播路径。",
    in_base64: "通过 yodel.v1 时以 base64 发送到 lobby，事件名为 binary。",
    not_open: "当前没有连接，字节不会保留到恢复之后。",
    row: "二进制，{n} 字节：{hex}",
    repeat: "重复发送",
    every: "间隔毫秒数（至少 {least}）",
    times: "次数（留空则直到停止）",
    start: "开始",
    stop: "停止",
    sent: "已发送 {n} 条",
    stopped_full: "已发送 {n} 条。已停止：等待发送的消息过多。",
    stopped_away: "已发送 {n} 条。已停止：没有连接。",
    wrong_number: "间隔须为不小于 {least} 的整数，次数须为不小于 1 的整数。",
    nothing: "请先在下方输入消息。",
    keys: "快捷键（?）",
    buffered: "{n} 字节尚未写入网络。",
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        Words:
        heading tall tall_hint saved name keep insert rename rename_short delete delete_short unnamed
        not_kept name_taken binary form hex base64 bytes file send_bytes size wrong_digit short too_large
        no_bytes no_echo in_base64 not_open row repeat every times start stop sent stopped_full stopped_away
        wrong_number nothing buffered keys
    }
}
