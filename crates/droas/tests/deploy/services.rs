//! The environment's example, the service of systemd, the services of Docker, and the workflows.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{droas, files_below, text, words, yaml};

/// What `droas config` prints.
fn example() -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = droas(folder.path(), &["config"]);
    assert!(output.status.success());
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn each_variable_that_is_set_is_a_setting() {
    let example = example();
    let settings: BTreeSet<&str> = words(&example, "DROAS_").into_iter().collect();
    let mut found = 0;
    for path in files_below("deploy") {
        for variable in words(&text(&path), "DROAS_") {
            assert!(
                settings.contains(variable),
                "{path}: there is no setting {variable}"
            );
            found += 1;
        }
    }
    assert!(found > 8, "only {found}: this test looks for the wrong words");
}

/// The number behind `key` in a text, such as 10 behind `stop_within_s = `.
fn number(text: &str, key: &str) -> u64 {
    let (_, behind) = text
        .split_once(key)
        .unwrap_or_else(|| panic!("there is no {key}"));
    let digits: String = behind.chars().take_while(char::is_ascii_digit).collect();
    digits
        .parse()
        .unwrap_or_else(|_| panic!("behind {key} is no number"))
}

#[test]
fn systemd_does_not_start_again_what_a_person_must_mend() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let without_token = droas(folder.path(), &["run"]);
    let unit = text("deploy/systemd/droas.service");
    assert_eq!(
        without_token.status.code().map(|code| format!("{code}")),
        Some(number(&unit, "RestartPreventExitStatus=").to_string())
    );
    assert!(
        unit.contains("\nRestart=on-failure\n"),
        "else it is started again"
    );
}

#[test]
fn whoever_stops_the_bot_waits_until_it_has_finished() {
    let takes_s = number(&example(), "stop_within_s = ");
    let waits_s = [
        number(&text("deploy/systemd/droas.service"), "TimeoutStopSec="),
        number(&text("deploy/compose.yaml"), "stop_grace_period: "),
    ];
    for waits_s in waits_s {
        // The web server's last connections get two seconds more.
        assert!(waits_s >= takes_s + 5, "{waits_s} s for {takes_s} s");
    }
}

#[test]
fn services_of_docker_are_confined_and_hold_no_secret() {
    let compose = yaml("deploy/compose.yaml");
    let services = compose["services"].as_object().expect("services by name");
    assert!(services.contains_key("droas") && services.len() == 4);
    for (name, service) in services {
        assert_eq!(service["read_only"], true, "{name} writes to its own files");
        assert_eq!(service["cap_drop"], serde_json::json!(["ALL"]), "{name}");
        assert_eq!(
            service["security_opt"],
            serde_json::json!(["no-new-privileges:true"]),
            "{name}"
        );
        for port in service["ports"].as_array().into_iter().flatten() {
            let port = port.as_str().expect("an address and two ports");
            assert!(
                port.starts_with("127.0.0.1:"),
                "{name} is open to other machines: {port}"
            );
        }
        let variables = service["environment"].as_object();
        for (variable, value) in variables.into_iter().flatten() {
            let secret = ["TOKEN", "PASSWORD", "SECRET"]
                .iter()
                .any(|word| variable.contains(word));
            assert!(
                !secret || value.as_str().is_some_and(|value| value.starts_with("${")),
                "{name} has a secret written out: {variable}"
            );
        }
        let checked = service.get("healthcheck").is_some() || name == "droas";
        assert!(checked, "nobody asks whether {name} is well");
    }
    let url = services["droas"]["environment"]["DROAS_DATABASE_URL"]
        .as_str()
        .expect("a text");
    assert!(url.contains(":${POSTGRES_PASSWORD:?"), "{url}");
    // Each value that is left to the operator has its line in the example.
    let environment = text("deploy/droas.env.example");
    for variable in ["DISCORD_TOKEN", "POSTGRES_PASSWORD", "GRAFANA_PASSWORD"] {
        assert!(
            environment.contains(&format!("\n{variable}=\n")),
            "{variable}: an empty line to fill in"
        );
    }
}

#[test]
fn image_asks_the_bot_by_a_command_that_there_is() {
    let dockerfile = text("deploy/Dockerfile");
    assert!(dockerfile.contains("CMD [\"droas\", \"ctl\", \"status\"]"));
    assert!(dockerfile.contains("\nUSER 65532:65532\n"), "not root");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let nobody = droas(folder.path(), &["ctl", "status"]);
    let told = String::from_utf8(nobody.stderr).expect("UTF-8");
    assert_eq!(nobody.status.code(), Some(1), "unhealthy: {told}");
    assert!(told.contains("droas.sock"), "{told}");
}

#[test]
fn actions_of_the_workflows_are_pinned_to_commits() {
    let mut used = 0;
    for path in files_below(".github/workflows") {
        let workflow = yaml(&path);
        assert!(workflow["permissions"].is_object(), "{path} says what it may do");
        for job in workflow["jobs"].as_object().expect("jobs by name").values() {
            assert!(job["timeout-minutes"].is_u64(), "{path}: a job ends");
            for step in job["steps"].as_array().expect("steps") {
                let Some(action) = step["uses"].as_str() else {
                    continue;
                };
                let (name, commit) = action.split_once('@').expect("an action at a version");
                assert!(name.starts_with("actions/"), "{path}: {name} is a stranger's");
                let pinned = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
                assert!(pinned, "{path}: {action} may change");
                used += 1;
            }
        }
    }
    assert!(used > 0, "no action is used: this test looks in the wrong place");
}

#[test]
fn prometheus_watches_the_port_that_the_bot_listens_at() {
    let prometheus = yaml("deploy/prometheus/prometheus.yml");
    let job = &prometheus["scrape_configs"][0];
    assert_eq!(job["job_name"], "droas");
    let compose = yaml("deploy/compose.yaml");
    let listens = compose["services"]["droas"]["environment"]["DROAS_WEB_LISTEN"]
        .as_str()
        .expect("an address");
    let (_, port) = listens.rsplit_once(':').expect("an address and a port");
    let target = format!("droas:{port}");
    assert_eq!(job["static_configs"][0]["targets"], Value::from(vec![target]));
    let grafana = yaml("deploy/grafana/provisioning/datasources/prometheus.yml");
    assert_eq!(grafana["datasources"][0]["url"], "http://prometheus:9090");
}
