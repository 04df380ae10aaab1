//! What `/activity` says to everybody.

use domain::day::Day;
use domain::language::Language;

use super::{Words, words};

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

impl Words {
    /// A number with commas between its thousands, as all of our languages write it.
    pub(crate) fn count(self, count: u64) -> String {
        let digits = count.to_string();
        let mut grouped = String::with_capacity(digits.len() * 4 / 3);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        grouped
    }

    /// What a picture shows, for those who cannot see it.
    pub(crate) fn described(self, what: &str, more: &str) -> String {
        match self.0 {
            Language::English => format!("{what}: {more}"),
            _ => format!("{what}：{more}"),
        }
    }

    /// A day without its year: `Nov 21`, `11/21`.
    pub(crate) fn short_day(self, day: Day) -> String {
        let text = day.to_string();
        let mut parts = text.rsplit('-').map(|part| part.parse::<usize>().unwrap_or(1));
        let (day, month) = (parts.next().unwrap_or(1), parts.next().unwrap_or(1));
        match self.0 {
            Language::English => format!("{} {day}", MONTHS[(month - 1) % 12]),
            _ => format!("{month}/{day}"),
        }
    }
}

words! {
    /// A level's name and its number.
    level_and_number(name: &str, number: u8) {
        "{name} · level {number}",
        "{name} · 等級 {number}",
        "{name} · 等级 {number}",
        "{name} · レベル {number}",
    }
    /// A member's standing; the rank is written as `#3`.
    standing(level: &str, score: &str, rank: &str, today: &str, month: &str, streak: &str) {
        "{level} · {score} of 100 points · rank {rank} · messages today {today}, this month {month} · days in a row {streak}",
        "{level} · 分數 {score}（滿分 100）· 排名 {rank} · 今天 {today} 則訊息，本月 {month} 則 · 連續 {streak} 天",
        "{level} · 分数 {score}（满分 100）· 排名 {rank} · 今天 {today} 条消息，本月 {month} 条 · 连续 {streak} 天",
        "{level} · 得点 {score}／100 · 順位 {rank} · メッセージ数 今日 {today}、今月 {month} · 連続 {streak} 日",
    }
    /// Under a number on the card.
    figure_rank() { "Rank", "排名", "排名", "順位" }
    /// Under a number on the card: messages.
    figure_today() { "Today", "今天", "今天", "今日" }
    /// Under a number on the card: messages.
    figure_month() { "This month", "本月", "本月", "今月" }
    /// Under a number on the card.
    figure_streak() { "Days in a row", "連續天數", "连续天数", "連続日数" }
    /// Beside the chart.
    figure_messages() { "Messages", "訊息", "消息", "メッセージ" }
    /// Beside the chart.
    figure_members_a_day() { "Members a day", "每日發言人數", "每日发言人数", "1日の発言者" }
    /// Nothing is stored of somebody else.
    wrote_nothing_yet(who: &str) {
        "{who} has not written anything here yet that counts.",
        "{who} 還沒有在這裡發過會計算的訊息。",
        "{who} 还没有在这里发过会计算的消息。",
        "{who} はまだ数えられるメッセージを書いていません。",
    }
    /// Nothing is stored of the caller.
    you_wrote_nothing_yet() {
        "You have not written anything here yet that counts. Say hello, and look again in a moment!",
        "你還沒有在這裡發過會計算的訊息。打聲招呼，過一會兒再看看吧！",
        "你还没有在这里发过会计算的消息。打声招呼，过一会儿再看看吧！",
        "まだ数えられるメッセージがありません。ひとこと書いて、少ししたらまた見てみてください！",
    }
    /// Somebody asks about a bot.
    bots_are_not_counted() {
        "Bots have no activity here: only what people write is counted.",
        "機器人沒有活躍度，這裡只計算真人的訊息。",
        "机器人没有活跃度，这里只计算真人的消息。",
        "ボットにはアクティビティがありません。数えるのは人が書いたものだけです。",
    }
    /// Messages do not count at all.
    counting_is_off() {
        "⚠️ Messages are not counted in this server at the moment.",
        "⚠️ 這個伺服器目前沒有計算訊息。",
        "⚠️ 这个服务器目前没有计算消息。",
        "⚠️ このサーバーでは現在メッセージを数えていません。",
    }
    /// Above a leaderboard.
    board_of_scores() { "ACTIVITY SCORE", "活躍度分數", "活跃度分数", "アクティビティ得点" }
    /// Above a leaderboard.
    board_of_today() { "MESSAGES TODAY", "今天的訊息數", "今天的消息数", "今日のメッセージ数" }
    /// Above a leaderboard.
    board_of_month() { "MESSAGES THIS MONTH", "本月的訊息數", "本月的消息数", "今月のメッセージ数" }
    /// Where the caller stands, where the page does not show it.
    own_place(rank: &str, value: &str) {
        "Your place: **#{rank}** · {value}",
        "你的名次：**#{rank}** · {value}",
        "你的名次：**#{rank}** · {value}",
        "あなたの順位：**#{rank}** · {value}",
    }
    /// The caller stands nowhere on it.
    not_on_board() {
        "You are not on this board yet.",
        "你還沒有上榜。",
        "你还没有上榜。",
        "あなたはまだランキングに入っていません。",
    }
    /// Of a list.
    page_of(page: u64, pages: u64) {
        "Page {page} of {pages}",
        "第 {page} 頁，共 {pages} 頁",
        "第 {page} 页，共 {pages} 页",
        "{page}／{pages} ページ",
    }
    /// A leaderboard without lines.
    nobody_on_board() {
        "Nobody is on this board yet. Whoever writes something is the first!",
        "榜上還沒有人，第一個發言的人就是第一名！",
        "榜上还没有人，第一个发言的人就是第一名！",
        "まだ誰もいません。最初に書いた人が一位です！",
    }
    /// Somebody of whom nothing is known but that they wrote here.
    somebody_unknown() { "Somebody who left", "已離開的成員", "已离开的成员", "退出したメンバー" }
    /// A button.
    previous_page() { "Previous", "上一頁", "上一页", "前へ" }
    /// A button.
    next_page() { "Next", "下一頁", "下一页", "次へ" }
    /// Above the chart.
    chart_title() { "MESSAGES A DAY", "每日訊息數", "每日消息数", "1日のメッセージ数" }
    /// Beside the line at the mean.
    chart_mean(value: &str) { "avg {value}", "平均 {value}", "平均 {value}", "平均 {value}" }
    /// What the chart shows.
    days_described(days: usize, total: &str, mean: &str, peak_day: &str, peak: &str) {
        "{total} messages in the last {days} days · {mean} a day on average · most on {peak_day}: {peak}",
        "最近 {days} 天共 {total} 則訊息 · 平均每天 {mean} 則 · 最多的一天 {peak_day}：{peak} 則",
        "最近 {days} 天共 {total} 条消息 · 平均每天 {mean} 条 · 最多的一天 {peak_day}：{peak} 条",
        "この {days} 日間で {total} 件のメッセージ · 1日平均 {mean} 件 · 最多は {peak_day} の {peak} 件",
    }
    /// Nothing to draw.
    nothing_in_days(days: i32) {
        "Nothing was written here in the last {days} days that counts.",
        "最近 {days} 天沒有會計算的訊息。",
        "最近 {days} 天没有会计算的消息。",
        "この {days} 日間に数えられるメッセージはありません。",
    }
    /// Below what the chart would show.
    most_active(names: &str) {
        "Most active this month: {names}",
        "本月最活躍：{names}",
        "本月最活跃：{names}",
        "今月いちばんアクティブ：{names}",
    }
}
