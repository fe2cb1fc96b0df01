//! Chinese texts of search and export.

use crate::i18n::words::find::FindWords;

pub(in crate::i18n) const WORDS: FindWords = FindWords {
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
