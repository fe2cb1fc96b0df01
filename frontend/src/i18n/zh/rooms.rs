//! Chinese texts of rooms and people.

use crate::i18n::words::rooms::Rooms;

pub(in crate::i18n) const WORDS: Rooms = Rooms {
    rooms: "房间",
    unread: "{n} 条未读",
    joining: "正在加入",
    name: "房间名称",
    join: "加入",
    leave: "离开 #{room}",
    bad_name: "房间名称为 1 到 255 字节，且不能是“*”。",
    forbidden: "你没有 #{room} 的相应权限。",
    full: "#{room} 已满：{why}。",
    refused: "#{room}：{why}。",
    people: "{room} 中的成员",
    you: "{name}（我）",
    tab: "1 个标签",
    tabs: "{n} 个标签",
    just_left: "刚刚离开",
    write: "发送给 {name}",
    more: "还有 {n} 人",
    others: "还有其他人",
    secret: "服务器不提供成员列表。",
    earlier: "更早的消息",
    beginning: "没有更早的消息了。",
    to: "发送到",
    to_me: "返回给我（回显）",
    to_lobby: "大厅中的所有人",
    unclear: "请输入 #房间 或 @成员。",
};
