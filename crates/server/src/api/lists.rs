//! The register as a list.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use zongheng_core::matter::{self, FieldFault, Kin, keys_of};
use zongheng_core::search::Wanted;
use zongheng_store::{Filter, Order};

use super::acts::page_size;
use super::caller::Caller;
use super::problem::Problem;
use super::shape::{Frame, MatterRow};
use crate::app::Shared;

/// The filters that lists and counts share.
#[derive(Debug, Default, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    pub state: Option<String>,
    pub owner: Option<String>,
    pub lead: Option<String>,
    /// A unit with any share.
    pub unit: Option<String>,
    pub division: Option<String>,
    pub category: Option<String>,
    pub source: Option<String>,
    pub lamp: Option<String>,
    /// Due at this moment or later.
    pub due_after: Option<String>,
    pub due_before: Option<String>,
    /// Words, at most 100 characters: all of them are found in the numbers, the place names or the texts that
    /// everybody may read who sees the matter in full. What was recorded is found within a second.
    pub q: Option<String>,
    /// due (default), newest, oldest, updated.
    pub order: Option<String>,
    pub limit: Option<u32>,
    pub after: Option<String>,
    /// Counts only: state, owner, lead, division, category, lamp.
    pub by: Option<String>,
    /// Files only: xlsx, csv, jsonl, geojson.
    pub format: Option<String>,
    /// Files only, the columns of a table: register (default), hotline, tasks.
    pub layout: Option<String>,
    /// Files only, the letters of CSV: utf-8 (default), gb18030.
    pub encoding: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ListOut {
    items: Vec<MatterRow>,
    next: Option<String>,
    /// Only with `q`, and only where there are any: acts that are not searched yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    unsearched: Option<i64>,
}

/// A word of a query read as what it means; an empty one is none.
fn read<T: std::str::FromStr>(
    name: &str,
    text: Option<&String>,
    wanted: impl FnOnce() -> String,
    faults: &mut Vec<FieldFault>,
) -> Option<T> {
    let text = text.filter(|t| !t.is_empty())?;
    let parsed = text.parse().ok();
    if parsed.is_none() {
        faults.push(FieldFault::new(name, format!("{} is wanted here", wanted())));
    }
    parsed
}

impl ListQuery {
    /// The filter, or everything wrong with the query.
    pub fn filter(&self) -> Result<Filter, Problem> {
        let mut faults = Vec::new();
        let text = |t: &Option<String>| t.clone().filter(|t| !t.is_empty());
        let lamps = zongheng_core::matter::Lamp::ALL;
        let lamp = text(&self.lamp).and_then(|name| {
            let lamp = lamps.into_iter().find(|l| l.name() == name);
            if lamp.is_none() {
                faults.push(FieldFault::new("lamp", "green, yellow, red, paused, done or none"));
            }
            lamp
        });
        let q = text(&self.q).filter(|q| !q.trim().is_empty()).and_then(|q| {
            q.parse::<Wanted>().map_err(|e| faults.push(FieldFault::new("q", e.to_string()))).ok()
        });
        let states =
            || format!("one of {}", matter::State::ALL.map(matter::State::name).join(", "));
        let state = read("state", self.state.as_ref(), states, &mut faults);
        let (unit, time) = (|| "the id of a unit".to_owned(), || "a time".to_owned());
        let filter = Filter {
            state,
            owner: read("owner", self.owner.as_ref(), unit, &mut faults),
            owner_post: None,
            lead: read("lead", self.lead.as_ref(), unit, &mut faults),
            unit: read("unit", self.unit.as_ref(), unit, &mut faults),
            division: text(&self.division).map(|t| t.as_str().into()),
            category: text(&self.category).map(|t| t.as_str().into()),
            source: text(&self.source),
            lamp,
            due_after: read("due_after", self.due_after.as_ref(), time, &mut faults),
            due_before: read("due_before", self.due_before.as_ref(), time, &mut faults),
            q,
        };
        if faults.is_empty() { Ok(filter) } else { Err(Problem::invalid(&faults)) }
    }

    /// Lists and counts are no files.
    pub fn is_of_no_file(&self) -> Result<(), Problem> {
        for (name, given) in
            [("format", &self.format), ("layout", &self.layout), ("encoding", &self.encoding)]
        {
            if given.is_some() {
                let what = "only /api/v1/matters/export gives a file";
                return Err(Problem::field(name, what));
            }
        }
        Ok(())
    }

    pub fn order(&self) -> Result<Order, Problem> {
        match self.order.as_deref() {
            None | Some("" | "due") => Ok(Order::Due),
            Some("newest") => Ok(Order::Newest),
            Some("oldest") => Ok(Order::Oldest),
            Some("updated") => Ok(Order::Updated),
            Some(_) => Err(Problem::field("order", "due, newest, oldest or updated")),
        }
    }
}

/// The matters that the caller may see.
#[utoipa::path(get, path = "/api/v1/matters", tag = "matters", params(ListQuery),
    responses((status = 200, body = ListOut), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 422, body = Problem)),
    security(("token" = [])))]
pub(super) async fn list(
    State(app): State<Shared>,
    caller: Caller,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Json<ListOut>, Problem> {
    let Query(query) = query.map_err(|e| Problem::field("query", e.body_text()))?;
    if query.by.is_some() {
        return Err(Problem::field("by", "only counts are by something"));
    }
    query.is_of_no_file()?;
    let (filter, order) = (query.filter()?, query.order()?);
    let limit = page_size(query.limit, 50)?;
    let county = app.county().await?;
    let actor = caller.actor(&county, app.now());
    let after = query.after.as_deref().filter(|a| !a.is_empty());
    let page = app.store.list(&app.code, &keys_of(&actor), &filter, order, after, limit).await?;
    let ids: Vec<_> = page
        .rows
        .iter()
        .flat_map(|r| [Some(r.matter.title), r.matter.place.address])
        .flatten()
        .collect();
    let texts = app.store.texts(&app.code, &ids).await?;
    let now = app.store.head(&app.code).await?.ticked_to();
    let frame = Frame { county: &county, texts: &texts, now, kin: Kin::NONE };
    let items = page.rows.iter().map(|r| frame.row(&r.matter, r.lamp)).collect();
    let behind = match filter.q {
        Some(_) => app.store.unsearched(&app.code).await?,
        None => 0,
    };
    Ok(Json(ListOut { items, next: page.next, unsearched: (behind > 0).then_some(behind) }))
}
