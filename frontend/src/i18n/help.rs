//! Words: what the keys do. `{name}` is a place for a value.

use super::Lang;

/// The words of one language.
#[derive(Debug)]
pub struct Words {
    /// The dialog.
    pub heading: &'static str,
    /// Its button.
    pub close: &'static str,
    /// Enter.
    pub send: &'static str,
    /// Shift+Enter.
    pub line: &'static str,
    /// The arrow keys.
    pub history: &'static str,
    /// Ctrl+K.
    pub tools: &'static str,
    /// A slash.
    pub search: &'static str,
    /// Escape.
    pub escape: &'static str,
    /// A question mark.
    pub this: &'static str,
    /// In the list.
    pub rows: &'static str,
    /// Enter there.
    pub whole: &'static str,
    /// Where the last ones work.
    pub outside: &'static str,
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
    heading: "Keys",
    close: "Close",
    send: "Send",
    line: "New line",
    history: "What was sent before",
    tools: "Open or close the tools",
    search: "Search (with the tools open)",
    escape: "Close what is open",
    this: "This list",
    rows: "Next or previous row (in the messages)",
    whole: "That row, whole",
    outside: "/ and ? work outside of fields.",
};

const ZH: Words = Words {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        Words:
        heading close send line history tools search escape this rows whole outside
    }
}
