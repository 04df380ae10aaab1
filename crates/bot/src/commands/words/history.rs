//! What `/welcome history`, `preview` and `test` say.

use discord::Permission;
use domain::welcome::SkipReason;

use super::{Words, words};

impl Words {
    /// Why somebody was not greeted.
    pub(crate) fn skipped(self, reason: SkipReason) -> &'static str {
        self.pick(match reason {
            SkipReason::Left => [
                "left before the welcome was posted",
                "歡迎訊息發出之前就離開了",
                "欢迎消息发出之前就离开了",
                "歓迎メッセージを送る前に退出しました",
            ],
            SkipReason::Bot => ["is a bot", "是機器人", "是机器人", "ボットです"],
            SkipReason::GreetedRecently => [
                "was greeted less than five minutes before",
                "五分鐘內已經歡迎過",
                "五分钟内已经欢迎过",
                "直前の五分以内に歓迎済みでした",
            ],
            SkipReason::NoChannel => [
                "there was no channel for it",
                "沒有可用的頻道",
                "没有可用的频道",
                "送信先のチャンネルがありませんでした",
            ],
            SkipReason::Refused => [
                "Discord refused the message; the text may hold what Discord does not take",
                "Discord 拒絕了這則訊息，文字裡可能有 Discord 不接受的內容",
                "Discord 拒绝了这条消息，文字里可能有 Discord 不接受的内容",
                "Discord に拒否されました（文に受け付けられない内容があるかもしれません）",
            ],
            SkipReason::Stale => [
                "it could not be posted in time",
                "沒能及時發送",
                "没能及时发送",
                "時間内に送れませんでした",
            ],
            SkipReason::GuildLeft => [
                "I was not in this server then",
                "當時我不在這個伺服器",
                "当时我不在这个服务器",
                "そのときボットはこのサーバーにいませんでした",
            ],
            SkipReason::UnknownOutcome => [
                "it is not known whether it was posted, and it was not posted twice; allow me to read the channel's history",
                "無法確定是否已經發送，為了不重複就沒有再發；請讓我能讀取該頻道的訊息歷史",
                "无法确定是否已经发送，为了不重复就没有再发；请让我能读取该频道的消息历史",
                "送信できたか分からず、二重にならないよう再送しませんでした（メッセージ履歴を読む権限があれば確かめられます）",
            ],
            SkipReason::HeldBack => [
                "too many joined at once",
                "短時間內太多人加入",
                "短时间内太多人加入",
                "一度に大勢が参加しました",
            ],
            SkipReason::Disabled => [
                "welcomes were switched off",
                "當時歡迎功能是關閉的",
                "当时欢迎功能是关闭的",
                "歓迎機能がオフでした",
            ],
        })
    }

    /// Why a trial was not posted, where the channel is closed to us.
    pub(crate) fn test_no_access(self, channel: &str) -> String {
        self.test_lacks(channel, self.permission(Permission::ViewChannel))
    }
}

words! {
    /// Over the list of welcomes.
    last_welcomes() {
        "The last welcomes",
        "最近的歡迎",
        "最近的欢迎",
        "最近の歓迎メッセージ",
    }
    /// Nobody joined.
    no_welcomes() {
        "Nobody has joined since I came here.",
        "自從我來到這裡，還沒有人加入。",
        "自从我来到这里，还没有人加入。",
        "ボットが導入されてから、まだ誰も参加していません。",
    }
    /// A page behind the last one.
    no_older_welcomes() {
        "There are no older ones.",
        "沒有更早的了。",
        "没有更早的了。",
        "これより古いものはありません。",
    }
    /// A welcome that stands in a channel.
    welcome_sent(link: &str) {
        "✅ [greeted]({link})",
        "✅ [已歡迎]({link})",
        "✅ [已欢迎]({link})",
        "✅ [歓迎済み]({link})",
    }
    /// A welcome that stands in a channel, or stood there; its message is not known.
    welcome_sent_in(channel: &str) {
        "✅ greeted in {channel}",
        "✅ 已在 {channel} 歡迎",
        "✅ 已在 {channel} 欢迎",
        "✅ {channel} で歓迎済み",
    }
    /// A welcome that is to be posted.
    welcome_waits() {
        "⏳ waiting",
        "⏳ 等待發送",
        "⏳ 等待发送",
        "⏳ 送信待ち",
    }
    /// A welcome that is to be posted later.
    welcome_waits_until(when: &str) {
        "⏳ waiting, next try {when}",
        "⏳ 等待發送，{when} 再試",
        "⏳ 等待发送，{when} 再试",
        "⏳ 送信待ち（次の試行：{when}）",
    }
    /// A welcome whose member must pass screening first.
    welcome_waits_for_screening() {
        "⏳ waiting for membership screening",
        "⏳ 等待通過成員審核",
        "⏳ 等待通过成员审核",
        "⏳ メンバー審査の通過待ち",
    }
    /// A welcome that may have been posted.
    welcome_in_doubt(channel: &str) {
        "❔ posted in {channel}, not confirmed yet",
        "❔ 已發到 {channel}，尚待確認",
        "❔ 已发到 {channel}，尚待确认",
        "❔ {channel} に送信、確認待ち",
    }
    /// A welcome that is not posted.
    welcome_skipped(reason: &str) {
        "➖ not greeted: {reason}",
        "➖ 未歡迎：{reason}",
        "➖ 未欢迎：{reason}",
        "➖ 歓迎せず：{reason}",
    }
    /// Over the preview.
    preview_is() {
        "👀 Only you see this. A new member is greeted with:",
        "👀 只有你看得到。新成員會看到這樣的歡迎：",
        "👀 只有你看得到。新成员会看到这样的欢迎：",
        "👀 あなたにだけ表示しています。新しいメンバーにはこう表示されます：",
    }
    /// Over the preview, where the guild has a message and no card.
    preview_without_card() {
        "(Without a card: it is switched off.)",
        "（沒有卡片：卡片功能已關閉。）",
        "（没有卡片：卡片功能已关闭。）",
        "（カードなし：オフになっています。）",
    }
    /// The name of a preview is empty or too long.
    preview_name_length(chars_max: usize) {
        "A name has 1 to {chars_max} characters.",
        "名字要有 1 到 {chars_max} 個字。",
        "名字要有 1 到 {chars_max} 个字。",
        "名前は 1～{chars_max} 文字です。",
    }
    /// A trial was posted.
    test_posted(link: &str) {
        "✅ Posted: {link}",
        "✅ 已發送：{link}",
        "✅ 已发送：{link}",
        "✅ 送信しました：{link}",
    }
    /// There was a trial a moment ago.
    test_too_soon(seconds: u64) {
        "A test was posted just now. Wait {seconds} seconds.",
        "剛剛才發送過測試，請等 {seconds} 秒。",
        "刚刚才发送过测试，请等 {seconds} 秒。",
        "テストを送ったばかりです。{seconds} 秒お待ちください。",
    }
    /// There is no channel to post in.
    test_no_channel() {
        "There is no channel to greet in. Choose one with `/welcome channel`.",
        "還沒有歡迎頻道，請用 `/welcome channel` 選擇一個。",
        "还没有欢迎频道，请用 `/welcome channel` 选择一个。",
        "歓迎するチャンネルがありません。`/welcome channel` で選んでください。",
    }
    /// The bot lacks something there.
    test_lacks(channel: &str, permission: &str) {
        "Discord refuses the message: in {channel} I lack **{permission}**. Allow me that there and try again.",
        "Discord 拒絕了訊息：我在 {channel} 缺少「**{permission}**」權限。請在該頻道授予我這個權限之後再試一次。",
        "Discord 拒绝了消息：我在 {channel} 缺少“**{permission}**”权限。请在该频道授予我这个权限之后再试一次。",
        "Discord に拒否されました：{channel} で「**{permission}**」の権限がありません。許可してからもう一度お試しください。",
    }
    /// The bot lacks something there, and Discord does not say what.
    test_forbidden(channel: &str) {
        "Discord refuses the message: I may not post in {channel}. Give me the permissions to see it, send messages, embed links and attach files.",
        "Discord 拒絕了訊息：我不能在 {channel} 發送訊息。請授予我「檢視頻道」、「傳送訊息」、「嵌入連結」和「附加檔案」權限。",
        "Discord 拒绝了消息：我不能在 {channel} 发送消息。请授予我“查看频道”、“发送消息”、“嵌入链接”和“添加文件”权限。",
        "Discord に拒否されました：{channel} に投稿できません。「チャンネルを見る」「メッセージを送信」「埋め込みリンク」「ファイルを添付」を許可してください。",
    }
    /// The channel is gone.
    test_channel_gone() {
        "The welcome channel does not exist any more. Choose another with `/welcome channel`.",
        "歡迎頻道已經不存在，請用 `/welcome channel` 另選一個。",
        "欢迎频道已经不存在，请用 `/welcome channel` 另选一个。",
        "歓迎チャンネルがなくなっています。`/welcome channel` で選び直してください。",
    }
    /// The channel takes no messages.
    test_channel_unfit(channel: &str) {
        "Nothing can be posted in {channel}: it is of a kind, or in a state, that takes no messages. Choose another with `/welcome channel`.",
        "無法在 {channel} 發送：這種頻道或它目前的狀態不接受訊息。請用 `/welcome channel` 另選一個。",
        "无法在 {channel} 发送：这种频道或它目前的状态不接受消息。请用 `/welcome channel` 另选一个。",
        "{channel} には投稿できません（メッセージを受け付けない種類または状態です）。`/welcome channel` で別のチャンネルを選んでください。",
    }
    /// A filter stopped it.
    test_blocked() {
        "Discord's filter stopped the message. Change the welcome's words with `/welcome message`.",
        "訊息被 Discord 的過濾器擋下了。請用 `/welcome message` 修改歡迎文字。",
        "消息被 Discord 的过滤器拦截了。请用 `/welcome message` 修改欢迎文字。",
        "Discord のフィルターに止められました。`/welcome message` で文を変えてください。",
    }
    /// Discord refused it for another reason.
    test_refused(code: u64) {
        "Discord refuses the message (code {code}). Change its words or its style with `/welcome message` and try again.",
        "Discord 拒絕了訊息（代碼 {code}）。請用 `/welcome message` 修改文字或樣式之後再試一次。",
        "Discord 拒绝了消息（代码 {code}）。请用 `/welcome message` 修改文字或样式之后再试一次。",
        "Discord に拒否されました（コード {code}）。`/welcome message` で文や形式を変えてからお試しください。",
    }
    /// Discord did not get to it.
    test_not_now() {
        "Discord does not take messages from me right now. Nothing was posted; try again in a minute.",
        "Discord 目前不接受我的訊息。沒有發送任何內容，請過一分鐘再試。",
        "Discord 目前不接受我的消息。没有发送任何内容，请过一分钟再试。",
        "Discord が今はメッセージを受け付けません。何も送信していません。一分ほど待ってからお試しください。",
    }
    /// Nobody knows whether it was posted.
    test_in_doubt(channel: &str) {
        "Discord did not answer, so I cannot tell whether the test was posted. Look in {channel}.",
        "Discord 沒有回應，無法確定測試是否已經發送。請到 {channel} 看看。",
        "Discord 没有响应，无法确定测试是否已经发送。请到 {channel} 看看。",
        "Discord から応答がなく、送信できたか分かりません。{channel} をご確認ください。",
    }
}
