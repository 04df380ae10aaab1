//! The OpenAPI document: which routes there are, and a validator for each of their schemas.

mod close;
mod correction;
mod operation;
mod pointer;
mod template;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;
use std::rc::Rc;

use jsonschema::{Registry, Validator};
use serde_json::{Value, json};

pub use self::correction::Correction;
pub use self::operation::{Answer, Body, Operation, Parameter};
pub use self::pointer::Pointer;
pub use self::template::Template;

/// Under which name the document's own references find it. It is never fetched.
const BASE: &str = "https://openapi.invalid/document.json";

/// An OpenAPI 3.1 document (its schemas are JSON Schema 2020-12).
pub struct Document {
    routes: Vec<Route>,
    corrections: Vec<Correction>,
    root: Value,
    registry: Registry<'static>,
    /// Compiled when first asked for: the document describes ten times more than a recording touches.
    validators: RefCell<HashMap<Pointer, Rc<Validator>>>,
}

/// A path of the document.
pub struct Route {
    /// The path with its placeholders.
    pub template: Template,
    /// What can be done there, by method in capitals.
    pub operations: BTreeMap<String, Operation>,
}

/// Why a document could not be read.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// There is no file of that name: the check cannot be made, which is no mistake.
    #[error("there is no file {0}")]
    Absent(String),
    /// The file could not be read.
    #[error("cannot read {0}: {1}")]
    Io(String, std::io::Error),
    /// The file is no JSON.
    #[error("{0} is not JSON: {1}")]
    Json(String, serde_json::Error),
    /// The JSON is no OpenAPI document of version 3.1.
    #[error("not an OpenAPI 3.1 document: {0}")]
    NotOpenApi(String),
}

impl Document {
    /// Reads the document at `path`.
    ///
    /// # Errors
    /// Every variant of [`DocumentError`].
    pub fn open(path: &Path) -> Result<Self, DocumentError> {
        let name = path.display().to_string();
        let bytes = fs::read(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => DocumentError::Absent(name.clone()),
            _ => DocumentError::Io(name.clone(), error),
        })?;
        let root = serde_json::from_slice(&bytes).map_err(|error| DocumentError::Json(name, error))?;
        Self::new(root)
    }

    /// Takes a document that was already parsed.
    ///
    /// # Errors
    /// [`DocumentError::NotOpenApi`].
    pub fn new(mut root: Value) -> Result<Self, DocumentError> {
        let version = root["openapi"].as_str().unwrap_or("none");
        if !version.starts_with("3.1") {
            let told = format!("its `openapi` field should begin with 3.1, but is {version}");
            return Err(DocumentError::NotOpenApi(told));
        }
        let corrections = correction::correct(&mut root);
        close::close(&mut root);
        let routes = operation::routes(&root).map_err(DocumentError::NotOpenApi)?;
        let registry = Registry::new()
            .add(BASE, root.clone())
            .and_then(|builder| builder.prepare())
            .map_err(|error| DocumentError::NotOpenApi(error.to_string()))?;
        Ok(Self {
            routes,
            corrections,
            root,
            registry,
            validators: RefCell::default(),
        })
    }

    /// The route that `path` (decoded, without the API's prefix) belongs to. Where several fit, as `/users/@me` fits
    /// `/users/{user_id}` too, the one with the earlier fixed segment.
    pub fn route(&self, path: &[String]) -> Option<&Route> {
        let fitting = self.routes.iter().filter(|route| route.template.fits(path));
        fitting.max_by(|a, b| a.template.cmp_precision(&b.template))
    }

    /// Where the document was not believed.
    pub fn corrections(&self) -> &[Correction] {
        &self.corrections
    }

    /// The schema at `pointer`.
    pub fn schema(&self, pointer: &Pointer) -> &Value {
        pointer::follow(&self.root, pointer).map_or(&Value::Null, |(_, schema)| schema)
    }

    /// The validator of the schema at `pointer`.
    ///
    /// # Panics
    /// When the document's schema is not a valid one: nothing could be said about anything then.
    pub fn validator(&self, pointer: &Pointer) -> Rc<Validator> {
        if let Some(known) = self.validators.borrow().get(pointer) {
            return Rc::clone(known);
        }
        let mut schema = json!({ "$ref": format!("{BASE}#{}", pointer.to_fragment()) });
        close::close_here(&mut schema, self.schema(pointer), &self.root);
        let compiled = jsonschema::options()
            .with_registry(&self.registry)
            .with_format("snowflake", |text: &str| text.parse::<u64>().is_ok())
            .with_format("nonce", |text: &str| text.chars().count() <= 25)
            .should_validate_formats(true)
            .offline()
            .build(&schema);
        let compiled = Rc::new(
            compiled.unwrap_or_else(|error| panic!("the document's schema {pointer} is wrong: {error}")),
        );
        self.validators
            .borrow_mut()
            .insert(pointer.clone(), Rc::clone(&compiled));
        compiled
    }
}
