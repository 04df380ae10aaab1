//! The status page of a running bot, and what strangers may do with its server.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::programs::{Bot, Home, Simulator, text};

/// Longer than anything takes. Nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(60);

const TOKEN: &str = "correct-horse-battery-staple";

/// Where the log says that the bot answers, once it does.
fn address(bot: &Bot) -> String {
    let begun = Instant::now();
    loop {
        let log = bot.log();
        let found = log.split_once("answering at http://");
        if let Some((address, _)) = found.and_then(|(_, behind)| behind.split_once('/')) {
            return address.to_owned();
        }
        assert!(begun.elapsed() < PATIENCE, "{log}");
        std::thread::yield_now();
    }
}

/// An answer: its status, its head in lower case, its body.
struct Answer {
    status: u16,
    head: String,
    body: String,
}

/// Sends a request as it stands, to a place on this machine with the port of `address`. `None` when it is not answered.
fn send(address: &str, request: &str) -> Option<Answer> {
    let (_, port) = address.rsplit_once(':').expect("a port");
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).expect("somebody listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("settable");
    // What is too long need not be taken whole.
    let _ = stream.write_all(request.as_bytes());
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8(answer).expect("UTF-8");
    let (head, body) = answer.split_once("\r\n\r\n")?;
    Some(Answer {
        status: head.split(' ').nth(1)?.parse().ok()?,
        head: head.to_lowercase(),
        body: body.to_owned(),
    })
}

/// Asks for a path as a browser on this machine would, with more lines of the head.
fn get(address: &str, path: &str, more: &str) -> Answer {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{more}Connection: close\r\n\r\n");
    send(address, &request).expect("an answer")
}

fn post(address: &str, path: &str, more: &str, body: &str) -> Answer {
    let len = body.len();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {len}\r\n{more}Connection: close\r\n\r\n{body}"
    );
    send(address, &request).expect("an answer")
}

/// Looks at the page until it is as expected.
async fn page_when(bot: &Bot, expected: impl Fn(&str) -> bool) -> String {
    let begun = Instant::now();
    loop {
        let answer = get(&address(bot), "/", "");
        assert_eq!(answer.status, 200, "{}", answer.body);
        if expected(&answer.body) {
            return answer.body;
        }
        assert!(begun.elapsed() < PATIENCE, "{}\n{}", answer.body, bot.log());
        tokio::task::yield_now().await;
    }
}

async fn joins(simulator: &Simulator, guild: &str, name: &str) -> String {
    let join = format!("/guilds/{guild}/join");
    text(&simulator.post(&join, json!({ "name": name })).await["user"])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn page_shows_what_was_posted_what_failed_what_is_parked_and_what_is_left_alone() {
    let simulator = Simulator::start(5);
    let mut home = Home::of(&simulator);
    // One failure is enough to leave Discord alone for long.
    home.set("DROAS_BREAKER_CALLS_MIN", "1");
    home.set("DROAS_BREAKER_FAILURE_PERCENT", "1");
    home.set("DROAS_BREAKER_OPEN_MIN_MS", "120000");
    let mut bot = home.start_bot();
    simulator.wait("/status", 1, &bot).await;
    page_when(&bot, |page| page.contains("<h1>All is well</h1>")).await;

    let guild = simulator.guild();
    let greeted = joins(&simulator, &guild, "<script>alert('小林')</script>").await;
    let page = page_when(&bot, |page| page.contains("posted</span> after")).await;
    assert!(page.contains(&guild) && page.contains(&greeted), "{page}");
    assert!(
        !page.contains("小林") && !page.contains("alert("),
        "nobody's name is told"
    );

    let no_channel = text(&simulator.post("/guilds", json!({"name": "茶館"})).await["id"]);
    let nowhere = format!("/guilds/{no_channel}/system_channel");
    simulator.put(&nowhere, json!({"channel": null})).await;
    let failed = joins(&simulator, &no_channel, "Ada").await;
    let page = page_when(&bot, |page| {
        page.contains("1 member who joined within the last hour")
    })
    .await;
    assert!(page.contains("The server has no channel for welcomes."), "{page}");
    assert!(page.contains(&no_channel) && page.contains(&failed), "{page}");

    let closed = simulator.post("/guilds", json!({"name": "Closed"})).await;
    let (closed, channel) = (text(&closed["id"]), text(&closed["system_channel"]));
    let nobody_may_post = json!({"id": closed, "member": false, "allow": "0", "deny": "2048"});
    simulator
        .post(&format!("/channels/{channel}/overwrites"), nobody_may_post)
        .await;
    joins(&simulator, &closed, "Grace").await;
    let page = page_when(&bot, |page| page.contains("Nobody can be welcomed in 1 server.")).await;
    assert!(page.contains("The bot may not post there."), "{page}");
    assert!(page.contains(&closed) && page.contains(&channel), "{page}");

    let plan = json!({"plan": {"create_message": {"error_before": 1.0, "error_statuses": [503]}}});
    simulator.put("/faults", plan).await;
    joins(&simulator, &guild, "Edsger").await;
    let page = page_when(&bot, |page| page.contains("left alone</span>")).await;
    assert!(
        page.contains("Discord does not do well at posting messages"),
        "{page}"
    );
    assert!(page.contains("Working, but have a look"), "{page}");

    drop(simulator);
    page_when(&bot, |page| page.contains("Shard 0 is connecting")).await;
    assert!(bot.terminate().await.success());
    assert!(!bot.log().contains("panicked"), "{}", bot.log());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_requests_are_answered_with_no_and_harm_nobody() {
    let simulator = Simulator::start(6);
    let home = Home::of(&simulator);
    let mut bot = home.start_bot();
    let address = address(&bot);
    let (_, port) = address.rsplit_once(':').expect("a port");

    let page = get(&address, "/", "");
    assert_eq!(page.status, 200);
    for header in [
        "content-security-policy: default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        "x-frame-options: deny",
        "x-content-type-options: nosniff",
        "referrer-policy: no-referrer",
        "cache-control: no-store",
        "content-type: text/html; charset=utf-8",
    ] {
        assert!(page.head.contains(header), "{header} in {}", page.head);
    }
    for (path, kind) in [
        ("/style.css", "text/css"),
        ("/refresh.js", "text/javascript"),
        ("/icon.svg", "image/svg+xml"),
        ("/?range=6h", "text/html"),
        ("/?range=%3Cscript%3E&range=%ff", "text/html"),
    ] {
        let answer = get(&address, path, "");
        assert_eq!(answer.status, 200, "{path}");
        assert!(
            answer.head.contains(&format!("content-type: {kind}")),
            "{}",
            answer.head
        );
        assert!(!answer.body.contains("<script>"), "{path}");
    }

    // By a name that is not this machine's (DNS rebinding), nothing that concerns anybody is told.
    for (path, status) in [("/", 403), ("/metrics", 403), ("/healthz", 200)] {
        let asked = format!("GET {path} HTTP/1.1\r\nHost: evil.example:{port}\r\nConnection: close\r\n\r\n");
        let answer = send(&address, &asked).expect("an answer");
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        assert!(!answer.body.contains("droas_welcomes"), "{path}");
    }
    let by_name = format!("GET / HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
    assert_eq!(send(&address, &by_name).expect("an answer").status, 200);

    for path in [
        "/../droas.sqlite",
        "/..%2f..%2fetc/passwd",
        "//etc/passwd",
        "/style.css/..",
        "/%00",
        "/droas.sqlite",
        "/.env",
    ] {
        let answer = get(&address, path, "");
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.head.contains("nosniff"), "{path}: {}", answer.head);
    }
    let head = send(
        &address,
        &format!("HEAD / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"),
    )
    .expect("an answer");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"] {
        let asked = format!(
            "{method} / HTTP/1.1\r\nHost: {address}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno"
        );
        assert_eq!(send(&address, &asked).expect("an answer").status, 405, "{method}");
    }
    // There is nothing to sign in to.
    let form = post(&address, "/sign-in", "", &format!("token={TOKEN}"));
    assert_eq!(form.status, 303);
    assert!(!form.head.contains("set-cookie"), "{}", form.head);

    let long = format!(
        "GET / HTTP/1.1\r\nHost: {address}\r\nX-Long: {}\r\n\r\n",
        "x".repeat(1 << 20)
    );
    assert!(send(&address, &long).is_none_or(|answer| answer.status == 431));
    for garbage in [
        "\0\0\0\0\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "\u{16}\u{3}\u{1}\r\n\r\n",
    ] {
        assert!(
            send(&address, garbage).is_none_or(|answer| answer.status == 400),
            "{garbage:?}"
        );
    }

    // Many who say nothing keep nobody else waiting for long, and not the bot.
    let silent: Vec<TcpStream> = (0..200)
        .filter_map(|_| TcpStream::connect(&address).ok())
        .collect();
    joins(&simulator, &simulator.guild(), "Ada").await;
    let channel = format!("/channels/{}/messages", simulator.welcome_channel());
    simulator.wait(&channel, 1, &bot).await;
    drop(silent);
    page_when_answered(&address);
    assert!(bot.terminate().await.success());
    assert!(!bot.log().contains("panicked"), "{}", bot.log());
}

/// Asks until there is room for a connection.
fn page_when_answered(address: &str) {
    let begun = Instant::now();
    let asked = format!("GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    while send(address, &asked).is_none_or(|answer| answer.status != 200) {
        assert!(begun.elapsed() < PATIENCE, "it does not answer any more");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn page_on_other_addresses_is_for_those_who_show_the_token() {
    let simulator = Simulator::start(7);
    let mut home = Home::of(&simulator);
    home.set("DROAS_WEB_LISTEN", "0.0.0.0:0");
    let mut bot = home.start_bot();
    let open = address(&bot);
    let refused = get(&open, "/", "");
    assert_eq!(refused.status, 403);
    assert!(
        refused.body.contains("web.token_file or set DROAS_WEB_TOKEN"),
        "{}",
        refused.body
    );
    assert_eq!(get(&open, "/metrics", "").status, 200);
    assert_eq!(get(&open, "/healthz", "").status, 200);
    assert!(bot.terminate().await.success());

    home.set("DROAS_WEB_TOKEN", TOKEN);
    let mut bot = home.start_bot();
    let address = address(&bot);
    assert_eq!(get(&address, "/healthz", "").status, 200);
    for path in ["/", "/metrics"] {
        let unknown = get(&address, path, "");
        assert_eq!(unknown.status, 401, "{path}");
        assert!(
            unknown.head.contains("www-authenticate: bearer"),
            "{}",
            unknown.head
        );
        assert!(
            !unknown.body.contains("All is well") && !unknown.body.contains("droas_"),
            "{path}"
        );
        let right = get(&address, path, &format!("Authorization: Bearer {TOKEN}\r\n"));
        assert_eq!(right.status, 200, "{path}");
        let wrong = get(&address, path, &format!("Authorization: Bearer {TOKEN}s\r\n"));
        assert_eq!(wrong.status, 401, "{path}");
    }
    assert!(get(&address, "/", "").body.contains("type=\"password\""));

    let wrong = post(&address, "/sign-in", "", "token=correct-horse-battery-stapler");
    assert_eq!(wrong.status, 401);
    assert!(wrong.body.contains("This is not the token"), "{}", wrong.body);
    assert!(!wrong.head.contains("set-cookie"), "{}", wrong.head);
    let foreign = "Sec-Fetch-Site: cross-site\r\n";
    assert_eq!(
        post(&address, "/sign-in", foreign, &format!("token={TOKEN}")).status,
        403
    );
    assert_eq!(post(&address, "/sign-in", "", &"x".repeat(5_000)).status, 400);
    let right = post(&address, "/sign-in", "", &format!("other=1&token={TOKEN}"));
    assert_eq!(right.status, 303);
    assert!(right.head.contains("httponly; samesite=strict"), "{}", right.head);
    let (_, cookie) = right.head.split_once("set-cookie: ").expect("a cookie");
    let (cookie, _) = cookie.split_once(';').expect("its end");
    assert!(!cookie.contains(TOKEN), "{cookie}");
    let signed_in = get(&address, "/", &format!("Cookie: {cookie}\r\n"));
    assert_eq!(signed_in.status, 200);
    assert!(signed_in.body.contains("Sign out"), "{}", signed_in.body);
    assert_eq!(
        get(&address, "/metrics", &format!("Cookie: {cookie}\r\n")).status,
        200
    );
    let forged = get(&address, "/", &format!("Cookie: {cookie}0\r\n"));
    assert_eq!(forged.status, 401);
    let out = post(&address, "/sign-out", &format!("Cookie: {cookie}\r\n"), "");
    assert!(
        out.head.contains("set-cookie: droas_session=; path=/; max-age=0"),
        "{}",
        out.head
    );
    assert!(bot.terminate().await.success());
    assert!(!bot.log().contains(TOKEN), "the token is never logged");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn page_reads_no_script_and_loads_nothing_from_elsewhere() {
    let simulator = Simulator::start(8);
    let home = Home::of(&simulator);
    let mut bot = home.start_bot();
    let address = address(&bot);
    let page = get(&address, "/", "").body;
    for (attribute, allowed) in [("src=\"", &["/refresh.js", "/icon.svg"][..]), ("action=\"", &[])] {
        for (at, _) in page.match_indices(attribute) {
            let value = &page[at + attribute.len()..];
            let (value, _) = value.split_once('"').expect("its end");
            assert!(allowed.contains(&value), "{attribute}{value}");
        }
    }
    assert!(
        page.contains("<noscript><meta http-equiv=\"refresh\" content=\"15\"></noscript>"),
        "{page}"
    );
    assert!(!page.contains("style="), "{page}");
    assert!(bot.terminate().await.success());
}
