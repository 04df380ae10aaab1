//! What the panel of `/welcome setup` and `/welcome look` say.

use super::{Words, words};

impl Words {
    /// What a name of `card`'s looks like; `None` for one that is shown as it is.
    pub(crate) fn look(self, name: &str) -> Option<&'static str> {
        look_names(name).map(|names| self.pick(names))
    }
}

/// What `card`'s names look like in every language; one name is one thing wherever it is used.
pub(crate) fn look_names(name: &str) -> Option<super::Texts> {
    Some(match name {
        "classic" => ["Classic", "經典", "经典", "クラシック"],
        "centered" => ["Centred", "置中", "居中", "中央"],
        "poster" => ["Poster", "海報", "海报", "ポスター"],
        "ribbon" => ["Ribbon", "緞帶", "缎带", "リボン"],
        "dark" => ["Dark", "深色", "深色", "ダーク"],
        "light" => ["Light", "淺色", "浅色", "ライト"],
        "vivid" => ["Vivid", "鮮豔", "鲜艳", "ビビッド"],
        "circle" => ["Circle", "圓形", "圆形", "円"],
        "rounded" => ["Rounded", "圓角", "圆角", "角丸"],
        "square" => ["Square", "方形", "方形", "四角"],
        "gradient" => ["Gradient", "漸層", "渐变", "グラデーション"],
        "accent" => ["Accent colour", "強調色", "强调色", "アクセントの色"],
        "none" => ["None", "無", "无", "なし"],
        "left" => ["Left", "靠左", "靠左", "左"],
        "center" => ["Middle", "置中", "居中", "中央"],
        "right" => ["Right", "靠右", "靠右", "右"],
        _ => return None,
    })
}

words! {
    /// The panel's heading.
    setup_heading(guild: &str) {
        "## Welcomes of {guild}",
        "## {guild} 的歡迎設定",
        "## {guild} 的欢迎设置",
        "## {guild} の歓迎設定",
    }
    /// Under the panel: until when it can be used.
    setup_until(when: &str) {
        "-# Only you can see and use this panel. It expires {when}; every use keeps it for longer.",
        "-# 只有你看得到、用得到這個面板。它會在 {when} 過期，每次操作都會延長。",
        "-# 只有你看得到、用得到这个面板。它会在 {when} 过期，每次操作都会延长。",
        "-# このパネルはあなただけが見て操作できます。期限：{when}（操作するたびに延びます）",
    }
    /// In the select of channels.
    setup_choose_channel() {
        "Choose the welcome channel",
        "選擇歡迎頻道",
        "选择欢迎频道",
        "歓迎チャンネルを選ぶ",
    }
    /// In the select of layouts.
    setup_choose_layout() {
        "Choose a layout",
        "選擇版面",
        "选择布局",
        "レイアウトを選ぶ",
    }
    /// An option of the select of layouts.
    setup_layout(name: &str) {
        "Layout: {name}",
        "版面：{name}",
        "布局：{name}",
        "レイアウト：{name}",
    }
    /// An option of the select of themes.
    setup_theme(name: &str) {
        "Theme: {name}",
        "主題：{name}",
        "主题：{name}",
        "テーマ：{name}",
    }
    /// In the select of themes.
    setup_choose_theme() {
        "Choose a theme",
        "選擇主題",
        "选择主题",
        "テーマを選ぶ",
    }
    /// A button.
    setup_message_button() { "Message…", "訊息…", "消息…", "メッセージ…" }
    /// A button.
    setup_picture_button() { "Background…", "背景…", "背景…", "背景…" }
    /// A button.
    setup_remove_picture_button() { "Remove background", "移除背景", "移除背景", "背景を削除" }
    /// A button.
    setup_enable_button() { "Enable", "啟用", "启用", "有効にする" }
    /// A button.
    setup_disable_button() { "Disable", "停用", "停用", "無効にする" }
    /// A button.
    setup_card_on_button() { "Attach the card", "附上卡片", "附上卡片", "カードを付ける" }
    /// A button.
    setup_card_off_button() { "Leave the card out", "不附卡片", "不附卡片", "カードなし" }
    /// The title of the window for a picture; its one input.
    setup_picture_modal() {
        "Background of the cards",
        "卡片的背景",
        "卡片的背景",
        "カードの背景",
    }
    /// Under that input.
    setup_picture_hint(mib_max: usize, side_max_px: u32) {
        "PNG, JPEG, WebP or GIF, up to {mib_max} MiB and {side_max_px} pixels a side.",
        "PNG、JPEG、WebP 或 GIF，最多 {mib_max} MiB，每邊最多 {side_max_px} 像素。",
        "PNG、JPEG、WebP 或 GIF，最多 {mib_max} MiB，每边最多 {side_max_px} 像素。",
        "PNG・JPEG・WebP・GIF、{mib_max} MiB まで、一辺 {side_max_px} ピクセルまで。",
    }
    /// No file was uploaded.
    setup_no_picture() {
        "No file was uploaded; nothing was changed.",
        "沒有上傳檔案，沒有任何變更。",
        "没有上传文件，没有任何更改。",
        "ファイルがアップロードされていません。何も変更していません。",
    }
    /// A change was stored.
    setup_stored(what: &str) {
        "✅ Stored: {what}",
        "✅ 已儲存：{what}",
        "✅ 已保存：{what}",
        "✅ 保存しました：{what}",
    }
    /// Over the text in the panel.
    setup_text_is() {
        "**New members read:**",
        "**新成員會看到：**",
        "**新成员会看到：**",
        "**新しいメンバーに表示される文：**",
    }
    /// There are more texts than the one that is shown.
    setup_more_texts(count: usize) {
        "-# …or one of {count} more texts; `/welcome show` lists them.",
        "-# ⋯⋯或其他 {count} 段文字之一，可用 `/welcome show` 查看。",
        "-# ……或其他 {count} 段文字之一，可用 `/welcome show` 查看。",
        "-# …または他の {count} 個の文のどれか（`/welcome show` で確認できます）。",
    }
    /// Over the card after a look was changed.
    look_is() {
        "Cards look like this now:",
        "現在卡片看起來是這樣：",
        "现在卡片看起来是这样：",
        "現在のカードの見た目：",
    }
}

#[cfg(test)]
mod tests {
    use card::{Alignment, AvatarShape, Layout, Ring, Theme};

    use super::*;

    #[test]
    fn every_look_of_card_has_a_name_in_every_language() {
        let names = [
            Layout::ALL.iter().map(|one| one.name()).collect::<Vec<_>>(),
            Theme::ALL.iter().map(|one| one.name()).collect(),
            AvatarShape::ALL.iter().map(|one| one.name()).collect(),
            Ring::ALL.iter().map(|one| one.name()).collect(),
            Alignment::ALL.iter().map(|one| one.name()).collect(),
        ];
        for name in names.concat() {
            assert!(look_names(name).is_some(), "{name}");
        }
    }
}
