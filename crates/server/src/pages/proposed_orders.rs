//! `/orders/proposed`: matters on which the supervision office may want to issue an order. The machine
//! proposes; people decide, sign and issue on the matter's own page.

use axum::Router;
use axum::extract::RawQuery;
use axum::response::IntoResponse;
use axum::routing::get;
use zongheng_core::matter::may_see;
use zongheng_core::ruling::may_read_proposed_orders;
use zongheng_store::{Proposed, Row as Listed};

use super::form::{Form, encoded};
use super::reader::{Answer, Member, Reader, href, short_no};
use super::register::titles;
use super::view::{Lamp, LampKind, Link, ProposedOrders, Row, Section};
use crate::api::problem::Problem;
use crate::app::Shared;

const HERE: &str = "/orders/proposed";

/// Matters on a page.
const PAGE: u32 = 50;

pub(super) fn router() -> Router<Shared> {
    Router::new().route(HERE, get(list))
}

/// What stands in the menu of this reader's post.
pub(super) fn links(r: &Reader) -> Vec<Link> {
    let link = || Link::new(HERE, r.w.t("proposed.title"));
    may_read_proposed_orders(&r.actor).then(link).into_iter().collect()
}

async fn list(Member(r): Member, RawQuery(query): RawQuery) -> Answer {
    if !may_read_proposed_orders(&r.actor) {
        return Err(r.problem(&Problem::unknown()));
    }
    let query = Form::of_query(query.as_deref()).map_err(|p| r.problem(&p))?;
    let after = match query.trimmed("after").map(|text| text.split_once(' ')) {
        None => None,
        Some(place) => {
            let read = place.and_then(|(at, id)| Some((at.parse().ok()?, id.parse().ok()?)));
            Some(read.ok_or_else(|| r.problem(&Problem::malformed("after")))?)
        }
    };
    let mut found = r.kept(r.app.store.proposals(&r.app.code, after, PAGE + 1).await)?;
    let more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let next = found.last().filter(|_| more).map(|last| {
        let place = format!("{} {}", last.since, last.matter.id);
        format!("{HERE}?after={}", encoded(&place))
    });
    let today = r.now.date();
    found.retain(|p| may_see(&r.actor, &p.matter, &r.county.organisation, today));
    let rows = rows(&r, &found).await?;
    let mut frame = r.work_frame(Section::None, r.w.t("proposed.title")).await?;
    HERE.clone_into(&mut frame.here);
    let start = after.is_some().then(|| HERE.to_owned());
    Ok(ProposedOrders { frame, rows, next, start }.into_response())
}

async fn rows(r: &Reader, found: &[Proposed]) -> Result<Vec<Row>, axum::response::Response> {
    let listed: Vec<Listed> = found
        .iter()
        .map(|p| Listed { lamp: p.matter.lamp(r.as_of), matter: p.matter.clone() })
        .collect();
    let titles = titles(r, &listed).await?;
    let row = |(listed, title): (&Listed, String)| {
        let matter = &listed.matter;
        let why = matter.proposed(&r.county.calendar, &r.county.organisation);
        let of = why.and_then(|why| matter.deadlines.iter().find(|d| d.n == why.n));
        let kind = LampKind::named(of.map_or(listed.lamp, |d| d.lamp(r.as_of)).name());
        let stage = of.map(|d| r.w.stage(&d.stage.to_string()));
        let whose = of.map(|d| r.unit(d.whose));
        let second = why.filter(|why| why.second).map(|_| r.w.t("proposed.second").to_owned());
        let urged = (matter.urges > 0).then(|| r.w.n("proposed.urged", matter.urges));
        let sub = [Some(short_no(&matter.no)), stage, whose, second, urged];
        Row {
            href: href(&matter.no),
            title,
            lamp: Lamp::new(r.w, kind, of.map(|d| d.due), r.as_of),
            sub: sub.into_iter().flatten().collect(),
            act: Some(r.w.act("order")),
        }
    };
    Ok(listed.iter().zip(titles).map(row).collect())
}
