//! Who the caller is.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use zongheng_core::ids::{PostId, UnitId, UserId};

use super::caller::Caller;
use super::problem::Problem;
use crate::app::Shared;

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MeOut {
    #[schema(value_type = String)]
    user: UserId,
    /// The post in which the caller acts.
    #[schema(value_type = Option<String>)]
    post: Option<PostId>,
    #[schema(value_type = Option<String>)]
    unit: Option<UnitId>,
    #[schema(value_type = Vec<String>)]
    posts: Vec<PostId>,
}

/// The account, its post and unit.
#[utoipa::path(get, path = "/api/v1/me", tag = "organisation",
    responses((status = 200, body = MeOut), (status = 401, body = Problem)),
    security(("token" = [])))]
pub(super) async fn me(State(app): State<Shared>, caller: Caller) -> Result<Json<MeOut>, Problem> {
    let county = app.county().await?;
    let actor = caller.actor(&county, app.now());
    let posts = county.organisation.posts_of(caller.user, app.now().date());
    Ok(Json(MeOut {
        user: caller.user,
        post: actor.post,
        unit: actor.unit,
        posts: posts.into_iter().map(|(post, _)| post.id).collect(),
    }))
}
