//! What the settings are called.

use discord::Permission;
use domain::activity::level::Level;
use domain::settings::Field;

use super::{Texts, Words};

impl Words {
    /// A setting's name.
    pub(crate) fn field(self, field: Field) -> &'static str {
        self.pick(label(field))
    }

    /// A level's name.
    pub(crate) fn level(self, level: Level) -> &'static str {
        self.pick(level_names(level))
    }

    /// A permission's name, as Discord's own client writes it.
    pub(crate) fn permission(self, permission: Permission) -> &'static str {
        self.pick(match permission {
            Permission::KickMembers => ["Kick Members", "踢出成員", "踢出成员", "メンバーをキック"],
            Permission::BanMembers => ["Ban Members", "對成員停權", "封禁成员", "メンバーをBAN"],
            Permission::Administrator => ["Administrator", "管理者", "管理员", "管理者"],
            Permission::ManageChannels => ["Manage Channels", "管理頻道", "管理频道", "チャンネルの管理"],
            Permission::ManageGuild => ["Manage Server", "管理伺服器", "管理服务器", "サーバー管理"],
            Permission::ViewChannel => ["View Channel", "檢視頻道", "查看频道", "チャンネルを見る"],
            Permission::SendMessages => ["Send Messages", "傳送訊息", "发送消息", "メッセージを送信"],
            Permission::ManageMessages => ["Manage Messages", "管理訊息", "管理消息", "メッセージの管理"],
            Permission::EmbedLinks => ["Embed Links", "嵌入連結", "嵌入链接", "埋め込みリンク"],
            Permission::AttachFiles => ["Attach Files", "附加檔案", "添加文件", "ファイルを添付"],
            Permission::ReadMessageHistory => [
                "Read Message History",
                "讀取訊息歷史",
                "读取消息历史记录",
                "メッセージ履歴を読む",
            ],
            Permission::ManageRoles => ["Manage Roles", "管理身分組", "管理身份组", "ロールの管理"],
            Permission::ManageWebhooks => [
                "Manage Webhooks",
                "管理 Webhook",
                "管理 Webhook",
                "ウェブフックの管理",
            ],
            Permission::ManageExpressions => [
                "Manage Expressions",
                "管理表情內容",
                "管理表情内容",
                "絵文字などの管理",
            ],
            Permission::ManageThreads => ["Manage Threads", "管理討論串", "管理子区", "スレッドの管理"],
            Permission::ModerateMembers => [
                "Timeout Members",
                "禁言成員",
                "禁言成员",
                "メンバーをタイムアウト",
            ],
        })
    }
}

/// A level's name in each language.
pub(crate) fn level_names(level: Level) -> Texts {
    match level {
        Level::Newcomer => ["Newcomer", "新手", "新手", "新人"],
        Level::Active => ["Active", "活躍", "活跃", "アクティブ"],
        Level::Veteran => ["Veteran", "老手", "老手", "ベテラン"],
        Level::Expert => ["Expert", "達人", "达人", "達人"],
        Level::Legend => ["Legend", "傳奇", "传奇", "レジェンド"],
    }
}

fn label(field: Field) -> Texts {
    match field {
        Field::Language => ["Language", "語言", "语言", "言語"],
        Field::TimeZone => ["Time zone", "時區", "时区", "タイムゾーン"],
        Field::WelcomeEnabled => ["Welcomes", "歡迎", "欢迎", "歓迎"],
        Field::WelcomeChannel => ["Welcome channel", "歡迎頻道", "欢迎频道", "歓迎チャンネル"],
        Field::WelcomeTexts => ["Welcome texts", "歡迎文字", "欢迎文字", "歓迎メッセージの文"],
        Field::WelcomeStyle => ["Message style", "訊息樣式", "消息样式", "メッセージの形式"],
        Field::EmbedTitle => [
            "Embed title",
            "嵌入訊息標題",
            "嵌入消息标题",
            "埋め込みのタイトル",
        ],
        Field::EmbedColor => ["Embed colour", "嵌入訊息顏色", "嵌入消息颜色", "埋め込みの色"],
        Field::WelcomeCard => ["Card", "卡片", "卡片", "カード"],
        Field::AfterScreening => [
            "Wait for screening",
            "等待成員審核",
            "等待成员审核",
            "メンバー審査を待つ",
        ],
        Field::Raids => ["In raids", "大量加入時", "大量加入时", "大量参加のとき"],
        Field::DirectMessage => ["Direct message", "私訊", "私信", "ダイレクトメッセージ"],
        Field::FarewellText => ["Farewell text", "道別文字", "告别文字", "お別れの文"],
        Field::FarewellChannel => ["Farewell channel", "道別頻道", "告别频道", "お別れチャンネル"],
        Field::CardLayout => ["Card layout", "卡片版面", "卡片布局", "カードのレイアウト"],
        Field::CardTheme => ["Card theme", "卡片主題", "卡片主题", "カードのテーマ"],
        Field::CardAccent => ["Accent colour", "強調色", "强调色", "アクセントの色"],
        Field::CardPanel => ["Panel colour", "面板顏色", "面板颜色", "パネルの色"],
        Field::CardText => ["Text colour", "文字顏色", "文字颜色", "文字の色"],
        Field::CardOpacity => [
            "Panel opacity",
            "面板不透明度",
            "面板不透明度",
            "パネルの不透明度",
        ],
        Field::CardAvatar => ["Avatar shape", "頭像形狀", "头像形状", "アバターの形"],
        Field::CardRing => ["Avatar ring", "頭像外框", "头像外框", "アバターの枠"],
        Field::CardAlignment => ["Alignment", "對齊方式", "对齐方式", "文字揃え"],
        Field::CardTitle => ["Card title", "卡片標題", "卡片标题", "カードのタイトル"],
        Field::CardSubtitle => [
            "Card subtitle",
            "卡片副標題",
            "卡片副标题",
            "カードのサブタイトル",
        ],
        Field::CardBadge => ["Card badge", "卡片標籤", "卡片标签", "カードのバッジ"],
        Field::CardBackground => ["Card background", "卡片背景", "卡片背景", "カードの背景"],
        Field::ActivityEnabled => ["Activity", "活躍度", "活跃度", "アクティビティ"],
        Field::ActivityGain => [
            "Points for a message",
            "每則訊息的分數",
            "每条消息的分数",
            "1 メッセージの得点",
        ],
        Field::ActivityCooldown => [
            "Cooldown in seconds",
            "冷卻時間（秒）",
            "冷却时间（秒）",
            "クールダウン（秒）",
        ],
        Field::ActivityGrace => [
            "Minutes before points fade",
            "開始扣分前的分鐘數",
            "开始扣分前的分钟数",
            "減点が始まるまでの分数",
        ],
        Field::ActivityFade => [
            "Points that fade in an hour",
            "每小時扣除的分數",
            "每小时扣除的分数",
            "1 時間に減る得点",
        ],
        Field::ActivityLevels => ["Levels", "等級門檻", "等级门槛", "レベルの境目"],
        Field::ActivityLeftOutChannels => [
            "Channels left out",
            "不計算的頻道",
            "不计算的频道",
            "数えないチャンネル",
        ],
        Field::ActivityLeftOutRoles => [
            "Roles left out",
            "不計算的身分組",
            "不计算的身份组",
            "数えないロール",
        ],
        Field::ActivityHalfChannels => [
            "Channels that count half",
            "減半計算的頻道",
            "减半计算的频道",
            "半分だけ数えるチャンネル",
        ],
        Field::ActivityDoubleChannels => [
            "Channels that count twice",
            "加倍計算的頻道",
            "加倍计算的频道",
            "2 倍で数えるチャンネル",
        ],
        Field::ActivityLevelRoles => ["Level roles", "等級身分組", "等级身份组", "レベルのロール"],
        Field::ActivityReportChannel => [
            "Daily report's channel",
            "每日報告頻道",
            "每日报告频道",
            "日報のチャンネル",
        ],
        Field::ActivityReportHour => [
            "Daily report's hour",
            "每日報告的時刻",
            "每日报告的时刻",
            "日報の時刻",
        ],
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use domain::language::Language;

    use super::*;

    #[test]
    fn no_two_settings_have_one_name() {
        for language in Language::ALL {
            let names: HashSet<_> = Field::ALL
                .iter()
                .map(|field| Words(language).field(*field))
                .collect();
            assert_eq!(names.len(), Field::ALL.len(), "{language}");
        }
    }
}
