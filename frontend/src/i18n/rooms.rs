//! Words about rooms and who is in them.

use super::Lang;

/// The words of one language.
#[derive(Debug)]
pub struct Rooms {
    /// The heading.
    pub rooms: &'static str,
    /// Beside a room; `{n}`.
    pub unread: &'static str,
    /// Instead of the number, while the server has not answered.
    pub joining: &'static str,
    /// The field.
    pub name: &'static str,
    /// The button.
    pub join: &'static str,
    /// The button beside a room; `{room}`.
    pub leave: &'static str,
    /// No room can have that name.
    pub bad_name: &'static str,
    /// Not allowed; `{room}`.
    pub forbidden: &'static str,
    /// Too many people in it, or too many rooms; `{room}`, `{why}`.
    pub full: &'static str,
    /// Any other reason; `{room}`, `{why}`.
    pub refused: &'static str,
    /// The heading over those who are there; `{room}`.
    pub people: &'static str,
    /// Who it is, when it is oneself; `{name}`.
    pub you: &'static str,
    /// One connection.
    pub tab: &'static str,
    /// Several; `{n}`.
    pub tabs: &'static str,
    /// None any more.
    pub just_left: &'static str,
    /// What a click on a person does; `{name}`.
    pub write: &'static str,
    /// Those who are not in the list; `{n}`.
    pub more: &'static str,
    /// How many is not known.
    pub others: &'static str,
    /// The server does not say.
    pub secret: &'static str,
    /// The button, and the list it fills.
    pub earlier: &'static str,
    /// That list, where it begins.
    pub beginning: &'static str,
    /// The field before the input.
    pub to: &'static str,
    /// In it while nothing is chosen and the server sends texts back.
    pub to_me: &'static str,
    /// In it while nothing is chosen and the server tells them to the lobby.
    pub to_lobby: &'static str,
    /// It is no destination.
    pub unclear: &'static str,
}

const EN: Rooms = Rooms {
    rooms: "Rooms",
    unread: "{n} unread",
    joining: "joining",
    name: "Room name",
    join: "Join",
    leave: "Leave #{room}",
    bad_name: "A room has a name of 1 to 255 bytes, and not “*”.",
    forbidden: "You may not do that in #{room}.",
    full: "#{room} has no place: {why}.",
    refused: "#{room}: {why}.",
    people: "People in {room}",
    you: "{name} (you)",
    tab: "1 tab",
    tabs: "{n} tabs",
    just_left: "just left",
    write: "Write to {name}",
    more: "and {n} more",
    others: "and others",
    secret: "The server does not tell you who is here.",
    earlier: "Earlier messages",
    beginning: "Nothing is kept from before.",
    to: "To",
    to_me: "back to me (echo)",
    to_lobby: "everyone in the lobby",
    unclear: "Write #room or @person.",
};

const ZH: Rooms = Rooms {
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

impl Rooms {
    /// The words of this language.
    pub fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::En => &EN,
            Lang::Zh => &ZH,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        Rooms:
        rooms unread joining name join leave bad_name forbidden full refused people you tab tabs just_left write more
        others secret earlier beginning to to_me to_lobby unclear
    }
}
