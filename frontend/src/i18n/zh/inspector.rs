//! Chinese texts of the inspector.

use crate::i18n::words::inspector::InspectorWords;

pub(in crate::i18n) const WORDS: InspectorWords = InspectorWords {
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
