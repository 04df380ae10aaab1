//! What `/settings` says.

use super::{Words, words};

impl Words {
    /// On or off.
    pub(crate) fn flag(self, on: bool) -> &'static str {
        self.pick(if on {
            ["on", "開啟", "开启", "オン"]
        } else {
            ["off", "關閉", "关闭", "オフ"]
        })
    }

    /// What a choice among a few means; `None` for a name that is shown as it is.
    pub(crate) fn choice(self, name: &str) -> Option<&'static str> {
        Some(self.pick(match name {
            "text" => ["plain text", "純文字", "纯文本", "テキスト"],
            "embed" => ["embed", "嵌入訊息", "嵌入消息", "埋め込み"],
            "groups" => [
                "greet many with one message",
                "合併成一則訊息歡迎",
                "合并成一条消息欢迎",
                "まとめて歓迎",
            ],
            "hold-back" => ["greet nobody", "不歡迎", "不欢迎", "歓迎しない"],
            _ => return None,
        }))
    }
}

words! {
    /// Nothing was chosen, so the installation's default holds.
    by_default() {
        "_default_",
        "_預設_",
        "_默认_",
        "_既定_",
    }
    /// The default, and what that is.
    by_default_which_is(value: &str) {
        "{value} _(default)_",
        "{value} _（預設）_",
        "{value} _（默认）_",
        "{value} _（既定）_",
    }
    /// What there is not.
    none() { "none", "無", "无", "なし" }
    /// Colours that follow the theme.
    of_the_theme() {
        "as the theme has it",
        "依主題而定",
        "由主题决定",
        "テーマに準じる",
    }
    /// What follows the layout.
    of_the_layout() {
        "as the layout has it",
        "依版面而定",
        "由布局决定",
        "レイアウトに準じる",
    }
    /// The background of cards where a guild gave none.
    usual_picture() {
        "the usual picture",
        "預設圖片",
        "默认图片",
        "既定の画像",
    }
    /// A text that was chosen to be empty.
    left_out() {
        "left out",
        "不顯示",
        "不显示",
        "表示しない",
    }
    /// A change was stored; the lines below say which.
    changed() {
        "✅ Stored.",
        "✅ 已儲存。",
        "✅ 已保存。",
        "✅ 保存しました。",
    }
    /// Everything was so already.
    nothing_to_change() {
        "It is so already; nothing was changed.",
        "原本就是這樣，沒有任何變更。",
        "原本就是这样，没有任何更改。",
        "すでにその設定になっています。何も変更していません。",
    }
    /// Over the list of all settings.
    all_settings() {
        "Settings of this server",
        "這個伺服器的設定",
        "这个服务器的设置",
        "このサーバーの設定",
    }
    /// Under it, when somebody changed them.
    changed_last(who: &str, when: &str, version: u64) {
        "Last changed by {who} {when}, version {version}.",
        "最後由{who}於 {when} 變更，第 {version} 版。",
        "最后由{who}于 {when} 更改，第 {version} 版。",
        "最終変更：{who}（{when}）、バージョン {version}。",
    }
    /// Under it, when nobody did.
    never_changed() {
        "Nobody has changed anything yet: all of these are defaults.",
        "還沒有人變更過設定：以上全都是預設值。",
        "还没有人更改过设置：以上全都是默认值。",
        "まだ誰も変更していません。すべて既定の設定です。",
    }
    /// Over the history of changes.
    history_of_changes() {
        "Who changed what",
        "設定變更紀錄",
        "设置更改记录",
        "設定の変更履歴",
    }
    /// It is empty.
    no_changes() {
        "Nobody has changed anything yet.",
        "還沒有人變更過設定。",
        "还没有人更改过设置。",
        "まだ誰も設定を変更していません。",
    }
    /// There is nothing before what was shown.
    no_older_changes() {
        "There is nothing older.",
        "沒有更早的紀錄了。",
        "没有更早的记录了。",
        "これより古い履歴はありません。",
    }
    /// A button.
    older() { "Older", "較早", "较早", "古い履歴" }
    /// A button.
    newest() { "Newest", "最新", "最新", "最新の履歴" }
    /// With the exported file.
    exported(count: usize) {
        "Settings that were chosen here: {count}. `/settings import` takes this file, here or in another server.",
        "這裡自訂的設定共 {count} 項。這個檔案可以用 `/settings import` 匯入到這裡或其他伺服器。",
        "这里自定义的设置共 {count} 项。这个文件可以用 `/settings import` 导入到这里或其他服务器。",
        "このサーバーで変更された設定は {count} 件です。このファイルは `/settings import` で、このサーバーにも別のサーバーにも取り込めます。",
    }
    /// Before an import is applied.
    import_asks(count: usize) {
        "This file would change {count} settings, and leave everything else as it is:",
        "這個檔案會變更 {count} 項設定，其他維持不變：",
        "这个文件会更改 {count} 项设置，其他保持不变：",
        "このファイルを取り込むと {count} 件の設定が変わります。ほかはそのままです：",
    }
    /// Lines that are not shown.
    and_more(count: usize) {
        "… and {count} more",
        "……還有 {count} 項",
        "……还有 {count} 项",
        "…ほか {count} 件",
    }
    /// The file changes nothing.
    import_changes_nothing() {
        "All of this is so already; there is nothing to import.",
        "檔案內容和目前的設定相同，沒有需要匯入的項目。",
        "文件内容和目前的设置相同，没有需要导入的项目。",
        "ファイルの内容は今の設定と同じです。取り込むものはありません。",
    }
    /// A button.
    apply() { "Apply", "套用", "应用", "適用する" }
    /// A button.
    cancel() { "Cancel", "取消", "取消", "やめる" }
    /// After that button.
    cancelled() {
        "Cancelled; nothing was changed.",
        "已取消，沒有任何變更。",
        "已取消，没有任何更改。",
        "取り消しました。何も変更していません。",
    }
    /// After an import.
    imported(count: usize) {
        "✅ Imported: {count} settings were changed.",
        "✅ 已匯入，變更了 {count} 項設定。",
        "✅ 已导入，更改了 {count} 项设置。",
        "✅ 取り込みました。{count} 件の設定を変更しました。",
    }
    /// The given file is too large.
    import_too_large(kib_max: u64) {
        "This file is larger than {kib_max} KiB, so it is no export of mine. Nothing was changed.",
        "這個檔案超過 {kib_max} KiB，不是我匯出的檔案。沒有任何變更。",
        "这个文件超过 {kib_max} KiB，不是我导出的文件。没有任何更改。",
        "{kib_max} KiB を超えているため、`/settings export` で書き出したファイルではありません。何も変更していません。",
    }
    /// The given file cannot be read from Discord.
    import_out_of_reach() {
        "I could not get this file from Discord. Try again; nothing was changed.",
        "無法從 Discord 取得這個檔案，請再試一次。沒有任何變更。",
        "无法从 Discord 获取这个文件，请再试一次。没有任何更改。",
        "Discord からファイルを取得できませんでした。もう一度お試しください。何も変更していません。",
    }
    /// The given file is no JSON.
    import_no_json(line: usize, column: usize) {
        "This file is no JSON: something is wrong at line {line}, column {column}. Nothing was changed.",
        "這個檔案不是 JSON：第 {line} 行第 {column} 個字元有問題。沒有任何變更。",
        "这个文件不是 JSON：第 {line} 行第 {column} 个字符有问题。没有任何更改。",
        "JSON として読めません（{line} 行目 {column} 文字目）。何も変更していません。",
    }
    /// The given file is JSON of something else.
    import_no_export() {
        "This file is no export of `/settings export`. Nothing was changed.",
        "這不是 `/settings export` 匯出的檔案。沒有任何變更。",
        "这不是 `/settings export` 导出的文件。没有任何更改。",
        "`/settings export` で書き出したファイルではありません。何も変更していません。",
    }
    /// The given file has a form that is newer than this program.
    import_too_new(form: &str) {
        "This file was exported by a newer version of me (form {form}). Nothing was changed.",
        "這個檔案是由較新的版本匯出的（格式 {form}）。沒有任何變更。",
        "这个文件是由较新的版本导出的（格式 {form}）。没有任何更改。",
        "このファイルは、より新しいバージョンのボットで書き出されています（形式 {form}）。何も変更していません。",
    }
    /// The given file speaks of a setting that does not exist.
    import_unknown_field(name: &str) {
        "There is no setting `{name}`. Nothing was changed.",
        "沒有 `{name}` 這項設定。沒有任何變更。",
        "没有 `{name}` 这项设置。没有任何更改。",
        "`{name}` という設定はありません。何も変更していません。",
    }
    /// A setting in the given file is no text.
    import_no_text(field: &str) {
        "**{field}**: the file must hold a text or null here. Nothing was changed.",
        "**{field}**：檔案裡這一項必須是文字或 null。沒有任何變更。",
        "**{field}**：文件里这一项必须是文字或 null。没有任何更改。",
        "**{field}**：ここには文字列か null が必要です。何も変更していません。",
    }
}
