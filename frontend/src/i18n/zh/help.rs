//! Chinese strings of the keyboard shortcuts.

use crate::i18n::strings::help::HelpStrings;

pub(in crate::i18n) const STRINGS: HelpStrings = HelpStrings {
    heading: "快捷键",
    close: "关闭",
    send: "发送",
    new_line: "换行",
    history: "上一条或下一条已发送的消息",
    tools: "打开或关闭工具",
    filter: "过滤消息",
    close_panel: "关闭打开的面板",
    shortcuts: "显示快捷键",
    next_message: "下一条或上一条消息（在列表中）",
    open_message: "查看消息详情",
    message_actions: "复制、重新发送、编辑、固定、比较（在消息详情中）",
    outside_fields: "/ 和 ? 仅在输入框外有效。",
    send_empty: "发送（允许空消息）",
    new_tab: "新建标签页",
    next_tab: "下一个或上一个标签页",
    close_tab: "关闭标签页（在标签栏中）",
};
