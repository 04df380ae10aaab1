//! What `/activity settings` and `/activity reset` say.

use super::words;

words! {
    /// Above the settings of activity.
    activity_settings_stand() {
        "**How activity is counted here**",
        "**這裡的活躍度計算方式**",
        "**这里的活跃度计算方式**",
        "**アクティビティの数え方**",
    }
    /// What the numbers mean.
    activity_settings_explained() {
        "-# A message adds points, at most once in each cooldown. After a while without messages they fade. Scores go from 0 to 100; levels are the points from which they are reached.",
        "-# 每則訊息會加分，每段冷卻時間最多加一次；一段時間沒有訊息後分數會逐漸減少。分數為 0 到 100，等級門檻是達到各等級所需的分數。",
        "-# 每条消息会加分，每段冷却时间最多加一次；一段时间没有消息后分数会逐渐减少。分数为 0 到 100，等级门槛是达到各等级所需的分数。",
        "-# メッセージごとに加点されます（クールダウンごとに 1 回まで）。しばらく発言がないと減っていきます。得点は 0〜100 で、レベルの境目は到達に必要な得点です。",
    }
    /// A channel was named, but not what is to become of it; or the other way around.
    activity_option_lacks(given: &str, lacking: &str) {
        "The option `{given}` needs `{lacking}` beside it. Nothing was changed.",
        "選項 `{given}` 需要和 `{lacking}` 一起使用。沒有任何變更。",
        "选项 `{given}` 需要和 `{lacking}` 一起使用。没有任何更改。",
        "オプション `{given}` は `{lacking}` と一緒に使ってください。何も変更していません。",
    }
    /// Asks before a member's activity is erased.
    activity_reset_asks(member: &str) {
        "Erase the score and all message counts of {member} on this server? This cannot be undone.",
        "要清除 {member} 在這個伺服器的分數與所有訊息統計嗎？清除後無法復原。",
        "要清除 {member} 在这个服务器的分数与所有消息统计吗？清除后无法恢复。",
        "{member} のこのサーバーでの得点とメッセージ数をすべて消去しますか？元に戻せません。",
    }
    /// The button that says yes.
    activity_reset_button() { "Erase", "清除", "清除", "消去する" }
    /// It was done.
    activity_was_reset(member: &str) {
        "✅ The activity of {member} begins anew.",
        "✅ {member} 的活躍度已重新開始計算。",
        "✅ {member} 的活跃度已重新开始计算。",
        "✅ {member} のアクティビティを最初から数え直します。",
    }
    /// There was nothing.
    activity_reset_not_needed(member: &str) {
        "Nothing is counted of {member} here.",
        "這裡沒有 {member} 的任何紀錄。",
        "这里没有 {member} 的任何记录。",
        "ここには {member} の記録がありません。",
    }
}
