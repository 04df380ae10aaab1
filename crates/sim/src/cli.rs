//! The command line of `droas-sim`.

use std::fs;
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Parser, ValueEnum};
use serde_json::{Value, json};
use tokio::signal::unix::{SignalKind, signal};

use crate::config::SimConfig;
use crate::driver::Sim;
use crate::faults::FaultPlan;
use crate::rest::limits::RestLimits;

/// A Discord of your own, on this machine only, to try a bot against.
///
/// It speaks the gateway, REST and the CDN as Discord does, with its rate limits and error codes, and can go wrong on
/// purpose. Nothing leaves this machine and no token of Discord's is needed.
///
/// What happens in it is driven over HTTP: `curl http://127.0.0.1:PORT/sim` lists everything that can be done.
#[derive(Clone, Debug, Parser)]
#[command(name = "droas-sim", version)]
pub struct Args {
    /// Port to listen on; 0 takes any free one.
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// Address to listen on. Only loopback is allowed: whoever reaches the simulator controls it.
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST), value_name = "ADDRESS")]
    pub bind: IpAddr,
    /// Token that the bot must log in with.
    #[arg(long, default_value = "sim-token")]
    pub token: String,
    /// Ids and faults follow from this number: the same seed, the same world.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Write every request and its answer to this file, a line of JSON each. Tokens are left out.
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
    /// Guilds that are there from the start.
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub guilds: u32,
    /// Rate limits: as Discord has them, or a thousand times as much.
    #[arg(long, value_enum, default_value_t = LimitChoice::Real)]
    pub limits: LimitChoice,
    /// What goes wrong: JSON, or a file with it, such as {"create_message": {"error_after": 0.1}}.
    #[arg(long, value_name = "FILE|JSON")]
    pub faults: Option<String>,
    /// Print the addresses as one line of JSON on standard output; the line for people goes to standard error.
    #[arg(long)]
    pub json: bool,
}

/// How many requests are let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LimitChoice {
    /// As Discord has them.
    Real,
    /// A thousand times as much.
    Raised,
}

/// Runs a simulator until it is stopped by SIGTERM, SIGINT or `POST /sim/shutdown`.
///
/// # Errors
/// What cannot be done, in a sentence for a person: an address that is not loopback or not free, faults that cannot be
/// read, a record that cannot be written.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let config = config(&args)?;
    let plan = args.faults.as_deref().map(faults).transpose()?;
    let bind = config.bind;
    let record = config.record.clone();
    let sim = Sim::start(config).await.with_context(|| match record {
        Some(record) => format!("could not listen on {bind} or write to {}", record.display()),
        None => format!("could not listen on {bind}"),
    })?;
    if let Some(plan) = plan {
        sim.set_faults(plan);
    }
    let guilds: Vec<Value> = (1..=args.guilds)
        .map(|number| {
            let guild = sim.create_guild(&format!("Guild {number}"));
            json!({"id": guild.id.to_string(), "welcome_channel": guild.welcome_channel().to_string()})
        })
        .collect();
    let mut interrupted = signal(SignalKind::interrupt()).context("could not listen for SIGINT")?;
    let mut terminated = signal(SignalKind::terminate()).context("could not listen for SIGTERM")?;
    announce(&sim, &args, &guilds).context("could not print the addresses")?;
    tokio::select! {
        _ = interrupted.recv() => {}
        _ = terminated.recv() => {}
        () = sim.state().stop.cancelled() => {}
    }
    sim.shutdown().await;
    Ok(())
}

fn config(args: &Args) -> anyhow::Result<SimConfig> {
    if !args.bind.is_loopback() {
        bail!(
            "--bind {} is not loopback: whoever reaches the simulator controls it, so it listens on this machine only; \
             use 127.0.0.1 or ::1",
            args.bind
        );
    }
    let mut config = SimConfig {
        seed: args.seed,
        bind: SocketAddr::new(args.bind, args.port),
        token: args.token.clone(),
        record: args.record.clone(),
        ..SimConfig::default()
    };
    if args.limits == LimitChoice::Raised {
        config.limits.rest = RestLimits::raised();
    }
    Ok(config)
}

/// A plan of faults, from JSON or from a file that holds it.
fn faults(given: &str) -> anyhow::Result<FaultPlan> {
    let text = if given.trim_start().starts_with('{') {
        given.to_owned()
    } else {
        fs::read_to_string(Path::new(given))
            .with_context(|| format!("--faults {given} is neither JSON nor a file that can be read"))?
    };
    serde_json::from_str(&text).context("--faults is no plan of faults")
}

fn announce(sim: &Sim, args: &Args, guilds: &[Value]) -> io::Result<()> {
    let state = sim.state();
    let control = format!("http://{}/sim", state.addr);
    let line = format!(
        "A Discord of your own: REST {}, gateway {}, control {control} (what can be done: curl {control})",
        sim.api_base(),
        sim.gateway_url(),
    );
    if !args.json {
        return writeln!(io::stdout(), "{line}");
    }
    writeln!(io::stderr(), "{line}")?;
    let application_id = sim.world().bot.application_id.to_string();
    let addresses = json!({
        "api": sim.api_base(),
        "gateway": sim.gateway_url(),
        "cdn": sim.cdn_base(),
        "control": control,
        "token": args.token,
        "application_id": application_id,
        "guilds": guilds,
    });
    let mut out = io::stdout().lock();
    writeln!(out, "{addresses}")?;
    // Whoever reads this through a pipe waits for it.
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(given: &[&str]) -> Args {
        Args::parse_from([&["droas-sim"], given].concat())
    }

    #[test]
    fn only_loopback_is_listened_on() {
        for address in ["127.0.0.1", "127.0.0.9", "::1"] {
            assert!(config(&args(&["--bind", address])).is_ok(), "{address}");
        }
        for address in ["0.0.0.0", "::", "192.0.2.1"] {
            let error = config(&args(&["--bind", address])).expect_err(address);
            assert!(error.to_string().contains("is not loopback"), "{error}");
        }
    }

    #[test]
    fn faults_come_as_json_or_from_a_file() {
        let json = r#"{"create_message": {"error_after": 0.5}}"#;
        let plan = faults(json).expect("a plan");
        assert!((plan.create_message.error_after - 0.5).abs() < f64::EPSILON);
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("faults.json");
        fs::write(&file, json).expect("a file");
        assert_eq!(faults(&file.to_string_lossy()).expect("a plan"), plan);
        let missing = faults("nowhere.json").expect_err("no such file");
        assert!(
            missing.to_string().contains("neither JSON nor a file"),
            "{missing}"
        );
        assert!(faults(r#"{"misspelt": 1}"#).is_err());
    }

    #[test]
    fn raised_limits_leave_the_ban_as_it_is() {
        let raised = config(&args(&["--limits", "raised"])).expect("sound").limits.rest;
        let real = config(&args(&[])).expect("sound").limits.rest;
        assert_eq!(
            raised.create_message.requests,
            1_000 * real.create_message.requests
        );
        assert_eq!(raised.invalid, real.invalid);
    }
}
