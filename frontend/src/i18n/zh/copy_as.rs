//! Chinese strings of the menu that copies a connection or a message as a command.

use crate::i18n::strings::copy_as::CopyAsStrings;

pub(in crate::i18n) const STRINGS: CopyAsStrings = CopyAsStrings {
    copy_as: "复制为",
    snippet: "已复制的内容",
    copied: "已复制为 {tool}。",
    copy_blocked: "浏览器阻止了复制。请选中下方文本手动复制。",
    token: "未复制令牌：请设置 {name}。",
    secrets: "未复制地址中的敏感信息。",
    binary: "不含消息：{tool} 无法发送或检查二进制消息。",
    null: "不含消息：命令行参数不能包含字符 U+0000。",
    too_long: "不含消息：消息超过 {n} 字节。",
    recipient: "不含消息：{tool} 无法发送给单个用户或连接。",
};
