//! What is said about the roles of levels.

use super::words;

words! {
    /// Above the list.
    level_roles_stand() {
        "**Roles for levels**",
        "**等級身分組**",
        "**等级身份组**",
        "**レベルのロール**",
    }
    /// A level and its role.
    level_role_line(level: &str, points: &str, role: &str) {
        "• **{level}** (from {points} points): {role}",
        "• **{level}**（{points} 分起）：{role}",
        "• **{level}**（{points} 分以上）：{role}",
        "• **{level}**（{points} 点以上）：{role}",
    }
    /// A level that has none.
    level_role_none() { "none", "無", "无", "なし" }
    /// How they work.
    level_roles_explained() {
        "-# Members have the role of their level, or of the next lower level that has one; one at a time. It is given when the level is reached, and taken a point below it. Changes take a few minutes.",
        "-# 成員會擁有自己等級的身分組；該等級沒有設定時，則為較低等級中最接近的一個，一次只有一個。達到等級時給予，低於門檻 1 分時收回，變更需要幾分鐘。",
        "-# 成员会拥有自己等级的身份组；该等级没有设置时，则为较低等级中最接近的一个，一次只有一个。达到等级时给予，低于门槛 1 分时收回，更改需要几分钟。",
        "-# メンバーは自分のレベルのロールを 1 つだけ持ちます（未設定なら、それより下で最も近いレベルのもの）。レベルに達すると付与され、境目を 1 点下回ると外れます。反映には数分かかります。",
    }
    /// Above what hinders them.
    level_roles_hindered() {
        "⚠️ What hinders them:",
        "⚠️ 目前的問題：",
        "⚠️ 目前的问题：",
        "⚠️ 妨げになっていること：",
    }
    /// Nothing is counted.
    level_roles_without_activity() {
        "Activity is not counted here, so scores only fade.",
        "這裡沒有計算活躍度，因此分數只會減少。",
        "这里没有计算活跃度，因此分数只会减少。",
        "ここではアクティビティを数えていないため、得点は減る一方です。",
    }
    /// A role was chosen.
    level_role_chosen(level: &str, role: &str) {
        "✅ Who is **{level}** gets {role} from now on. It takes a few minutes.",
        "✅ 從現在起，**{level}**會獲得 {role}，需要幾分鐘的時間。",
        "✅ 从现在起，**{level}**会获得 {role}，需要几分钟的时间。",
        "✅ これから**{level}**の人に {role} が付与されます。数分かかります。",
    }
    /// A level has no role any more.
    level_role_removed(level: &str) {
        "✅ **{level}** has no role of its own any more. I take back what I gave, a few a minute.",
        "✅ **{level}**不再有專屬身分組。我會逐步收回已經給出的身分組。",
        "✅ **{level}**不再有专属身份组。我会逐步收回已经给出的身份组。",
        "✅ **{level}**のロールはなくなりました。付与済みのロールは少しずつ外します。",
    }
    /// There was none to be removed.
    level_role_was_none(level: &str) {
        "**{level}** has no role of its own. Nothing was changed.",
        "**{level}**沒有專屬身分組。沒有任何變更。",
        "**{level}**没有专属身份组。没有任何更改。",
        "**{level}**にはロールがありません。何も変更していません。",
    }
    /// Who asks may not hand out roles.
    level_role_not_allowed(permission: &str) {
        "Only people with the permission **{permission}** can choose roles that I hand out. Nothing was changed.",
        "只有擁有「**{permission}**」權限的人才能選擇由我發放的身分組。沒有任何變更。",
        "只有拥有“**{permission}**”权限的人才能选择由我发放的身份组。没有任何更改。",
        "私が付与するロールを選ぶには「**{permission}**」の権限が必要です。何も変更していません。",
    }
    /// The role stands above who asks.
    level_role_above_you(role: &str) {
        "{role} does not stand below your own highest role, so you cannot have me hand it out. Nothing was changed.",
        "{role} 的位置沒有低於你最高的身分組，因此你不能讓我發放。沒有任何變更。",
        "{role} 的位置没有低于你最高的身份组，因此你不能让我发放。没有任何更改。",
        "{role} はあなたの最上位のロールより下にないため、付与対象に選べません。何も変更していません。",
    }
    /// The bot may not manage roles.
    level_role_bot_lacks(permission: &str) {
        "I lack the permission **{permission}**: allow me that in the server's settings.",
        "我缺少「**{permission}**」權限，請在伺服器設定中授予我。",
        "我缺少“**{permission}**”权限，请在服务器设置中授予我。",
        "私に「**{permission}**」の権限がありません。サーバー設定で許可してください。",
    }
    /// There is no such role.
    level_role_gone(role: &str) {
        "There is no role {role} on this server (any more).",
        "這個伺服器（已經）沒有 {role} 這個身分組。",
        "这个服务器（已经）没有 {role} 这个身份组。",
        "このサーバーに {role} というロールは（もう）ありません。",
    }
    /// It is @everyone.
    level_role_is_everybody() {
        "Everybody has the role of everybody; it cannot be given.",
        "所有人都有預設身分組，無法另外給予。",
        "所有人都有默认身份组，无法另外给予。",
        "全員が持つ標準のロールは付与できません。",
    }
    /// It belongs to a bot or an integration.
    level_role_is_managed(role: &str) {
        "{role} belongs to a bot, an integration or Discord itself; nobody can give it by hand.",
        "{role} 屬於機器人、整合服務或 Discord 本身，無法手動給予。",
        "{role} 属于机器人、集成服务或 Discord 本身，无法手动给予。",
        "{role} はボット・連携サービス・Discord が管理しているため、付与できません。",
    }
    /// It stands above the bot.
    level_role_above_me(role: &str) {
        "{role} does not stand below my own highest role: move mine above it in the server's list of roles.",
        "{role} 的位置沒有低於我最高的身分組，請在伺服器的身分組列表中把我的移到它上面。",
        "{role} 的位置没有低于我最高的身份组，请在服务器的身份组列表中把我的移到它上面。",
        "{role} は私の最上位のロールより下にありません。ロール一覧で私のロールをその上に移してください。",
    }
    /// It makes its holders powerful.
    level_role_grants(role: &str, permissions: &str) {
        "{role} grants {permissions}. Nobody should come to that by chatting, so I do not hand it out.",
        "{role} 帶有這些權限：{permissions}。不應該有人靠聊天取得這些權限，所以我不會發放。",
        "{role} 带有这些权限：{permissions}。不应该有人靠聊天取得这些权限，所以我不会发放。",
        "{role} には {permissions} の権限があります。会話だけで得てよいものではないため、付与しません。",
    }
    /// In a guild's audit log, where a role is given.
    level_role_given_reason(level: &str) {
        "Reached level {level}",
        "達到等級：{level}",
        "达到等级：{level}",
        "レベル到達：{level}",
    }
    /// In a guild's audit log, where a role is taken.
    level_role_taken_reason() {
        "No longer at the level of this role",
        "已不在此身分組的等級",
        "已不在此身份组的等级",
        "このロールのレベルではなくなりました",
    }
}
