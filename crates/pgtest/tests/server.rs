//! The server does what tests of the store count on.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use pgtest::Server;

/// Names the program that is started and killed by a test, which is this one again.
const VICTIM: &str = "PGTEST_VICTIM";

fn answers(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::yield_now();
    }
}

#[test]
fn server_comes_back_on_its_port_after_a_stop_and_after_a_crash() {
    let Some(server) = Server::start() else { return };
    let port = server.port();
    for end in [Server::stop, Server::kill] {
        assert!(answers(port));
        end(&server);
        assert!(!answers(port));
        server.start_again();
    }
    let database = server.database();
    assert!(database.url().ends_with("/test0"));
}

#[test]
fn nothing_is_left_of_a_server_whose_program_was_killed() {
    let mut victim = Command::new(env::current_exe().expect("this program"))
        .args(["--exact", "victim", "--nocapture"])
        .env(VICTIM, "1")
        .stdout(Stdio::piped())
        .spawn()
        .expect("started");
    let told = BufReader::new(victim.stdout.take().expect("a pipe"))
        .lines()
        .map_while(Result::ok)
        .find_map(|line| {
            line.split_once("server: ")
                .map(|(_, told)| told.to_owned())
                .or_else(|| line.contains("no server").then(String::new))
        })
        .expect("it says where its server is");
    victim.kill().expect("it runs");
    victim.wait().expect("killed");
    let Some((port, folder)) = told.split_once(' ') else {
        return;
    };
    let port = port.parse().expect("a port");
    wait_until("the folder is removed", || !Path::new(folder).exists());
    wait_until("the server is gone", || !answers(port));
}

/// Not a test of its own: the program that [`nothing_is_left_of_a_server_whose_program_was_killed`] kills.
#[test]
fn victim() {
    if env::var_os(VICTIM).is_none() {
        return;
    }
    let mut out = std::io::stdout();
    match Server::start() {
        Some(server) => {
            assert!(answers(server.port()));
            writeln!(out, "server: {} {}", server.port(), server.folder().display()).expect("a reader");
            out.flush().expect("a reader");
            loop {
                std::thread::park();
            }
        }
        None => writeln!(out, "no server").expect("a reader"),
    }
}
