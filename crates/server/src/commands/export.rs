//! `zongheng export matters`: the register out into a file, by the filters of the register.

use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;
use zongheng_core::ids::DivisionCode;
use zongheng_core::matter::{Key, keys_of};
use zongheng_sheets::write::Encoding;
use zongheng_store::Store;

use super::place::{Hold, Place};
use super::{Failure, end_line, progress, say, user};
use crate::api::lists::ListQuery;
use crate::exporting::{self, Asked, Format, Layout, Unexported};
use crate::importing;

/// What is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    /// The register.
    Matters,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Letters {
    #[value(name = "utf-8")]
    Utf8,
    Gb18030,
}

/// What `export` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    #[command(flatten)]
    place: Place,
    #[arg(value_enum)]
    kind: Kind,
    #[arg(long, value_enum)]
    format: Format,
    /// The file to be written; it stands only once it is whole.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The columns of a table: register where left out.
    #[arg(long, value_enum)]
    layout: Option<Layout>,
    /// The letters of a CSV file; older spreadsheets want GB18030.
    #[arg(long, value_enum, default_value = "utf-8")]
    encoding: Letters,
    /// Only what this account may see; all that is not restricted where left out.
    #[arg(long, value_name = "LOGIN")]
    user: Option<String>,
    #[command(flatten)]
    filters: Filters,
    /// Rows and SHA-256 as one JSON object.
    #[arg(long)]
    json: bool,
}

/// The filters of the register.
#[derive(Debug, clap::Args)]
struct Filters {
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
    /// The unit that has it now, by its name or id.
    #[arg(long, value_name = "UNIT")]
    owner: Option<String>,
    #[arg(long, value_name = "UNIT")]
    lead: Option<String>,
    /// A unit with any share.
    #[arg(long, value_name = "UNIT")]
    unit: Option<String>,
    /// A township or village by its code.
    #[arg(long, value_name = "CODE")]
    division: Option<String>,
    #[arg(long, value_name = "CATEGORY")]
    category: Option<String>,
    #[arg(long, value_name = "SOURCE")]
    source: Option<String>,
    /// green, yellow, red, paused, done or none.
    #[arg(long, value_name = "LAMP")]
    lamp: Option<String>,
    /// Due at this moment or later, as 2022-04-14T08:30.
    #[arg(long, value_name = "T", value_parser = super::moment)]
    due_after: Option<zongheng_core::time::At>,
    #[arg(long, value_name = "T", value_parser = super::moment)]
    due_before: Option<zongheng_core::time::At>,
    /// A number or a part of the title.
    #[arg(long, value_name = "TEXT")]
    q: Option<String>,
    /// due, newest, oldest or updated.
    #[arg(long, default_value = "due")]
    order: String,
}

impl Export {
    pub(crate) fn run(self) -> ExitCode {
        super::run(self.export())
    }

    async fn export(self) -> Result<(), Failure> {
        let Kind::Matters = self.kind;
        if self.layout.is_some() && matches!(self.format, Format::Jsonl | Format::Geojson) {
            let what = "--layout says the columns of a table: take --format csv or xlsx".to_owned();
            return Err(Failure::input(what));
        }
        let (store, code) = self.place.open_county(Hold::Beside).await?;
        if self.filters.q.is_some() {
            // Words are looked for in what a server follows; where none runs, it is behind.
            store.follow(&code).await?;
        }
        let (county, now) = (store.county(&code).await?, super::now());
        let unit = |name: &Option<String>| {
            let id = name.as_deref().map(|name| importing::unit_of(&county, name, now.date()));
            id.transpose().map(|id| id.map(|id| id.to_string())).map_err(Failure::input)
        };
        let f = &self.filters;
        let query = ListQuery {
            state: f.state.clone(),
            owner: unit(&f.owner)?,
            lead: unit(&f.lead)?,
            unit: unit(&f.unit)?,
            division: f.division.clone(),
            category: f.category.clone(),
            source: f.source.clone(),
            lamp: f.lamp.clone(),
            due_after: f.due_after.map(|at| at.to_string()),
            due_before: f.due_before.map(|at| at.to_string()),
            q: f.q.clone(),
            order: Some(f.order.clone()),
            ..ListQuery::default()
        };
        let asked = Asked {
            format: self.format,
            layout: self.layout.unwrap_or_default(),
            encoding: match self.encoding {
                Letters::Utf8 => Encoding::Utf8,
                Letters::Gb18030 => Encoding::Gb18030,
            },
            filter: query.filter().map_err(|p| told(&p))?,
            order: query.order().map_err(|p| told(&p))?,
            most: None,
        };
        let keys = self.keys(&store, &code).await?;
        let (to, told) = ((now, self.out.clone()), progress("rows"));
        let done = exporting::export(&store, (&county, &keys), &asked, to, told).await;
        end_line();
        let done = done.map_err(failure)?;
        let failed = |e| Failure::Io(self.out.display().to_string(), e);
        done.part.keep(&self.out).map_err(failed)?;
        store.close().await;
        let (rows, sha256, bytes) = (done.rows, &done.sha256, done.bytes);
        if self.json {
            let mut said = json!({
                "rows": rows, "sha256": sha256, "bytes": bytes, "as_of": done.as_of,
            });
            if self.format == Format::Geojson {
                said["without_place"] = done.without_place.into();
            }
            say!("{said}");
        } else {
            say!("行数 rows: {rows}");
            if self.format == Format::Geojson {
                say!("没有位置的 without a place: {}", done.without_place);
            }
            say!("SHA-256: {sha256}");
        }
        Ok(())
    }

    /// What may be seen: all that an account sees in any of its posts, or the county's desks.
    async fn keys(&self, store: &Store, code: &DivisionCode) -> Result<Vec<Key>, Failure> {
        let Some(login) = &self.user else { return Ok(vec![Key::County]) };
        let account = user::account(store, code, login).await?;
        let (county, now) = (store.county(code).await?, super::now());
        let posts = county.organisation.posts_of(account.id, now.date());
        let actors = posts.iter().filter_map(|(post, _)| county.actor(account.id, post.id, now));
        let mut keys: Vec<Key> = actors.flat_map(|actor| keys_of(&actor)).collect();
        keys.sort_unstable();
        keys.dedup();
        Ok(keys)
    }
}

/// Everything that is wrong with a filter.
fn told(problem: &crate::api::problem::Problem) -> Failure {
    let faults = problem.fields.iter();
    let faults = faults.flat_map(|(name, all)| all.iter().map(move |what| (name, what)));
    Failure::Input(
        faults.map(|(name, what)| format!("--{}: {what}", name.replace('_', "-"))).collect(),
    )
}

fn failure(error: Unexported) -> Failure {
    match error {
        Unexported::Store(error) => Failure::Store(error),
        Unexported::File(path, error) => Failure::Io(path.display().to_string(), error),
        other => Failure::input(other.to_string()),
    }
}
