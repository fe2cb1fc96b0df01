//! Chinese strings of the appearance panel.

use crate::i18n::strings::appearance::AppearanceStrings;

pub(in crate::i18n) const STRINGS: AppearanceStrings = AppearanceStrings {
    heading: "外观",
    theme: "主题",
    system: "跟随系统",
    light: "浅色",
    dark: "深色",
    font_size: "列表字号",
    small: "小",
    normal: "标准",
    large: "大",
    not_stored: "浏览器无法存储此设置，重新加载后将失效。",
};
