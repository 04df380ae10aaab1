//! Why something was not done.

use super::words;

words! {
    /// The caller may not.
    not_allowed() {
        "Only people with the permission **Manage Server** can do this.",
        "只有擁有「**管理伺服器**」權限的人才能這麼做。",
        "只有拥有“**管理服务器**”权限的人才能这么做。",
        "この操作には「**サーバー管理**」の権限が必要です。",
    }
    /// Somebody else's button.
    not_yours() {
        "Only the person who opened this can use it. Use the command yourself.",
        "只有打開這則訊息的人可以操作，請自己輸入指令。",
        "只有打开这条消息的人可以操作，请自己输入命令。",
        "これを開いた本人だけが操作できます。ご自分でコマンドを使ってください。",
    }
    /// An old button.
    expired() {
        "This has expired, and nothing was changed. Use the command again.",
        "這則訊息已經過期，沒有任何變更。請重新輸入指令。",
        "这条消息已经过期，没有任何更改。请重新输入命令。",
        "有効期限が切れたため、何も変更していません。もう一度コマンドを使ってください。",
    }
    /// Nothing is stored of the guild.
    unknown_guild() {
        "I do not know this server yet. If I was invited just now, try again in a minute; otherwise invite me again, as a bot and not for commands alone.",
        "我還不認識這個伺服器。如果剛剛才邀請我，請過一分鐘再試；否則請重新邀請我，並且要以機器人的身分加入，而不只是使用指令。",
        "我还不认识这个服务器。如果刚刚才邀请我，请过一分钟再试；否则请重新邀请我，并且要以机器人的身份加入，而不只是使用命令。",
        "このサーバーの情報がまだありません。招待した直後なら一分ほど待ってからお試しください。そうでなければ、コマンドだけでなくボットとして招待し直してください。",
    }
    /// A command that this version does not have.
    unknown_command() {
        "I do not know this command; it may have changed lately. Reload Discord and try again.",
        "我不認得這個指令，它最近可能改過。請重新載入 Discord 再試一次。",
        "我不认得这个命令，它最近可能改过。请重新加载 Discord 再试一次。",
        "このコマンドは認識できません。最近変更された可能性があります。Discord を再読み込みしてからお試しください。",
    }
    /// A direct message.
    outside_guild() {
        "My commands work in servers only.",
        "我的指令只能在伺服器裡使用。",
        "我的命令只能在服务器里使用。",
        "コマンドはサーバーの中でのみ使えます。",
    }
    /// An option that must be filled in is not, or is of another type than it should be.
    option_missing(option: &str) {
        "The option `{option}` is missing or is not what it should be. Fill it in and try again.",
        "選項 `{option}` 沒有填寫或內容不符，請填好之後再試一次。",
        "选项 `{option}` 没有填写或内容不符，请填好之后再试一次。",
        "オプション `{option}` が未入力か、正しくありません。入力し直してください。",
    }
    /// Options that exclude each other.
    options_clash(one: &str, other: &str) {
        "The options `{one}` and `{other}` cannot be used together. Use one of them.",
        "選項 `{one}` 和 `{other}` 不能同時使用，請只用其中一個。",
        "选项 `{one}` 和 `{other}` 不能同时使用，请只用其中一个。",
        "オプション `{one}` と `{other}` は同時に使えません。どちらか一方にしてください。",
    }
    /// The store does not answer; nothing was to be changed.
    database_silent() {
        "The database does not answer right now. Nothing was changed; try again in a minute.",
        "資料庫目前沒有回應。沒有任何變更，請過一分鐘再試。",
        "数据库目前没有响应。没有任何更改，请过一分钟再试。",
        "データベースが応答していません。何も変更していません。一分ほど待ってからお試しください。",
    }
    /// The store does not answer, and may have heard what it was to change.
    database_silent_in_change() {
        "The database does not answer right now, so I cannot tell whether the change was stored. Look with `/settings show` in a minute.",
        "資料庫目前沒有回應，無法確定變更是否已儲存。請過一分鐘用 `/settings show` 確認。",
        "数据库目前没有响应，无法确定更改是否已保存。请过一分钟用 `/settings show` 确认。",
        "データベースが応答していないため、変更が保存されたかどうか分かりません。一分ほど待ってから `/settings show` でご確認ください。",
    }
    /// Discord does not answer what had to be asked.
    discord_silent() {
        "Discord does not answer what I had to ask it. Nothing was changed; try again in a minute.",
        "Discord 沒有回應我的查詢。沒有任何變更，請過一分鐘再試。",
        "Discord 没有响应我的查询。没有任何更改，请过一分钟再试。",
        "Discord への問い合わせに応答がありません。何も変更していません。一分ほど待ってからお試しください。",
    }
    /// A mistake of ours.
    our_mistake() {
        "Something went wrong on my side and is in my log. Try again; if it stays so, tell the person who runs me.",
        "我這邊出了問題，已經記在日誌裡。請再試一次；如果還是一樣，請告訴架設我的人。",
        "我这边出了问题，已经记在日志里。请再试一次；如果还是一样，请告诉运行我的人。",
        "こちらで問題が起きました（ログに記録済みです）。もう一度お試しください。直らないときは、このボットの運営者にお知らせください。",
    }
    /// It took too long for the kind of answer that it needs.
    too_slow() {
        "This took too long, so I gave it up. See what stands now, and try again.",
        "處理時間太久，已經中止。請確認目前的狀態之後再試一次。",
        "处理时间太久，已经中止。请确认目前的状态之后再试一次。",
        "時間がかかりすぎたため中止しました。今の状態を確認してから、もう一度お試しください。",
    }
    /// Somebody was faster.
    stale(who: &str, what: &str, when: &str) {
        "{who} changed this meanwhile: {what} ({when}). Nothing of yours was stored; have a look and try again.",
        "在這期間{who}已經改過設定：{what}（{when}）。你的變更沒有儲存，請確認之後再試一次。",
        "在这期间{who}已经改过设置：{what}（{when}）。你的更改没有保存，请确认之后再试一次。",
        "その間に{who}が設定を変更しました：{what}（{when}）。今回の変更は保存していません。確認してからもう一度お試しください。",
    }
    /// Somebody was faster, and what they did is not known any more.
    stale_somehow() {
        "The settings changed meanwhile. Nothing of yours was stored; have a look and try again.",
        "在這期間設定已經改變。你的變更沒有儲存，請確認之後再試一次。",
        "在这期间设置已经改变。你的更改没有保存，请确认之后再试一次。",
        "その間に設定が変更されました。今回の変更は保存していません。確認してからもう一度お試しください。",
    }
    /// The bot itself, as the one who changed something.
    the_bot_itself() {
        "the bot itself",
        "機器人自己",
        "机器人自己",
        "ボット自身",
    }
    /// A flag that is none.
    not_a_flag(field: &str) {
        "**{field}**: write `on` or `off`.",
        "**{field}**：請填 `on`（開）或 `off`（關）。",
        "**{field}**：请填 `on`（开）或 `off`（关）。",
        "**{field}**：`on`（オン）か `off`（オフ）で指定してください。",
    }
    /// A channel that is none.
    not_a_channel(field: &str) {
        "**{field}**: this is not a channel of this server.",
        "**{field}**：這不是這個伺服器的頻道。",
        "**{field}**：这不是这个服务器的频道。",
        "**{field}**：このサーバーのチャンネルではありません。",
    }
    /// A language that is none.
    not_a_language(field: &str) {
        "**{field}**: I do not speak this language. Use `en`, `zh-TW`, `zh-CN` or `ja`.",
        "**{field}**：我不支援這種語言，請用 `en`、`zh-TW`、`zh-CN` 或 `ja`。",
        "**{field}**：我不支持这种语言，请用 `en`、`zh-TW`、`zh-CN` 或 `ja`。",
        "**{field}**：この言語には対応していません。`en`、`zh-TW`、`zh-CN`、`ja` のいずれかを指定してください。",
    }
    /// A time zone that is none.
    not_a_time_zone(field: &str) {
        "**{field}**: there is no such time zone. Use a name such as `Asia/Taipei`, `Europe/Berlin` or `UTC`.",
        "**{field}**：沒有這個時區，請用像 `Asia/Taipei`、`Europe/Berlin` 或 `UTC` 這樣的名稱。",
        "**{field}**：没有这个时区，请用像 `Asia/Shanghai`、`Europe/Berlin` 或 `UTC` 这样的名称。",
        "**{field}**：このタイムゾーンはありません。`Asia/Tokyo`、`Europe/Berlin`、`UTC` のような名前を指定してください。",
    }
    /// What may be meant by a time zone that is none.
    time_zones_like_it(names: &str) {
        "Do you mean {names}?",
        "你是不是指 {names}？",
        "你是不是指 {names}？",
        "もしかして：{names}",
    }
    /// None of the names that there are.
    not_one_of(field: &str, known: &str) {
        "**{field}**: use one of {known}.",
        "**{field}**：請用 {known} 其中之一。",
        "**{field}**：请用 {known} 其中之一。",
        "**{field}**：{known} のいずれかを指定してください。",
    }
    /// A name that is none.
    not_a_name(field: &str) {
        "**{field}**: a name has 1 to 32 small letters, digits and hyphens.",
        "**{field}**：名稱由 1 到 32 個小寫英文字母、數字和連字號組成。",
        "**{field}**：名称由 1 到 32 个小写英文字母、数字和连字符组成。",
        "**{field}**：名前は半角の小文字・数字・ハイフンで 1～32 文字です。",
    }
    /// A colour that is none.
    not_a_color(field: &str) {
        "**{field}**: this is no colour. Write it as `#rrggbb`, such as `#5865f2`.",
        "**{field}**：這不是顏色，請寫成 `#rrggbb`，例如 `#5865f2`。",
        "**{field}**：这不是颜色，请写成 `#rrggbb`，例如 `#5865f2`。",
        "**{field}**：色として読めません。`#5865f2` のように `#rrggbb` の形で書いてください。",
    }
    /// A per cent that is none.
    not_a_percent(field: &str) {
        "**{field}**: write a whole number from 0 (clear) to 100 (opaque).",
        "**{field}**：請填 0（透明）到 100（不透明）之間的整數。",
        "**{field}**：请填 0（透明）到 100（不透明）之间的整数。",
        "**{field}**：0（透明）から 100（不透明）までの整数で指定してください。",
    }
    /// A whole number that is none, or lies outside of the bounds.
    not_whole(field: &str, min: u32, max: u32) {
        "**{field}**: write a whole number from {min} to {max}.",
        "**{field}**：請填 {min} 到 {max} 之間的整數。",
        "**{field}**：请填 {min} 到 {max} 之间的整数。",
        "**{field}**：{min} から {max} までの整数で指定してください。",
    }
    /// A number that is none, or lies outside of the bounds.
    not_tenths(field: &str, min: &str, max: &str, step: &str) {
        "**{field}**: write a number from {min} to {max}, in steps of {step}.",
        "**{field}**：請填 {min} 到 {max} 之間的數字，以 {step} 為單位。",
        "**{field}**：请填 {min} 到 {max} 之间的数字，以 {step} 为单位。",
        "**{field}**：{min} から {max} までの数を {step} 刻みで指定してください。",
    }
    /// Ids that are none.
    not_ids(field: &str, count_max: usize) {
        "**{field}**: write up to {count_max} ids, such as `1263489187301294130`, with blanks between them.",
        "**{field}**：請填最多 {count_max} 個 ID，例如 `1263489187301294130`，中間用空格隔開。",
        "**{field}**：请填最多 {count_max} 个 ID，例如 `1263489187301294130`，中间用空格隔开。",
        "**{field}**：ID（`1263489187301294130` など）を空白で区切って {count_max} 個まで書いてください。",
    }
    /// Points of levels that are none.
    not_levels(field: &str) {
        "**{field}**: write four whole numbers from 1 to 100, each larger than the one before, such as `25 50 75 90`.",
        "**{field}**：請填四個 1 到 100 的整數，後面的要比前面的大，例如 `25 50 75 90`。",
        "**{field}**：请填四个 1 到 100 的整数，后面的要比前面的大，例如 `25 50 75 90`。",
        "**{field}**：1 から 100 までの整数を小さい順に 4 つ書いてください（例：`25 50 75 90`）。",
    }
    /// Roles of levels that are none.
    not_level_roles(field: &str) {
        "**{field}**: write a role's id for each level that has one, such as `active=1263489187301294130`.",
        "**{field}**：請為各等級填上身分組的 ID，例如 `active=1263489187301294130`。",
        "**{field}**：请为各等级填上身份组的 ID，例如 `active=1263489187301294130`。",
        "**{field}**：ロールを与えるレベルごとに ID を書いてください（例：`active=1263489187301294130`）。",
    }
    /// A picture's hash that is none, or of no picture that is kept here.
    not_an_asset(field: &str) {
        "**{field}**: this picture is not stored here. Upload it again with `/welcome background`.",
        "**{field}**：這裡沒有儲存這張圖片，請用 `/welcome background` 重新上傳。",
        "**{field}**：这里没有保存这张图片，请用 `/welcome background` 重新上传。",
        "**{field}**：この画像は保存されていません。`/welcome background` でもう一度アップロードしてください。",
    }
    /// A placeholder that does not exist.
    unknown_place(field: &str, place: &str, known: &str) {
        "**{field}**: there is no placeholder `{place}`. There are {known}.",
        "**{field}**：沒有 `{place}` 這個佔位符。可以用的有 {known}。",
        "**{field}**：没有 `{place}` 这个占位符。可以用的有 {known}。",
        "**{field}**：`{place}` という差し込み項目はありません。使えるのは {known} です。",
    }
    /// A placeholder that does not exist, and is much like one that does.
    misspelt_place(field: &str, place: &str, nearest: &str, known: &str) {
        "**{field}**: there is no placeholder `{place}`. Do you mean `{nearest}`? There are {known}.",
        "**{field}**：沒有 `{place}` 這個佔位符，你是不是指 `{nearest}`？可以用的有 {known}。",
        "**{field}**：没有 `{place}` 这个占位符，你是不是指 `{nearest}`？可以用的有 {known}。",
        "**{field}**：`{place}` という差し込み項目はありません。もしかして `{nearest}` ですか。使えるのは {known} です。",
    }
    /// A brace without its other one.
    lone_brace(field: &str) {
        "**{field}**: a brace stands alone. Write `{{{{` or `}}}}` for a brace that is no placeholder.",
        "**{field}**：大括號沒有成對。如果不是佔位符，請寫成 `{{{{` 或 `}}}}`。",
        "**{field}**：大括号没有成对。如果不是占位符，请写成 `{{{{` 或 `}}}}`。",
        "**{field}**：波かっこが対になっていません。差し込み項目でない波かっこは `{{{{` や `}}}}` と書いてください。",
    }
    /// A text that is empty or longer than there is room for.
    text_length(field: &str, chars: usize, chars_max: usize) {
        "**{field}**: the text has {chars} characters. Write 1 to {chars_max}.",
        "**{field}**：文字有 {chars} 個字，請寫 1 到 {chars_max} 個字。",
        "**{field}**：文字有 {chars} 个字，请写 1 到 {chars_max} 个字。",
        "**{field}**：{chars} 文字あります。1～{chars_max} 文字で書いてください。",
    }
    /// Too many texts to choose from, or none.
    text_count(field: &str, count: usize, count_max: usize) {
        "**{field}**: these are {count} texts. There can be 1 to {count_max}.",
        "**{field}**：共有 {count} 段文字，可以有 1 到 {count_max} 段。",
        "**{field}**：共有 {count} 段文字，可以有 1 到 {count_max} 段。",
        "**{field}**：文が {count} 個あります。1～{count_max} 個にしてください。",
    }
    /// What the bot lacks in a channel.
    permissions_missing(channel: &str, missing: &str) {
        "In {channel} I lack: {missing}. Allow me these there and try again; nothing was changed.",
        "我在 {channel} 缺少以下權限：{missing}。請在該頻道授予我這些權限之後再試一次；沒有任何變更。",
        "我在 {channel} 缺少以下权限：{missing}。请在该频道授予我这些权限之后再试一次；没有任何更改。",
        "{channel} で次の権限が足りません：{missing}。許可してからもう一度お試しください。何も変更していません。",
    }
}
