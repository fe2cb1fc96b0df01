//! The words of the inspector.

use super::Lang;

/// The words of one language.
#[derive(Debug)]
pub struct InspectorWords {
    /// Its heading.
    pub title: &'static str,
    /// To the row before.
    pub previous: &'static str,
    /// To the row after.
    pub next: &'static str,
    /// Closes it.
    pub close: &'static str,
    /// The views, for screen readers.
    pub view: &'static str,
    /// JSON with a line for each value.
    pub pretty: &'static str,
    /// As it is.
    pub raw: &'static str,
    /// Bytes.
    pub hex: &'static str,
    /// Opens more of it; `{n}` bytes are left.
    pub more: &'static str,
    /// To the clipboard.
    pub copy: &'static str,
    /// To a file.
    pub save: &'static str,
    /// It is there.
    pub copied: &'static str,
    /// The browser refuses.
    pub not_copied: &'static str,
    /// Too long for the clipboard.
    pub too_long: &'static str,
    /// The time.
    pub time: &'static str,
    /// The size.
    pub size: &'static str,
    /// A text; `{n}`.
    pub text: &'static str,
    /// Not a text; `{n}`.
    pub binary: &'static str,
    /// Of an envelope.
    pub room: &'static str,
    /// Its place in the room.
    pub offset: &'static str,
    /// What it is about.
    pub event: &'static str,
    /// Who said it.
    pub from: &'static str,
    /// Who gets it.
    pub to: &'static str,
    /// When the server heard it.
    pub server_time: &'static str,
    /// Where a message of one's own is.
    pub state: &'static str,
    /// The server's reason.
    pub reason: &'static str,
}

impl InspectorWords {
    /// The words of this language.
    pub fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::En => &EN,
            Lang::Zh => &ZH,
        }
    }
}

const EN: InspectorWords = InspectorWords {
    title: "Message",
    previous: "Previous",
    next: "Next",
    close: "Close",
    view: "View",
    pretty: "Pretty",
    raw: "Raw",
    hex: "Hex",
    more: "Show more ({n} bytes left)",
    copy: "Copy",
    save: "Save",
    copied: "Copied.",
    not_copied: "The browser did not allow copying. Select the text and copy it with the keyboard, or save it.",
    too_long: "Too long to copy as hex. Save it instead.",
    time: "Time",
    size: "Size",
    text: "{n} bytes, text",
    binary: "{n} bytes, binary",
    room: "Room",
    offset: "Offset",
    event: "Event",
    from: "From",
    to: "To",
    server_time: "Server time",
    state: "State",
    reason: "Reason",
};

const ZH: InspectorWords = InspectorWords {
    title: "消息详情",
    previous: "上一条",
    next: "下一条",
    close: "关闭",
    view: "视图",
    pretty: "格式化",
    raw: "原文",
    hex: "十六进制",
    more: "显示更多（剩余 {n} 字节）",
    copy: "复制",
    save: "保存",
    copied: "已复制。",
    not_copied: "浏览器不允许复制。请选中文本后用键盘复制，或保存为文件。",
    too_long: "内容过长，无法以十六进制复制，请保存为文件。",
    time: "时间",
    size: "大小",
    text: "{n} 字节，文本",
    binary: "{n} 字节，二进制",
    room: "房间",
    offset: "偏移量",
    event: "事件",
    from: "来自",
    to: "发给",
    server_time: "服务器时间",
    state: "状态",
    reason: "原因",
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        InspectorWords:
        title previous next close view pretty raw hex more copy save copied not_copied too_long time size text
        binary room offset event from to server_time state reason
    }
}
