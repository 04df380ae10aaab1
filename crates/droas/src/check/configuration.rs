//! The configuration, the token's form, who can read both, and where the bot listens.

use super::finding::{Finding, Findings};
use crate::config::{Config, Inspection};
use crate::secret_files::SecretFile;

pub(super) fn look(inspection: &Inspection, findings: &mut Findings) {
    for mistake in &inspection.mistakes {
        findings.add(Finding::fault("configuration", mistake.clone()));
    }
    if inspection.mistakes.is_empty() {
        let file = match &inspection.file {
            Some(path) => path.display().to_string(),
            None => "no file, so everything has its default".to_owned(),
        };
        findings.add(Finding::ok(
            "configuration",
            match inspection.variables {
                0 => file,
                1 => format!("{file}, and one setting from the environment"),
                count => format!("{file}, and {count} settings from the environment"),
            },
        ));
    }
    match &inspection.token {
        Some(Ok(token)) if token.looks_plausible() => {
            findings.add(Finding::ok("token", "it has the form of a bot's token"));
        }
        Some(Ok(_)) => findings.add(Finding::warning(
            "token",
            "it does not have the form of a bot's token: three parts with dots between",
            "copy it from https://discord.com/developers/applications, your application, page \"Bot\", button \"Reset Token\"; \
             not the application's id, public key or client secret",
        )),
        Some(Err(mistake)) => findings.add(Finding::fault("token", mistake.clone())),
        None => findings.add(Finding::not_checked(
            "token",
            "it is looked at once the configuration can be read",
        )),
    }
    secret_files(&inspection.secret_files, findings);
    if let Some(config) = &inspection.config {
        listening(config, findings);
    }
}

fn secret_files(files: &[SecretFile], findings: &mut Findings) {
    let mut all_closed = true;
    for exposed in files.iter().filter_map(SecretFile::exposed) {
        all_closed = false;
        findings.add(Finding::warning(
            "secret files",
            exposed.found(),
            exposed.advice(),
        ));
    }
    if all_closed {
        let names: Vec<_> = files.iter().map(|file| file.path.display().to_string()).collect();
        findings.add(Finding::ok(
            "secret files",
            if names.is_empty() {
                "no file holds a secret".to_owned()
            } else {
                format!("nobody else can read {}", names.join(", "))
            },
        ));
    }
}

fn listening(config: &Config, findings: &mut Findings) {
    findings.add(match config.web {
        None => Finding::ok("web server", "it listens nowhere"),
        Some(at) if at.ip().is_loopback() => {
            Finding::ok("web server", format!("{at}, which only this machine reaches"))
        }
        Some(at) if config.web_token.is_some() => Finding::ok(
            "web server",
            format!("{at}, where others reach it and are asked for the token"),
        ),
        Some(at) => Finding::warning(
            "web server",
            format!("{at} can be read by whoever reaches this machine"),
            "set web.listen to 127.0.0.1:8437, or a token by DROAS_WEB_TOKEN or web.token_file",
        ),
    });
}
