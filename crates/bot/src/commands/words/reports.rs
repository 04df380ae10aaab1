//! What daily reports say, and `/activity report` of them.

use domain::report::ReportSkip;

use super::{Words, words};

impl Words {
    /// Why a day has no report.
    pub(crate) fn report_skip(self, reason: ReportSkip) -> String {
        match reason {
            ReportSkip::Empty => self.report_empty(),
            ReportSkip::Off => self.report_was_off(),
            ReportSkip::ChannelGone => self.report_channel_gone(),
            ReportSkip::NoAccess => self.report_no_access(),
            ReportSkip::NoPermission => self.report_no_permission(),
            ReportSkip::Refused => self.report_refused(),
            ReportSkip::Late => self.report_late(),
            ReportSkip::UnknownOutcome => self.report_unknown_outcome(),
            ReportSkip::GuildLeft => self.report_guild_left(),
        }
    }
}

words! {
    /// Above a report.
    report_heading(day: &str) {
        "📊 **Most active on {day}**",
        "📊 **{day} 最活躍的成員**",
        "📊 **{day} 最活跃的成员**",
        "📊 **{day} のアクティブなメンバー**",
    }
    /// Below a report.
    report_totals(messages: &str, members: &str) {
        "Messages in all: **{messages}** · Members who wrote: **{members}**",
        "訊息總數：**{messages}** · 發言成員：**{members}**",
        "消息总数：**{messages}** · 发言成员：**{members}**",
        "メッセージ総数：**{messages}** · 発言したメンバー：**{members}**",
    }
    /// Above the picture of a report.
    report_card_title(day: &str) {
        "MOST ACTIVE · {day}",
        "最活躍成員 · {day}",
        "最活跃成员 · {day}",
        "アクティブなメンバー · {day}",
    }
    /// What the picture shows, for those who do not see it.
    report_card_description(guild: &str, day: &str) {
        "The most active members of {guild} on {day}",
        "{guild} 在 {day} 最活躍的成員",
        "{guild} 在 {day} 最活跃的成员",
        "{guild} の {day} のアクティブなメンバー",
    }
    /// Where and when reports come.
    report_comes_to(channel: &str, hour: u8, zone: &str) {
        "📊 Each day at {hour}:00 ({zone}) the most active members of the day before are posted in {channel}.",
        "📊 每天 {hour}:00（{zone}）會在 {channel} 公布前一天最活躍的成員。",
        "📊 每天 {hour}:00（{zone}）会在 {channel} 公布前一天最活跃的成员。",
        "📊 毎日 {hour}:00（{zone}）に、前日のアクティブなメンバーを {channel} に投稿します。",
    }
    /// When the next one comes.
    report_next(time: &str, ago: &str) {
        "Next report: {time} ({ago}).",
        "下一份報告：{time}（{ago}）。",
        "下一份报告：{time}（{ago}）。",
        "次回の日報：{time}（{ago}）。",
    }
    /// It comes at once.
    report_comes_now(day: &str) {
        "The report of {day} comes in a moment.",
        "{day} 的報告馬上就會發布。",
        "{day} 的报告马上就会发布。",
        "{day} の日報はまもなく投稿されます。",
    }
    /// There are none.
    report_off() {
        "There is no daily report. Choose a channel for it with the option `channel`.",
        "目前沒有每日報告，請用選項 `channel` 選擇頻道。",
        "目前没有每日报告，请用选项 `channel` 选择频道。",
        "日報は設定されていません。オプション `channel` でチャンネルを選んでください。",
    }
    /// No messages are counted, so there is nothing to report.
    report_counts_nothing() {
        "⚠️ Messages are not counted here, so there is nothing to report; `/activity settings` switches it on.",
        "⚠️ 目前沒有計算訊息，所以沒有內容可以報告，請用 `/activity settings` 開啟。",
        "⚠️ 目前没有计算消息，所以没有内容可以报告，请用 `/activity settings` 开启。",
        "⚠️ メッセージを数えていないため、報告する内容がありません。`/activity settings` で有効にできます。",
    }
    /// How the last one ended: it stands in a channel.
    report_last_posted(day: &str, place: &str, since: &str) {
        "Last report ({day}): posted {since}, {place}.",
        "上一份報告（{day}）：{since} 已發布，{place}。",
        "上一份报告（{day}）：{since} 已发布，{place}。",
        "前回の日報（{day}）：{since} に投稿しました：{place}。",
    }
    /// How the last one ended: it was not posted.
    report_last_skipped(day: &str, reason: &str) {
        "Last report ({day}): not posted. {reason}",
        "上一份報告（{day}）：沒有發布。{reason}",
        "上一份报告（{day}）：没有发布。{reason}",
        "前回の日報（{day}）：投稿していません。{reason}",
    }
    /// The last one is under way.
    report_last_open(day: &str) {
        "Last report ({day}): not posted yet; it is being tried.",
        "上一份報告（{day}）：還沒發布，正在嘗試。",
        "上一份报告（{day}）：还没发布，正在尝试。",
        "前回の日報（{day}）：まだ投稿されていません。再試行しています。",
    }
    /// Nobody wrote on that day.
    report_empty() {
        "Nobody wrote on that day.",
        "那天沒有人發言。",
        "那天没有人发言。",
        "その日は発言がありませんでした。",
    }
    /// Reports were switched off before it was posted.
    report_was_off() {
        "Reports were switched off before it was posted.",
        "發布之前每日報告已被關閉。",
        "发布之前每日报告已被关闭。",
        "投稿の前に日報がオフになりました。",
    }
    /// The channel is gone.
    report_channel_gone() {
        "⚠️ The channel does not exist any more: choose another one.",
        "⚠️ 頻道已經不存在，請另選一個。",
        "⚠️ 频道已经不存在，请另选一个。",
        "⚠️ チャンネルがなくなっています。選び直してください。",
    }
    /// The bot cannot see the channel.
    report_no_access() {
        "⚠️ I could not see the channel.",
        "⚠️ 我看不到那個頻道。",
        "⚠️ 我看不到那个频道。",
        "⚠️ チャンネルが見えませんでした。",
    }
    /// The bot may not post in the channel.
    report_no_permission() {
        "⚠️ I was not allowed to post in the channel, or to attach pictures there.",
        "⚠️ 我不能在那個頻道發送訊息或附加圖片。",
        "⚠️ 我不能在那个频道发送消息或附加图片。",
        "⚠️ チャンネルへの投稿または画像の添付が許可されていませんでした。",
    }
    /// Discord refused the message.
    report_refused() {
        "⚠️ Discord refused the message.",
        "⚠️ Discord 拒絕了這則訊息。",
        "⚠️ Discord 拒绝了这条消息。",
        "⚠️ Discord がメッセージを拒否しました。",
    }
    /// It could not be posted in time.
    report_late() {
        "It could not be posted within twelve hours.",
        "十二小時內沒能發布。",
        "十二小时内没能发布。",
        "12 時間以内に投稿できませんでした。",
    }
    /// Whether it was posted is not known.
    report_unknown_outcome() {
        "⚠️ Whether it was posted could not be found out, and a second one would have been worse. Let me read the channel's message history.",
        "⚠️ 無法確認是否已發布，為避免重複而不再發送。請允許我讀取該頻道的訊息歷史。",
        "⚠️ 无法确认是否已发布，为避免重复而不再发送。请允许我读取该频道的消息历史记录。",
        "⚠️ 投稿されたか確認できず、二重投稿を避けました。チャンネルのメッセージ履歴を読めるようにしてください。",
    }
    /// The bot was not in the guild.
    report_guild_left() {
        "I was not on this server then.",
        "當時我不在這個伺服器。",
        "当时我不在这个服务器。",
        "そのとき私はこのサーバーにいませんでした。",
    }
}
