//! Units by name, and which grid a point lies in.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use zongheng_core::ids::{DivisionCode, GridId, UnitId};
use zongheng_core::organisation::Datum;
use zongheng_core::organisation::place::{Point, check, e7};

use super::acts::page_size;
use super::caller::Caller;
use super::problem::Problem;
use crate::app::Shared;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct UnitsQuery {
    /// Any part of a name.
    name: Option<String>,
    limit: Option<u32>,
    after: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UnitOut {
    #[schema(value_type = String)]
    id: UnitId,
    /// The division code where the unit is a division's own.
    #[schema(value_type = Option<String>)]
    code: Option<DivisionCode>,
    name: String,
    #[schema(value_type = String)]
    line: serde_json::Value,
    #[schema(value_type = Option<String>)]
    parent: Option<UnitId>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UnitsOut {
    items: Vec<UnitOut>,
    next: Option<String>,
}

/// The units that stand today.
#[utoipa::path(get, path = "/api/v1/units", tag = "organisation", params(UnitsQuery),
    responses((status = 200, body = UnitsOut), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 422, body = Problem)),
    security(("token" = [])))]
pub(super) async fn units(
    State(app): State<Shared>,
    _caller: Caller,
    query: Result<Query<UnitsQuery>, QueryRejection>,
) -> Result<Json<UnitsOut>, Problem> {
    let Query(query) = query.map_err(|e| Problem::field("query", e.body_text()))?;
    let limit = page_size(query.limit, 50)? as usize;
    let after: Option<UnitId> = match query.after.as_deref() {
        None | Some("") => None,
        Some(text) => Some(text.parse().map_err(|_| Problem::malformed("after is no cursor"))?),
    };
    let county = app.county().await?;
    let today = app.now().date();
    let mut found =
        county.organisation.units_named(query.name.as_deref().unwrap_or_default(), today);
    found.sort_by_key(|u| u.id);
    let mut rest: Vec<_> =
        found.into_iter().filter(|u| after.is_none_or(|a| u.id > a)).take(limit + 1).collect();
    let more = rest.len() > limit;
    rest.truncate(limit);
    let next = rest.last().filter(|_| more).map(|u| u.id.to_string());
    let items = rest.into_iter().map(|u| UnitOut {
        id: u.id,
        code: u.code.clone(),
        name: u.name.clone(),
        line: serde_json::json!(u.line),
        parent: u.parent,
    });
    Ok(Json(UnitsOut { items: items.collect(), next }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct GridsQuery {
    lon: f64,
    lat: f64,
    /// wgs84 (default), gcj02, bd09.
    datum: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GridOut {
    #[schema(value_type = String)]
    id: GridId,
    code: String,
    name: String,
    #[schema(value_type = String)]
    division: DivisionCode,
    /// Drawn for the demonstration.
    demo: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GridsOut {
    items: Vec<GridOut>,
    next: Option<String>,
}

/// The grid in which a point lies.
#[utoipa::path(get, path = "/api/v1/grids", tag = "organisation", params(GridsQuery),
    responses((status = 200, body = GridsOut), (status = 401, body = Problem), (status = 422, body = Problem)),
    security(("token" = [])))]
pub(super) async fn grids(
    State(app): State<Shared>,
    _caller: Caller,
    query: Result<Query<GridsQuery>, QueryRejection>,
) -> Result<Json<GridsOut>, Problem> {
    let Query(query) = query.map_err(|e| Problem::field("query", e.body_text()))?;
    let datum = match query.datum.as_deref() {
        None | Some("") => Datum::Wgs84,
        Some(text) => text.parse().map_err(|_| Problem::field("datum", "wgs84, gcj02 or bd09"))?,
    };
    let (Some(lon), Some(lat)) = (e7(query.lon), e7(query.lat)) else {
        return Err(Problem::field("lon", "longitude and latitude in degrees are wanted"));
    };
    let county = app.county().await?;
    let [lon, lat] = check(&county.organisation, Point { lon, lat, datum })
        .map_err(|outside| Problem::field("lon", outside.to_string()))?;
    let grid = county.organisation.grid_at(lon, lat, app.now().date());
    let items = grid.into_iter().map(|g| GridOut {
        id: g.id,
        code: g.code.clone(),
        name: g.name.clone(),
        division: g.division.clone(),
        demo: g.demo,
    });
    Ok(Json(GridsOut { items: items.collect(), next: None }))
}
