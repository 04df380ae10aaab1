//! What `/privacy` says.

use super::words;

words! {
    /// With the file.
    privacy_exported(guilds: usize, welcomes: usize, roles: usize, changes: usize) {
        "This is everything that I have stored about you: your activity in {guilds} servers, {welcomes} welcomes, {roles} roles that you have from me, and {changes} changes that you made to servers' settings.",
        "這是我儲存的所有與你有關的資料：{guilds} 個伺服器的活躍度、{welcomes} 筆歡迎紀錄、我給你的 {roles} 個身分組，以及你對伺服器設定的 {changes} 項變更。",
        "这是我储存的所有与你有关的数据：{guilds} 个服务器的活跃度、{welcomes} 条欢迎记录、我给你的 {roles} 个身份组，以及你对服务器设置的 {changes} 项更改。",
        "あなたについて保存しているすべてです：{guilds} サーバー分のアクティビティ、歓迎の記録 {welcomes} 件、付与したロール {roles} 個、サーバー設定に加えた変更 {changes} 件。",
    }
    /// They changed more than a file can hold.
    privacy_changes_left_out(changes: usize) {
        "All of your changes would make the file too large: it has the newest {changes} and says so. Whoever manages a server sees the earlier ones with `/settings audit`.",
        "放入你的所有變更會使檔案過大，因此只包含最新的 {changes} 項（檔案中有註明）。較早的變更，管理該伺服器的人可用 `/settings audit` 查看。",
        "放入你的所有更改会使文件过大，因此只包含最新的 {changes} 项（文件中有注明）。较早的更改，管理该服务器的人可用 `/settings audit` 查看。",
        "変更をすべて入れるとファイルが大きくなりすぎるため、新しい {changes} 件だけを入れました（ファイルにも記してあります）。それより前の変更は、サーバーを管理する人が `/settings audit` で見られます。",
    }
    /// What the file does not have.
    privacy_not_in_it() {
        "Not in it: messages, which I never store, and names in texts that admins wrote into their servers' settings, which belong to those servers.",
        "檔案中不包含：訊息內容（我從不儲存），以及管理員寫進伺服器設定文字中的名字，這些屬於該伺服器。",
        "文件中不包含：消息内容（我从不储存），以及管理员写进服务器设置文字中的名字，这些属于该服务器。",
        "含まれないもの：メッセージの内容（保存していません）と、管理者がサーバー設定の文章に書いた名前（そのサーバーのものです）。",
    }
    /// The question.
    privacy_asks() {
        "Erase what I have stored about you, in **all** servers that I am in and not in this one alone? Your scores and your message counts of days and months are lost, and your name and picture in the record of welcomes. This cannot be undone; `/privacy export` saves it first.",
        "要清除我儲存的與你有關的資料嗎？這會影響我所在的**所有**伺服器，不只這一個。你的分數、每日與每月的訊息統計，以及歡迎紀錄中的名稱和頭像都會消失，無法復原。可以先用 `/privacy export` 保存。",
        "要清除我储存的与你有关的数据吗？这会影响我所在的**所有**服务器，不只这一个。你的分数、每日与每月的消息统计，以及欢迎记录中的名称和头像都会消失，无法恢复。可以先用 `/privacy export` 保存。",
        "保存しているあなたのデータを消去しますか？ このサーバーだけでなく、私がいる**すべての**サーバーが対象です。得点、日ごと・月ごとのメッセージ数、歓迎の記録にある名前と画像が失われ、元に戻せません。`/privacy export` で先に保存できます。",
    }
    /// A button.
    privacy_button() { "Erase in all servers", "在所有伺服器清除", "在所有服务器清除", "すべてのサーバーで消去" }
    /// After that button.
    privacy_erased(guilds: &str, days: &str, months: &str, welcomes: &str) {
        "✅ Erased: your activity in {guilds} servers, message counts of {days} days and {months} months, and your name in {welcomes} welcomes.",
        "✅ 已清除：{guilds} 個伺服器的活躍度、{days} 天與 {months} 個月的訊息統計，以及 {welcomes} 筆歡迎紀錄中的名稱。",
        "✅ 已清除：{guilds} 个服务器的活跃度、{days} 天与 {months} 个月的消息统计，以及 {welcomes} 条欢迎记录中的名称。",
        "✅ 消去しました：{guilds} サーバー分のアクティビティ、{days} 日・{months} か月分のメッセージ数、歓迎の記録 {welcomes} 件の名前。",
    }
    /// There was nothing to erase.
    privacy_nothing() {
        "✅ There is nothing of yours to erase.",
        "✅ 沒有與你有關的資料需要清除。",
        "✅ 没有与你有关的数据需要清除。",
        "✅ 消去するデータはありません。",
    }
    /// What is left.
    privacy_stays() {
        "What stays: welcomes without a name, so that nobody is greeted twice; your name in one that is still to be posted, until it is; which roles you have from me, until I have taken them; and, in servers' histories of settings, that it was you who changed something, so that nobody can hide what they changed. What you write from now on is counted again.",
        "仍會保留：不含名稱的歡迎紀錄（避免重複歡迎）；尚未發出的歡迎中的名稱，直到發出為止；你從我得到的身分組紀錄，直到我收回為止；以及伺服器設定紀錄中由你做出的變更（以免有人隱瞞自己的變更）。你之後發的訊息會重新計算。",
        "仍会保留：不含名称的欢迎记录（避免重复欢迎）；尚未发出的欢迎中的名称，直到发出为止；你从我得到的身份组记录，直到我收回为止；以及服务器设置记录中由你做出的更改（以免有人隐瞒自己的更改）。你之后发的消息会重新计算。",
        "残るもの：名前のない歓迎の記録（二度歓迎しないため）、まだ投稿されていない歓迎の名前（投稿されるまで）、付与したロールの記録（外すまで）、サーバーの設定履歴に残る、あなたが変更したという記録（誰も自分の変更を隠せないようにするため）。これから書くメッセージはまた数えられます。",
    }
    /// The store does not answer, and may have heard what it was to erase.
    privacy_in_doubt() {
        "The database does not answer right now, so I cannot tell whether everything was erased. Use `/privacy erase` again in a minute: erasing twice does no harm.",
        "資料庫目前沒有回應，無法確定是否已全部清除。請過一分鐘再用一次 `/privacy erase`，重複清除不會有問題。",
        "数据库目前没有响应，无法确定是否已全部清除。请过一分钟再用一次 `/privacy erase`，重复清除不会有问题。",
        "データベースが応答していないため、すべて消去できたか分かりません。一分ほど待ってからもう一度 `/privacy erase` を使ってください。二度消去しても問題ありません。",
    }
}
