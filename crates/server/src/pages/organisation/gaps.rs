//! `/organisation/gaps`: posts that nobody holds, sheets not signed, grids without a chief; counted by
//! township and department, then a unit's own list.

use axum::Router;
use axum::extract::RawQuery;
use axum::response::IntoResponse;
use axum::routing::get;
use jiff::civil::Date;
use zongheng_core::ids::{PostId, UnitId};
use zongheng_core::organisation::{Gap, GapCount, NoChief};
use zongheng_core::ruling::{GapsSeen, gaps_seen};

use super::super::form::Form;
use super::super::reader::{Answer, Member, Reader};
use super::super::view::{Field, GapGroup, GapRow, Gaps, Kind, Link, Tag, TagKind};
use super::{address, answerer, day_of, frame, post_in_words};
use crate::api::gaps::{gap_cursor, read_gap_cursor};
use crate::api::problem::Problem;
use crate::app::Shared;

pub(super) const HERE: &str = "/organisation/gaps";

/// Gaps on a page.
const PAGE: usize = 50;

pub(super) fn router() -> Router<Shared> {
    Router::new().route(HERE, get(list))
}

async fn list(Member(r): Member, RawQuery(query): RawQuery) -> Answer {
    let (w, today) = (r.w, r.now.date());
    let organisation = &r.county.organisation;
    let Some(seen) = gaps_seen(&r.actor, organisation, today) else {
        return Err(r.problem_with(&Problem::not_yours(""), w.t("gaps.not_yours").to_owned()));
    };
    let query = Form::of_query(query.as_deref()).map_err(|p| r.problem(&p))?;
    let (date, _) = day_of(&r, &query, "date");
    let all = organisation.gaps(date, &|unit| seen.holds(unit, organisation, date));
    let counts = organisation.gap_counts(&all, date);
    let asked: Option<UnitId> = match query.trimmed("unit") {
        Some(text) => Some(text.parse().map_err(|_| r.problem(&Problem::unknown()))?),
        None => None,
    };
    // Who sees one group only sees its list at once, under the own unit's name.
    let chosen = asked.or(match (counts.as_slice(), seen) {
        ([_], GapsSeen::Within(own)) => Some(own),
        ([only], GapsSeen::All) => Some(only.unit),
        _ => None,
    });
    let day = date.to_string();
    let day = Some(day.as_str()).filter(|_| date != today);
    let here = |unit: Option<UnitId>, after: Option<&str>| {
        let unit = unit.map(|unit| unit.to_string());
        address(HERE, &[("unit", unit.as_deref()), ("date", day), ("after", after)])
    };
    let total = |of: fn(&GapCount) -> usize| counts.iter().map(of).sum::<usize>();
    let mut view = Gaps {
        frame: frame(&r, &r.here, w.t("gaps.title")).await?,
        day: Field {
            filter: true,
            ..Field::new(w, "gaps", "date", Kind::Day).value(date.to_string())
        },
        unit: asked.map(|unit| unit.to_string()),
        chosen: None,
        back: (asked.is_some() && counts.len() > 1)
            .then(|| Link::new(here(None, None), w.t("gaps.all"))),
        totals: [total(|c| c.sheets), total(|c| c.vacant), total(|c| c.chiefless)],
        groups: Vec::new(),
        rows: Vec::new(),
        next: None,
        start: None,
    };
    let Some(unit) = chosen else {
        let group = |count: &GapCount| GapGroup {
            link: Link::new(here(Some(count.unit), None), r.unit(count.unit)),
            numbers: [count.sheets, count.vacant, count.chiefless],
        };
        view.groups = counts.iter().map(group).collect();
        return Ok(view.into_response());
    };
    let under = |gap: &Gap| organisation.gap_is_under(gap.unit(), unit, date);
    let known = organisation.units.contains_key(&unit);
    if !known || !(all.iter().any(under) || seen.holds(unit, organisation, date)) {
        return Err(r.problem(&Problem::unknown()));
    }
    let after = query.trimmed("after");
    let begin = after.map(read_gap_cursor).transpose().map_err(|p| r.problem(&p))?;
    let listed = all.iter().filter(|gap| under(gap));
    let of_unit: Vec<Gap> = listed.copied().collect();
    view.totals = sums(&of_unit);
    let mut rest: Vec<&Gap> =
        of_unit.iter().filter(|gap| begin.is_none_or(|begin| begin < gap.key())).collect();
    let more = rest.len() > PAGE;
    rest.truncate(PAGE);
    view.next =
        rest.last().filter(|_| more).map(|gap| here(Some(unit), Some(&gap_cursor(gap.key()))));
    view.start = after.is_some().then(|| here(Some(unit), None));
    view.rows = rest.into_iter().map(|gap| row(&r, gap, date)).collect();
    view.chosen = Some(r.unit(unit));
    Ok(view.into_response())
}

fn sums(gaps: &[Gap]) -> [usize; 3] {
    let mut sums = [0; 3];
    for gap in gaps {
        match gap {
            Gap::Sheets { n, .. } => sums[0] += n,
            Gap::Vacant(_) => sums[1] += 1,
            Gap::Chiefless { .. } => sums[2] += 1,
        }
    }
    sums
}

/// The grids of a grid post, by which posts of one name are told apart.
fn grids(r: &Reader, post: PostId) -> Option<String> {
    let organisation = &r.county.organisation;
    let grids = organisation.posts.get(&post)?.grids.iter();
    let names =
        grids.filter_map(|grid| organisation.grids.get(grid)).map(|grid| grid.name.as_str());
    let names: Vec<&str> = names.collect();
    (!names.is_empty()).then(|| names.join(r.w.t("join.list")))
}

fn row(r: &Reader, gap: &Gap, date: Date) -> GapRow {
    let w = r.w;
    let since = |day: Date| w.a("gaps.since", w.day_short(day, r.now.date()));
    match gap {
        Gap::Sheets { post, since: day, n, .. } => GapRow {
            tag: Tag::of(TagKind::Late, w.t("gaps.sheet")),
            title: post_in_words(r, *post),
            sub: grids(r, *post)
                .into_iter()
                .chain([since(*day), w.n("gaps.sheets_open", n)])
                .collect(),
            link: Some(Link::new(format!("/organisation/sheets/{post}"), w.t("gaps.open"))),
        },
        Gap::Vacant(vacancy) => GapRow {
            tag: Tag::of(TagKind::Near, w.t("gaps.vacant")),
            title: post_in_words(r, vacancy.post),
            sub: grids(r, vacancy.post)
                .into_iter()
                .chain([
                    since(vacancy.since),
                    vacancy.answered.map_or_else(
                        || w.t("gaps.nobody_answers").to_owned(),
                        |by| answerer(r, "gaps.answers", by),
                    ),
                ])
                .collect(),
            link: None,
        },
        Gap::Chiefless { grid, unit, why } => {
            let organisation = &r.county.organisation;
            let grid = organisation.grid(*grid, date);
            let name = grid.map_or_else(String::new, |g| w.ab("join.two", &g.name, &g.code));
            let why = match why {
                NoChief::NoPost => w.t("gaps.no_chief_post"),
                NoChief::Nobody => w.t("gaps.no_chief"),
            };
            GapRow {
                tag: Tag::new(w.t("gaps.grid")),
                title: name,
                sub: vec![r.unit(*unit), why.to_owned()],
                link: None,
            }
        }
    }
}
