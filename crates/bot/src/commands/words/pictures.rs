//! What is said of pictures that admins give: why one is not taken, and what became of one that is.

use super::words;

words! {
    /// Under every reason for which a picture is not taken.
    picture_not_taken() {
        "Nothing was changed.",
        "沒有任何變更。",
        "没有任何更改。",
        "何も変更していません。",
    }
    /// None of the options of a background, or more than one.
    picture_one_of() {
        "Fill in one option: `picture` for a file, `url` for an address, or `remove` for the usual background.",
        "請填寫其中一個選項：`picture` 上傳檔案、`url` 填網址，或用 `remove` 恢復預設背景。",
        "请填写其中一个选项：`picture` 上传文件、`url` 填网址，或用 `remove` 恢复默认背景。",
        "オプションを一つだけ指定してください：`picture`（ファイル）、`url`（アドレス）、`remove`（既定の背景に戻す）。",
    }
    /// The bytes are no picture that is read.
    picture_unknown_format() {
        "This is no picture that I can read, whatever its name says. Use a PNG, JPEG, WebP or GIF.",
        "不論檔名是什麼，這不是我能讀取的圖片。請用 PNG、JPEG、WebP 或 GIF。",
        "不管文件名是什么，这不是我能读取的图片。请用 PNG、JPEG、WebP 或 GIF。",
        "ファイル名に関係なく、読み込める画像ではありません。PNG、JPEG、WebP、GIF のいずれかにしてください。",
    }
    /// The file is too large.
    picture_too_many_bytes(mib_max: usize) {
        "The file is too large: I take pictures of up to {mib_max} MiB. Save it smaller, as a JPEG for instance.",
        "檔案太大：圖片最多 {mib_max} MiB。請縮小之後再試，例如另存成 JPEG。",
        "文件太大：图片最多 {mib_max} MiB。请缩小之后再试，例如另存为 JPEG。",
        "ファイルが大きすぎます。画像は {mib_max} MiB までです。JPEG にするなど、小さく保存し直してください。",
    }
    /// The picture has too many pixels.
    picture_too_large(width_px: u32, height_px: u32, side_max_px: u32) {
        "The picture has {width_px} × {height_px} pixels: I take up to {side_max_px} a side. Make it smaller; 1024 × 512 are shown.",
        "圖片有 {width_px} × {height_px} 像素：每邊最多 {side_max_px}。請把它縮小，卡片上只會顯示 1024 × 512。",
        "图片有 {width_px} × {height_px} 像素：每边最多 {side_max_px}。请把它缩小，卡片上只会显示 1024 × 512。",
        "画像が {width_px} × {height_px} ピクセルあります。一辺 {side_max_px} までです。縮小してください（表示されるのは 1024 × 512 です）。",
    }
    /// The picture is damaged, or of a rare kind.
    picture_broken(format: &str) {
        "The {format} is damaged, or of a kind that I cannot read. Save it again as a plain PNG or JPEG.",
        "這個 {format} 檔案損壞，或是我無法讀取的種類。請重新存成一般的 PNG 或 JPEG。",
        "这个 {format} 文件已损坏，或是我无法读取的类型。请重新保存为普通的 PNG 或 JPEG。",
        "この {format} は壊れているか、読み込めない種類です。通常の PNG か JPEG として保存し直してください。",
    }
    /// Too many pictures are being read.
    picture_busy() {
        "Too many pictures are being read right now. Try again in a minute.",
        "目前正在處理的圖片太多，請過一分鐘再試。",
        "目前正在处理的图片太多，请过一分钟再试。",
        "処理中の画像が多すぎます。一分ほど待ってからお試しください。",
    }
    /// The attachment cannot be had.
    picture_out_of_reach() {
        "Discord does not give me the file. Upload it again.",
        "無法從 Discord 取得這個檔案，請重新上傳。",
        "无法从 Discord 获取这个文件，请重新上传。",
        "Discord からファイルを取得できません。もう一度アップロードしてください。",
    }
    /// The picture cannot be stored.
    picture_not_stored() {
        "The picture is sound, but I cannot store it right now; why is in my log. Try again, and tell the person who runs me if it stays so.",
        "圖片沒有問題，但目前無法儲存，原因在我的日誌裡。請再試一次；如果還是一樣，請告訴架設我的人。",
        "图片没有问题，但目前无法保存，原因在我的日志里。请再试一次；如果还是一样，请告诉运行我的人。",
        "画像に問題はありませんが、今は保存できません（理由はログにあります）。もう一度試しても直らないときは、このボットの運営者にお知らせください。",
    }
    /// The URL is too long.
    url_too_long(len_max: usize) {
        "The URL is too long: use one of at most {len_max} characters, or upload the picture.",
        "網址太長：最多 {len_max} 個字元，或者直接上傳圖片。",
        "网址太长：最多 {len_max} 个字符，或者直接上传图片。",
        "URL が長すぎます。{len_max} 文字以内のものを使うか、画像をアップロードしてください。",
    }
    /// The URL is none.
    url_not_a_url() {
        "This is no valid URL. Copy it from the browser's address bar; it begins with `https://`.",
        "這不是有效的網址。請從瀏覽器的網址列複製，開頭是 `https://`。",
        "这不是有效的网址。请从浏览器的地址栏复制，开头是 `https://`。",
        "URL として正しくありません。ブラウザーのアドレスバーからコピーしてください（`https://` で始まるもの）。",
    }
    /// The URL is not encrypted.
    url_not_https() {
        "The URL does not begin with `https://`. Use one that does.",
        "網址的開頭不是 `https://`，請換一個。",
        "网址的开头不是 `https://`，请换一个。",
        "URL が `https://` で始まっていません。`https://` のものを使ってください。",
    }
    /// The URL holds a name or a password.
    url_has_user_info() {
        "The URL holds a user name or a password. Use one that everybody can open without them.",
        "網址裡含有使用者名稱或密碼。請換一個任何人都能直接打開的網址。",
        "网址里含有用户名或密码。请换一个任何人都能直接打开的网址。",
        "URL にユーザー名かパスワードが含まれています。誰でもそのまま開ける URL を使ってください。",
    }
    /// The URL names a port.
    url_other_port(port: u16) {
        "The URL names the port {port}. Use one without a port.",
        "網址指定了連接埠 {port}。請換一個不含連接埠的網址。",
        "网址指定了端口 {port}。请换一个不含端口的网址。",
        "URL にポート {port} が指定されています。ポートのない URL を使ってください。",
    }
    /// The URL leads into some private network.
    url_not_public(host: &str) {
        "`{host}` is not on the public internet. Use a URL that everybody can open, or upload the picture.",
        "`{host}` 不在公開的網際網路上。請換一個任何人都能打開的網址，或直接上傳圖片。",
        "`{host}` 不在公开的互联网上。请换一个任何人都能打开的网址，或直接上传图片。",
        "`{host}` は公開されたインターネット上にありません。誰でも開ける URL を使うか、画像をアップロードしてください。",
    }
    /// There is no such host.
    url_name_not_found(host: &str) {
        "There is no host `{host}`. Check the URL's spelling.",
        "找不到主機 `{host}`，請檢查網址有沒有打錯。",
        "找不到主机 `{host}`，请检查网址有没有打错。",
        "`{host}` というホストはありません。URL の綴りをご確認ください。",
    }
    /// The host takes no connection.
    url_unreachable(host: &str) {
        "`{host}` cannot be reached. Check the URL, or try again later.",
        "連不上 `{host}`。請檢查網址，或稍後再試。",
        "连不上 `{host}`。请检查网址，或稍后再试。",
        "`{host}` に接続できません。URL を確認するか、後でもう一度お試しください。",
    }
    /// The host's certificate is not valid.
    url_not_secure(host: &str) {
        "There is no secure connection with `{host}`: its certificate is not valid. Use another server, or upload the picture.",
        "無法與 `{host}` 建立安全連線：它的憑證無效。請換一個網站，或直接上傳圖片。",
        "无法与 `{host}` 建立安全连接：它的证书无效。请换一个网站，或直接上传图片。",
        "`{host}` と安全に接続できません（証明書が正しくありません）。別のサーバーを使うか、画像をアップロードしてください。",
    }
    /// The host does not answer as web servers do.
    url_no_answer(host: &str) {
        "`{host}` does not answer as a web server does. Use another URL, or upload the picture.",
        "`{host}` 的回應不像一般的網站。請換一個網址，或直接上傳圖片。",
        "`{host}` 的响应不像一般的网站。请换一个网址，或直接上传图片。",
        "`{host}` の応答がウェブサーバーのものではありません。別の URL を使うか、画像をアップロードしてください。",
    }
    /// The URL redirects too often.
    url_too_many_redirects(redirects_max: u32) {
        "The URL redirects more than {redirects_max} times. Use the one where it ends.",
        "網址重新導向超過 {redirects_max} 次。請直接使用最後的網址。",
        "网址重定向超过 {redirects_max} 次。请直接使用最后的网址。",
        "URL のリダイレクトが {redirects_max} 回を超えています。最終的な URL を使ってください。",
    }
    /// The host answered otherwise than with the file.
    url_status(host: &str, status: u16) {
        "`{host}` answered with status {status} in place of the picture. Check that everybody can open the URL.",
        "`{host}` 沒有給圖片，而是回應狀態 {status}。請確認任何人都能打開這個網址。",
        "`{host}` 没有给出图片，而是返回状态 {status}。请确认任何人都能打开这个网址。",
        "`{host}` が画像ではなくステータス {status} を返しました。誰でも開ける URL かご確認ください。",
    }
    /// The connection broke.
    url_broken_off(host: &str) {
        "`{host}` broke off before all of the picture was there. Try again.",
        "`{host}` 在圖片傳完之前就斷線了，請再試一次。",
        "`{host}` 在图片传完之前就断开了，请再试一次。",
        "画像を受信し終える前に `{host}` との接続が切れました。もう一度お試しください。",
    }
    /// It took too long.
    url_too_slow(seconds: u64) {
        "It took longer than {seconds} seconds. Use a faster server, or upload the picture.",
        "等了超過 {seconds} 秒。請換一個較快的網站，或直接上傳圖片。",
        "等了超过 {seconds} 秒。请换一个较快的网站，或直接上传图片。",
        "{seconds} 秒を超えました。もっと速いサーバーを使うか、画像をアップロードしてください。",
    }
    /// Before the reason, where the URL redirected.
    url_redirected(reason: &str) {
        "The URL redirects elsewhere, and there: {reason}",
        "網址會重新導向到別處，而在那裡：{reason}",
        "网址会重定向到别处，而在那里：{reason}",
        "URL は別の場所へリダイレクトします。その先では：{reason}",
    }
    /// Some other trouble with the URL.
    url_failed() {
        "The URL gives no picture. Use another one, or upload the picture.",
        "從這個網址拿不到圖片。請換一個，或直接上傳圖片。",
        "从这个网址拿不到图片。请换一个，或直接上传图片。",
        "この URL から画像を取得できません。別の URL を使うか、画像をアップロードしてください。",
    }
    /// The picture was taken.
    background_stored() {
        "✅ Stored. Cards look like this from now on:",
        "✅ 已儲存。從現在起卡片看起來會是這樣：",
        "✅ 已保存。从现在起卡片看起来会是这样：",
        "✅ 保存しました。これからのカードはこうなります：",
    }
    /// The picture was given back.
    background_removed() {
        "✅ Removed. Cards stand on the usual background again:",
        "✅ 已移除，卡片恢復預設背景：",
        "✅ 已移除，卡片恢复默认背景：",
        "✅ 削除しました。既定の背景に戻ります：",
    }
    /// There is no picture to remove.
    background_was_none() {
        "This server has no background of its own; nothing was changed.",
        "這個伺服器沒有自訂背景，沒有任何變更。",
        "这个服务器没有自定义背景，没有任何更改。",
        "このサーバー独自の背景はありません。何も変更していません。",
    }
    /// In place of a preview that could not be drawn.
    no_preview() {
        "(The preview cannot be drawn right now; `/welcome preview` shows it later.)",
        "（目前無法繪製預覽，稍後可以用 `/welcome preview` 查看。）",
        "（目前无法绘制预览，稍后可以用 `/welcome preview` 查看。）",
        "（今はプレビューを描けません。後で `/welcome preview` でご覧ください。）",
    }
    /// The picture was chosen, but cards are not attached.
    card_is_off() {
        "⚠️ Cards are switched off here; `/welcome options` switches them on.",
        "⚠️ 這裡的卡片目前是關閉的，可以用 `/welcome options` 開啟。",
        "⚠️ 这里的卡片目前是关闭的，可以用 `/welcome options` 开启。",
        "⚠️ カードは現在オフになっています。`/welcome options` で有効にできます。",
    }
}
