//! Chinese texts of the keyboard shortcuts.

use crate::i18n::words::help::Words;

pub(in crate::i18n) const WORDS: Words = Words {
    heading: "快捷键",
    close: "关闭",
    send: "发送",
    line: "换行",
    history: "以前发送的内容",
    tools: "打开或关闭工具",
    search: "搜索（工具打开时）",
    escape: "关闭打开的面板",
    this: "显示本列表",
    rows: "下一条或上一条（在消息列表中）",
    whole: "查看该条全文",
    outside: "/ 和 ? 在输入框之外有效。",
};
