//! The words of the bar over the list: finding, pausing, exporting.

use super::Lang;

/// The words of one language.
#[derive(Debug)]
pub struct FindWords {
    /// The bar, for screen readers.
    pub title: &'static str,
    /// The field.
    pub find: &'static str,
    /// In the empty field.
    pub hint: &'static str,
    /// Which rows, for screen readers.
    pub kinds: &'static str,
    /// All of them.
    pub all: &'static str,
    /// One's own.
    pub sent: &'static str,
    /// Those that arrived.
    pub received: &'static str,
    /// News of the connection.
    pub events: &'static str,
    /// How many were found; `{n}`, `{of}`.
    pub count: &'static str,
    /// The list stays as it is.
    pub pause: &'static str,
    /// It goes on.
    pub resume: &'static str,
    /// It goes on; `{n}` rows wait.
    pub resume_some: &'static str,
    /// To a file.
    pub export: &'static str,
    /// A file with an object in each line.
    pub json_lines: &'static str,
    /// A table.
    pub csv: &'static str,
    /// The file is being written; `{n}`.
    pub exporting: &'static str,
    /// It is written; `{n}`, and `{of}` that there are.
    pub exported: &'static str,
}

impl FindWords {
    /// The words of this language.
    pub fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::En => &EN,
            Lang::Zh => &ZH,
        }
    }
}

const EN: FindWords = FindWords {
    title: "Find and export",
    find: "Find in the rows",
    hint: "Find text or /regex/",
    kinds: "Which rows",
    all: "All",
    sent: "Sent",
    received: "Received",
    events: "Events",
    count: "{n} of {of}",
    pause: "Pause",
    resume: "Resume",
    resume_some: "Resume ({n} waiting)",
    export: "Export",
    json_lines: "JSON lines",
    csv: "CSV",
    exporting: "Exporting: {n} rows so far",
    exported: "Exported {n} of {of} rows",
};

const ZH: FindWords = FindWords {
    title: "查找与导出",
    find: "在消息中查找",
    hint: "查找文本或 /正则/",
    kinds: "显示哪些",
    all: "全部",
    sent: "已发送",
    received: "已接收",
    events: "事件",
    count: "{n} / {of}",
    pause: "暂停",
    resume: "继续",
    resume_some: "继续（{n} 条等待显示）",
    export: "导出",
    json_lines: "JSON Lines",
    csv: "CSV",
    exporting: "正在导出：已处理 {n} 行",
    exported: "已导出 {n} / {of} 行",
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        FindWords:
        title find hint kinds all sent received events count pause resume resume_some export json_lines csv
        exporting exported
    }
}
