//! How many, by what: the sums are what the lists hold.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::Serialize;
use utoipa::ToSchema;
use zongheng_core::matter::keys_of;
use zongheng_store::By;

use super::caller::Caller;
use super::lists::ListQuery;
use super::problem::Problem;
use crate::app::Shared;

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CountOut {
    /// Null where nobody is named.
    key: Option<String>,
    name: Option<String>,
    count: i64,
    /// False where only the first ten thousand were looked at.
    exact: bool,
}

/// Counts of the matters that the caller may see.
#[utoipa::path(get, path = "/api/v1/counts", tag = "matters", params(ListQuery),
    responses((status = 200, body = Vec<CountOut>), (status = 401, body = Problem), (status = 422, body = Problem)),
    security(("token" = [])))]
pub(super) async fn counts(
    State(app): State<Shared>,
    caller: Caller,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Json<Vec<CountOut>>, Problem> {
    let Query(query) = query.map_err(|e| Problem::field("query", e.body_text()))?;
    let by = match query.by.as_deref() {
        Some("state") => By::State,
        Some("owner") => By::Owner,
        Some("lead") => By::Lead,
        Some("division") => By::Division,
        Some("category") => By::Category,
        Some("lamp") => By::Lamp,
        _ => return Err(Problem::field("by", "state, owner, lead, division, category or lamp")),
    };
    query.is_of_no_file()?;
    let filter = query.filter()?;
    let county = app.county().await?;
    let actor = caller.actor(&county, app.now());
    let counted = app.store.counts(&app.code, &keys_of(&actor), by, &filter).await?;
    let name = |key: &str| match by {
        By::State | By::Lamp => Some(key.to_owned()),
        By::Owner | By::Lead => {
            let unit = key.parse().ok().and_then(|id| county.organisation.units.get(&id));
            unit.map(|u| u.name.clone())
        }
        By::Division => county.organisation.divisions.get(&key.into()).map(|d| d.name.clone()),
        By::Category => county.powers.categories.get(&key.into()).map(|c| c.name.clone()),
    };
    let out = counted.into_iter().map(|c| CountOut {
        name: c.key.as_deref().and_then(name),
        key: c.key,
        count: c.n,
        exact: c.exact,
    });
    Ok(Json(out.collect()))
}
