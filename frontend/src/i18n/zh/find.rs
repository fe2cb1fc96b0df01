//! Chinese strings of the bar above the list.

use crate::i18n::strings::find::FindStrings;

pub(in crate::i18n) const STRINGS: FindStrings = FindStrings {
    heading: "过滤与导出",
    filter: "过滤消息",
    placeholder: "过滤：文本或 /正则/",
    kinds: "消息类型",
    all: "全部",
    sent: "已发送",
    received: "已接收",
    events: "事件",
    count: "{n} / {total}",
    position: "已选第 {n} 条匹配",
    pause: "暂停",
    resume: "继续",
    resume_new: "继续（{n} 条新消息）",
    export: "导出",
    json_lines: "JSON Lines",
    csv: "CSV",
    exporting: "正在导出 {n} / {total}…",
    exported: "已导出 {n} / {total}",
    ended: "工具已关闭，过滤和暂停已取消。",
    too_slow: "搜索已停止：此正则表达式耗时超过 {ms} 毫秒，请简化。",
    search_failed: "浏览器无法执行此搜索。",
};
