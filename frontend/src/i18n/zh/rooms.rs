//! Chinese strings of rooms and their members.

use crate::i18n::strings::rooms::RoomStrings;

pub(in crate::i18n) const STRINGS: RoomStrings = RoomStrings {
    heading: "房间",
    unread: "{n} 条未读",
    joining: "正在加入…",
    room_name: "房间名称",
    join: "加入",
    leave: "退出 #{room}",
    invalid_name: "房间名称长度须为 1 到 255 字节，且不能是“*”。",
    forbidden: "没有 #{room} 的权限。",
    limit_reached: "#{room} 已达上限：{reason}。",
    request_failed: "#{room} 的请求失败：{reason}。",
    members: "{room} 的成员",
    you: "{name}（我）",
    tab: "1 个标签页",
    tabs: "{n} 个标签页",
    just_left: "刚刚离开",
    send_to: "发送给 {name}",
    and_more: "还有 {n} 人",
    and_others: "还有其他人",
    members_hidden: "服务器未提供成员列表。",
    earlier: "更早的消息",
    no_earlier: "没有更早的消息。",
    to: "发送至",
    to_self: "我自己（回显）",
    to_lobby: "大厅中的所有人",
    invalid_recipient: "请输入 #房间 或 @用户。",
};
