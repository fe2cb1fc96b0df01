//! Chinese strings of the server metrics.

use crate::i18n::strings::metrics::MetricsStrings;

pub(in crate::i18n) const STRINGS: MetricsStrings = MetricsStrings {
    heading: "服务器指标",
    connections: "连接数",
    rooms: "房间数",
    messages_in: "每秒接收消息数",
    messages_out: "每秒发送消息数",
    chart_label: "{metric}：当前 {now}，最近 2 分钟峰值 {peak}",
    rejections: "被拒绝和已关闭的连接",
    no_rejections: "服务器启动以来暂无记录。",
    loading: "正在获取数据…",
    credentials: "API 密钥或令牌",
    show: "显示",
    credentials_required: "查看指标需要 API 密钥，或带有“api”声明的令牌。页面不会保存该凭据。",
    forbidden: "此令牌没有“api”声明。",
    disabled: "此服务器未启用指标（选项 --metrics）。",
    unreachable: "服务器无响应，正在重试…",
    failed: "服务器返回 {status}，正在重试…",
};
