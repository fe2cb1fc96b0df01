//! Chinese strings of the inspector.

use crate::i18n::strings::inspector::InspectorStrings;

pub(in crate::i18n) const STRINGS: InspectorStrings = InspectorStrings {
    heading: "消息详情",
    previous: "上一条",
    next: "下一条",
    close: "关闭",
    view: "视图",
    pretty: "格式化",
    raw: "原始",
    hex: "十六进制",
    show_more: "显示更多（剩余 {n} 字节）",
    copy: "复制",
    save: "保存",
    copied: "已复制。",
    copy_blocked: "浏览器阻止了复制。请选中文本手动复制，或保存为文件。",
    too_long: "内容过长，无法以十六进制复制。请保存为文件。",
    time: "时间",
    size: "大小",
    text: "{n} 字节，文本",
    binary: "{n} 字节，二进制",
    room: "房间",
    event_id: "事件 ID",
    offset: "偏移量",
    event: "事件",
    from: "发送方",
    to: "接收方",
    server_time: "服务器时间",
    status: "状态",
    reason: "原因",
};
