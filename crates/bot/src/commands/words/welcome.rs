//! What `/welcome` says.

use discord::Permission;
use domain::welcome::ParkReason;

use super::{Words, words};

impl Words {
    /// Why a guild cannot be greeted in.
    pub(crate) fn parked(self, reason: ParkReason, channel: &str, since: &str) -> String {
        match reason {
            ParkReason::ChannelGone => self.parked_channel_gone(since),
            ParkReason::NoAccess => {
                self.parked_no_access(channel, self.permission(Permission::ViewChannel), since)
            }
            ParkReason::NoPermission => self.parked_no_permission(channel, since),
        }
    }
}

words! {
    /// A channel was chosen.
    channel_chosen(channel: &str) {
        "✅ New members are welcomed in {channel} from now on.",
        "✅ 從現在起會在 {channel} 歡迎新成員。",
        "✅ 从现在起会在 {channel} 欢迎新成员。",
        "✅ これからは {channel} で新しいメンバーを歓迎します。",
    }
    /// A channel was chosen, but welcomes are off.
    still_disabled() {
        "⚠️ Welcomes are switched off here; `/welcome enable` switches them on.",
        "⚠️ 歡迎功能目前是關閉的，請用 `/welcome enable` 開啟。",
        "⚠️ 欢迎功能目前是关闭的，请用 `/welcome enable` 开启。",
        "⚠️ 歓迎機能は現在オフになっています。`/welcome enable` で有効にできます。",
    }
    /// Welcomes were switched on.
    enabled() {
        "✅ New members are welcomed from now on.",
        "✅ 從現在起會歡迎新成員。",
        "✅ 从现在起会欢迎新成员。",
        "✅ これから新しいメンバーを歓迎します。",
    }
    /// Welcomes were switched off.
    disabled() {
        "✅ Nobody is welcomed from now on. `/welcome enable` switches it on again.",
        "✅ 從現在起不再歡迎新成員。要恢復請用 `/welcome enable`。",
        "✅ 从现在起不再欢迎新成员。要恢复请用 `/welcome enable`。",
        "✅ 歓迎を止めました。再開するには `/welcome enable` を使ってください。",
    }
    /// There is no channel to welcome in.
    no_channel() {
        "⚠️ There is no channel for it: choose one with `/welcome channel`.",
        "⚠️ 還沒有可用的頻道：請用 `/welcome channel` 選擇一個。",
        "⚠️ 还没有可用的频道：请用 `/welcome channel` 选择一个。",
        "⚠️ 送信先のチャンネルがありません。`/welcome channel` で選んでください。",
    }
    /// What the bot lacks where it is to welcome.
    lacking(channel: &str, missing: &str) {
        "⚠️ In {channel} I lack: {missing}.",
        "⚠️ 我在 {channel} 缺少以下權限：{missing}。",
        "⚠️ 我在 {channel} 缺少以下权限：{missing}。",
        "⚠️ {channel} で次の権限が足りません：{missing}。",
    }
    /// The channel is gone.
    parked_channel_gone(since: &str) {
        "⚠️ The channel does not exist any more (noticed {since}). Welcomes wait: choose another with `/welcome channel`.",
        "⚠️ 頻道已經不存在（{since} 發現）。歡迎訊息暫停發送，請用 `/welcome channel` 另選一個。",
        "⚠️ 频道已经不存在（{since} 发现）。欢迎消息暂停发送，请用 `/welcome channel` 另选一个。",
        "⚠️ チャンネルがなくなっています（{since} に検知）。歓迎メッセージは保留中です。`/welcome channel` で選び直してください。",
    }
    /// The bot cannot see the channel.
    parked_no_access(channel: &str, permission: &str, since: &str) {
        "⚠️ I cannot see {channel} (noticed {since}). Welcomes wait until I have **{permission}** there.",
        "⚠️ 我看不到 {channel}（{since} 發現）。在該頻道授予我「**{permission}**」權限之前，歡迎訊息暫停發送。",
        "⚠️ 我看不到 {channel}（{since} 发现）。在该频道授予我“**{permission}**”权限之前，欢迎消息暂停发送。",
        "⚠️ {channel} が見えません（{since} に検知）。「**{permission}**」が許可されるまで歓迎メッセージを保留します。",
    }
    /// The bot may not post in the channel.
    parked_no_permission(channel: &str, since: &str) {
        "⚠️ I may not post in {channel}, or not attach pictures (noticed {since}). Welcomes wait until I may.",
        "⚠️ 我不能在 {channel} 發送訊息或附加圖片（{since} 發現）。取得權限之前，歡迎訊息暫停發送。",
        "⚠️ 我不能在 {channel} 发送消息或附加图片（{since} 发现）。获得权限之前，欢迎消息暂停发送。",
        "⚠️ {channel} に投稿または画像の添付ができません（{since} に検知）。許可されるまで歓迎メッセージを保留します。",
    }
    /// Nothing hinders welcomes.
    all_well() {
        "✅ Nothing is missing.",
        "✅ 一切正常。",
        "✅ 一切正常。",
        "✅ 問題はありません。",
    }
    /// Over what stands.
    welcome_stands() {
        "Welcomes of this server",
        "這個伺服器的歡迎設定",
        "这个服务器的欢迎设置",
        "このサーバーの歓迎設定",
    }
    /// Before a text as it will look.
    looks_like(number: usize) {
        "Text {number} will look like this:",
        "第 {number} 段文字看起來會是這樣：",
        "第 {number} 段文字看起来会是这样：",
        "文 {number} の見た目：",
    }
    /// Before the default text, as it will look.
    default_looks_like() {
        "Nobody wrote a text, so the default is used:",
        "還沒有人寫過歡迎文字，會使用預設文字：",
        "还没有人写过欢迎文字，会使用默认文字：",
        "歓迎の文が書かれていないため、既定の文を使います：",
    }
    /// There is no text of this number to remove.
    no_such_text(number: i64, count: usize) {
        "There is no text {number}: {count} texts were written. `/welcome show` lists them.",
        "沒有第 {number} 段文字：目前寫了 {count} 段。可以用 `/welcome show` 查看。",
        "没有第 {number} 段文字：目前写了 {count} 段。可以用 `/welcome show` 查看。",
        "文 {number} はありません。書かれている文は {count} 個です。`/welcome show` で確認できます。",
    }
    /// The texts do not fit into a window.
    too_long_for_modal() {
        "The texts are too long together for a window. Change them with the options `text`, `add` and `remove`.",
        "所有文字加起來太長，無法在視窗中編輯。請用選項 `text`、`add` 和 `remove` 修改。",
        "所有文字加起来太长，无法在窗口中编辑。请用选项 `text`、`add` 和 `remove` 修改。",
        "文が長すぎて入力画面に入りません。オプション `text`、`add`、`remove` で変更してください。",
    }
    /// The window's title.
    message_modal() {
        "Welcome message",
        "歡迎訊息",
        "欢迎消息",
        "歓迎メッセージ",
    }
    /// Below the window's field of texts.
    message_modal_texts(places: &str) {
        "Use {places}. A line of --- parts texts.",
        "可用 {places}。多段文字之間請單獨一行寫 ---",
        "可用 {places}。多段文字之间请单独一行写 ---",
        "{places} が使えます。複数の文は --- だけの行で区切ります。",
    }
    /// Below a field of the window that may be left empty.
    may_be_empty() {
        "Leave it empty for the default.",
        "留空就使用預設值。",
        "留空就使用默认值。",
        "空欄なら既定になります。",
    }
    /// Neither a text nor off was given.
    text_or_off() {
        "Fill in `text`, or set `off` to stop it.",
        "請填寫 `text`，或把 `off` 設為 True 來停用。",
        "请填写 `text`，或把 `off` 设为 True 来停用。",
        "`text` を入力するか、止める場合は `off` を True にしてください。",
    }
    /// No option was given.
    nothing_given() {
        "Fill in at least one option.",
        "請至少填寫一個選項。",
        "请至少填写一个选项。",
        "オプションを一つ以上指定してください。",
    }
    /// Before everything is given back to its default.
    reset_asks(count: usize) {
        "Give {count} settings of welcomes back to their defaults? Texts and looks that were chosen are lost; `/settings export` saves them.",
        "要把 {count} 項歡迎設定恢復為預設值嗎？自訂的文字和外觀會消失，可以先用 `/settings export` 保存。",
        "要把 {count} 项欢迎设置恢复为默认值吗？自定义的文字和外观会消失，可以先用 `/settings export` 保存。",
        "歓迎の設定 {count} 件を既定に戻しますか？ 書いた文や選んだ見た目は失われます。`/settings export` で保存できます。",
    }
    /// There is nothing to give back.
    reset_not_needed() {
        "Nothing of welcomes was chosen here; all of it is default already.",
        "這裡沒有自訂過歡迎設定，全都已經是預設值。",
        "这里没有自定义过欢迎设置，全都已经是默认值。",
        "歓迎の設定は変更されていません。すでにすべて既定です。",
    }
    /// A button.
    reset_button() { "Reset", "重設", "重置", "既定に戻す" }
    /// After that button.
    was_reset(count: usize) {
        "✅ {count} settings are back to their defaults.",
        "✅ 已將 {count} 項設定恢復為預設值。",
        "✅ 已将 {count} 项设置恢复为默认值。",
        "✅ {count} 件の設定を既定に戻しました。",
    }
}
