//! Chinese strings of the variables.

use crate::i18n::strings::variables::VariableStrings;

pub(in crate::i18n) const STRINGS: VariableStrings = VariableStrings {
    heading: "变量（{n}）",
    empty: "暂无变量。在消息中用双花括号写入变量名，发送时会替换为变量值。",
    name: "变量名",
    value: "变量值",
    save: "保存变量",
    edit: "编辑 {name}",
    delete: "删除",
    delete_label: "删除 {name}",
    built_in: "内置变量：{names}。",
    escape: "输入四个左花括号可发送两个。",
    invalid_name: "变量名只能包含字母、数字、_ 和 -，以字母或 _ 开头，最多 {max} 个字符。",
    name_taken: "此名称已被使用。",
    limit: "最多 {n} 个变量，每个不超过 {max} 字节。",
    storage_full: "未保存：浏览器存储空间已满。",
    not_stored: "浏览器存储空间已满：规则设置的变量在关闭页面后会丢失。",
    insert: "变量",
    insert_label: "插入 {name}",
    undefined: "未定义，将按原样发送：{names}",
    sent_undefined: "以下变量未定义，已按原样发送：{names}。",
};
