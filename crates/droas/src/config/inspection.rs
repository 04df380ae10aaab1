//! As much of a configuration as can be told, also of one with mistakes: for who looks for them.

use std::path::{Path, PathBuf};

use ::assets::AssetOptions;
use discord::Token;
use store::Place;

use super::environment::{DATABASE_URL, Environment, S3_SECRET, S3_SESSION_TOKEN, TOKEN, WEB_TOKEN};
use super::{Config, DEFAULT_FILE, Settings, assets, check, database, read_settings, read_token};
use crate::secret_files::SecretFile;

/// What a configuration says.
#[derive(Debug)]
pub(crate) struct Inspection {
    /// The file that was read, if there was one.
    pub(crate) file: Option<PathBuf>,
    /// How many settings the environment and the file .env give.
    pub(crate) variables: usize,
    /// What is wrong with it, each a sentence. What concerns the token alone is not among them.
    pub(crate) mistakes: Vec<String>,
    /// The token, or what is wrong with it; `None` where that cannot be told.
    pub(crate) token: Option<Result<Token, String>>,
    /// Where the data lies, if that can be told.
    pub(crate) database: Option<Place>,
    /// Where pictures are kept, if that can be told.
    pub(crate) assets: Option<AssetOptions>,
    /// The files that hold secrets.
    pub(crate) secret_files: Vec<SecretFile>,
    /// All of it, where nothing is wrong.
    pub(crate) config: Option<Config>,
}

impl Inspection {
    /// Reads what [`Config::load`] reads.
    pub(crate) fn of(file: Option<&Path>, environment: &Environment) -> Self {
        let path = file.unwrap_or(Path::new(DEFAULT_FILE));
        let mut inspection = Self {
            file: path.exists().then(|| path.to_owned()),
            variables: environment.settings_count(),
            mistakes: Vec::new(),
            token: None,
            database: None,
            assets: None,
            secret_files: Vec::new(),
            config: None,
        };
        let settings = match read_settings(file, environment) {
            Ok(settings) => settings,
            Err(error) => {
                inspection.mistakes = error.mistakes;
                return inspection;
            }
        };
        inspection.secret_files = secret_files(path, &settings, environment);
        let token = read_token(&settings.discord.token_file, environment);
        inspection.database = database::place(&settings.database, &mut Vec::new());
        inspection.assets = assets::place(
            &settings.assets,
            &settings.database.path,
            environment,
            &mut Vec::new(),
        );
        match check(settings, environment) {
            Ok(config) => inspection.config = Some(config),
            Err(error) => inspection.mistakes = error.mistakes,
        }
        if let Err(of_token) = &token {
            inspection.mistakes.retain(|mistake| mistake != of_token);
        }
        inspection.token = Some(token);
        inspection
    }
}

/// The files that hold secrets: those of the token, of the keys and of the database's password.
pub(super) fn secret_files(file: &Path, settings: &Settings, environment: &Environment) -> Vec<SecretFile> {
    let mut files = Vec::new();
    let mut add = |path: &Path, holds| {
        if path.exists() {
            let path = path.to_owned();
            files.push(SecretFile { path, holds });
        }
    };
    let in_dotenv: [(&[&str], _); 4] = [
        (&[TOKEN], "the bot's token"),
        (&[WEB_TOKEN], "the status page's token"),
        (&[S3_SECRET, S3_SESSION_TOKEN], "the keys of the bucket"),
        (&[DATABASE_URL], "the database's password"),
    ];
    if let Some((_, holds)) = in_dotenv
        .into_iter()
        .find(|(names, _)| environment.dotenv_names(names))
    {
        add(Path::new(".env"), holds);
    }
    for (file, holds) in [
        (&settings.discord.token_file, "the bot's token"),
        (&settings.web.token_file, "the status page's token"),
    ] {
        if !file.as_os_str().is_empty() {
            add(file, holds);
        }
    }
    // The file is looked at by itself: the environment may have gone before it.
    let written = std::fs::read_to_string(file)
        .ok()
        .and_then(|text| toml::from_str::<Settings>(&text).ok());
    if written.is_some_and(|written| database::holds_password(&written.database)) {
        add(file, "the database's password");
    }
    files
}
