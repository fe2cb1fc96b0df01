//! Chinese strings of the tabs of several connections.

use crate::i18n::strings::tabs::TabStrings;

pub(in crate::i18n) const STRINGS: TabStrings = TabStrings {
    heading: "标签页",
    open: "新建标签页",
    close: "关闭标签页",
    split: "拆分视图",
    title: "{name}：{state}。已发送 {sent}，已接收 {received}，新消息 {new}。",
    too_many: "最多可打开 {max} 个标签页，请先关闭一个。",
    unsent: "此标签页有 {n} 条未发送的消息。再次关闭将丢弃这些消息。",
};
