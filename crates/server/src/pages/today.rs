//! The first page after sign-in: what is due, what waits for this post, what was given to others.

use axum::Router;
use axum::extract::RawQuery;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use jiff::civil::{Date, Time};
use zongheng_core::matter::{Lamp as Colour, Matter, State, keys_of};
use zongheng_core::time::At;
use zongheng_store::{By, Filter, Order, Row as Listed};

use super::form::{Form, encoded};
use super::matter::{due_by_hand, likely_act};
use super::reader::{Answer, Member, Reader, href, short_no};
use super::register::titles;
use super::view::{DayGroup, First, Lamp, LampKind, Link, Moment, Number, Row, Section, Today};
use crate::app::Shared;

/// Rows of a list on this page.
const SHOWN: usize = 8;
/// Matters looked at for what waits for this post.
const LOOKED: u32 = 200;
/// States in which something may be asked for; to leave a matter out of the rates also when it is closed.
const ASKED_IN: [State; 6] = [
    State::Dispatched,
    State::Handling,
    State::Suspended,
    State::Shelved,
    State::Verified,
    State::SignedOff,
];

pub(super) fn router() -> Router<Shared> {
    Router::new().route("/", get(start)).route("/today", get(today))
}

async fn start(r: Reader) -> Redirect {
    Redirect::to(if r.caller.is_some() { "/today" } else { "/report" })
}

struct Lists<'a> {
    r: &'a Reader,
}

impl Lists<'_> {
    async fn of(&self, filter: &Filter, order: Order, limit: u32) -> Result<Vec<Listed>, Response> {
        let r = self.r;
        let keys = keys_of(&r.actor);
        let page = r.app.store.list(&r.app.code, &keys, filter, order, None, limit).await;
        Ok(r.kept(page)?.rows)
    }

    async fn count(&self, filter: &Filter) -> Result<u64, Response> {
        let r = self.r;
        let keys = keys_of(&r.actor);
        let counts = r.kept(r.app.store.counts(&r.app.code, &keys, By::Lamp, filter).await)?;
        Ok(counts.iter().map(|c| u64::try_from(c.n).unwrap_or(0)).sum())
    }

    fn lamp(&self, listed: &Listed) -> Lamp {
        let due = listed.matter.next().map(|d| d.due);
        Lamp::new(self.r.w, LampKind::named(listed.lamp.name()), due, self.r.as_of)
    }

    fn place(&self, m: &Matter) -> String {
        let code = m.place.township.as_ref().unwrap_or(&m.place.division);
        self.r.division(code)
    }

    fn owner(&self, m: &Matter) -> Option<String> {
        m.owner.map(|owner| self.r.unit(owner.unit))
    }

    fn row(&self, listed: &Listed, title: &str, sub: Vec<String>, act: Option<&str>) -> Row {
        Row {
            href: href(&listed.matter.no),
            title: title.to_owned(),
            lamp: self.lamp(listed),
            sub,
            act: act.map(|act| self.r.w.act(act)),
        }
    }

    /// What waits for this very post, the most urgent first, with the act that is asked for.
    async fn mine(&self) -> Result<Vec<(Listed, &'static str)>, Response> {
        let r = self.r;
        let Some(unit) = r.actor.unit else { return Ok(Vec::new()) };
        let waits = |m: &Matter| m.requests.iter().any(|q| q.waits(r.acting_at));
        let own = Filter { owner: Some(unit), ..Filter::default() };
        let mut listed = self.of(&own, Order::Due, LOOKED).await?;
        // Requests that wait for a decision stand beside the owner's own deadlines, and an assisting
        // unit's share beside the lead's.
        let share = Filter { unit: Some(unit), ..Filter::default() };
        listed.extend(self.of(&share, Order::Due, LOOKED).await?);
        for state in ASKED_IN {
            let asked = Filter { state: Some(state), ..Filter::default() };
            let found = self.of(&asked, Order::Updated, LOOKED).await?;
            listed.extend(found.into_iter().filter(|l| waits(&l.matter)));
        }
        let mut seen = std::collections::BTreeSet::new();
        listed
            .retain(|l| (l.matter.state.is_open() || waits(&l.matter)) && seen.insert(l.matter.id));
        let mut mine: Vec<(Listed, &'static str)> = listed
            .into_iter()
            .filter_map(|l| likely_act(r, &l.matter).map(|act| (l, act)))
            .collect();
        mine.sort_by_key(|(l, act)| {
            let decide_by = l
                .matter
                .requests
                .iter()
                .filter(|q| q.waits(r.acting_at))
                .map(|q| q.decide_by)
                .min();
            let due = l.matter.next().map(|d| d.due);
            (if *act == "decide" { decide_by.or(due) } else { due }, l.matter.no.clone())
        });
        Ok(mine)
    }

    /// Matters by the moment at which they are due.
    async fn by_moment(&self, soon: &[Listed]) -> Result<Vec<DayGroup>, Response> {
        let (r, w) = (self.r, self.r.w);
        let mut groups: Vec<(At, DayGroup)> = Vec::new();
        for (l, title) in soon.iter().zip(titles(r, soon).await?) {
            let Some(due) = l.matter.next().map(|d| d.due) else { continue };
            let sub = [short_no(&l.matter.no), self.place(&l.matter)]
                .into_iter()
                .chain(self.owner(&l.matter))
                .chain([w.state(l.matter.state.name())])
                .collect();
            let row = self.row(l, &title, sub, None);
            if let Some((_, group)) = groups.last_mut().filter(|(at, _)| *at == due) {
                group.rows.push(row);
            } else {
                groups.push((due, DayGroup { when: Moment::near(w, due, r.now), rows: vec![row] }));
            }
        }
        Ok(groups.into_iter().map(|(_, group)| group).collect())
    }

    /// What this unit gave to others and waits for.
    async fn waiting(&self) -> Result<Vec<Listed>, Response> {
        let Some(unit) = self.r.actor.unit else { return Ok(Vec::new()) };
        let listed = self.of(&Filter::default(), Order::Due, LOOKED).await?;
        Ok(listed
            .into_iter()
            .filter(|l| {
                let m = &l.matter;
                let elsewhere = m.owner.is_some_and(|owner| owner.unit != unit);
                elsewhere
                    && m.state.is_open()
                    && (m.desk.unit == unit || m.share_of(unit).is_some())
            })
            .collect())
    }
}

fn midnight(date: Date) -> At {
    At::on(date, Time::midnight())
}

#[expect(clippy::too_many_lines, reason = "one page, filled from top to bottom")]
async fn today(Member(r): Member, RawQuery(query): RawQuery) -> Answer {
    let w = r.w;
    let query = Form::of_query(query.as_deref()).map_err(|p| r.problem(&p))?;
    let lists = Lists { r: &r };
    let date = r.now.date();
    let tomorrow = date.tomorrow().unwrap_or(date);
    let after = tomorrow.tomorrow().unwrap_or(tomorrow);
    let red = Filter { lamp: Some(Colour::Red), ..Filter::default() };
    let due_by = |from: At, before: At| Filter {
        due_after: Some(from),
        due_before: Some(before),
        ..Filter::default()
    };
    let overdue = lists.count(&red).await?;
    let longest = lists.of(&red, Order::Due, 1).await?;
    let longest =
        longest.first().and_then(|l| l.matter.next()).map(|d| r.as_of.seconds_since(d.due));
    let today = due_by(midnight(date), midnight(tomorrow));
    let due_today = lists.count(&today).await?;
    let due_tomorrow = lists.count(&due_by(midnight(tomorrow), midnight(after))).await?;
    let soon = lists.of(&due_by(midnight(date), midnight(after)), Order::Due, 12).await?;
    let mine = lists.mine().await?;
    let mine_today = mine
        .iter()
        .filter(|(l, _)| {
            let due = l.matter.next().map(|d| d.due);
            due.is_some_and(|due| due >= midnight(date) && due < midnight(tomorrow))
        })
        .count();
    let owned = match r.actor.unit {
        Some(unit) => {
            Some((unit, lists.count(&Filter { owner: Some(unit), ..Filter::default() }).await?))
        }
        None => None,
    };
    let waiting = lists.waiting().await?;

    let mine_titles = titles(&r, &mine.iter().map(|(l, _)| l.clone()).collect::<Vec<_>>()).await?;
    let first = mine.first().zip(mine_titles.first()).map(|((l, act), title)| First {
        href: href(&l.matter.no),
        title: title.clone(),
        act: w.act(act),
        sub: vec![short_no(&l.matter.no), lists.place(&l.matter), w.state(l.matter.state.name())],
        lamp: lists.lamp(l).big(),
        due: l.matter.next().map(|d| Moment::near(w, d.due, r.now)),
    });
    let mine_rows = mine.iter().zip(&mine_titles).take(SHOWN).map(|((l, act), title)| {
        let request = l.matter.requests.iter().find(|q| q.waits(r.acting_at) && *act == "decide");
        let sub = match request {
            Some(request) => vec![lists.place(&l.matter), due_by_hand(&r, request)],
            None => vec![lists.place(&l.matter), w.state(l.matter.state.name())],
        };
        lists.row(l, title, sub, Some(act))
    });
    let waiting_titles = titles(&r, &waiting).await?;
    let waiting_rows = waiting.iter().zip(&waiting_titles).take(SHOWN).map(|(l, title)| {
        let stage = l.matter.next().map(|d| w.stage(&d.stage.to_string()));
        let sub = lists.owner(&l.matter).into_iter().chain(stage).collect();
        lists.row(l, title, sub, None)
    });
    let due = lists.by_moment(&soon).await?;
    let span = |from: At, to: At| {
        let text = |at: At| encoded(&at.to_string());
        format!("/matters?due_after={}&due_before={}", text(from), text(to))
    };
    let all = due_today + due_tomorrow;
    let mut frame = r.work_frame(Section::Today, w.t("nav.today")).await?;
    "/today".clone_into(&mut frame.here);
    if query.first("done") == Some("password") {
        frame.done = Some(w.t("done.password").to_owned());
    }
    let (mine_n, mine_href) =
        owned.map_or((0, "/matters".to_owned()), |(unit, n)| (n, format!("/matters?owner={unit}")));
    let view = Today {
        frame,
        date: w.day(date, date),
        day_note: day_note(&r),
        first,
        overdue: Number {
            n: overdue,
            href: "/matters?lamp=red".to_owned(),
            note: match longest.filter(|_| overdue > 0) {
                Some(seconds) => w.a("today.longest", w.span(seconds)),
                None => w.t("today.none_overdue").to_owned(),
            },
        },
        due_today: Number {
            n: due_today,
            href: span(midnight(date), midnight(tomorrow)),
            note: w.n("today.tomorrow_more", due_tomorrow),
        },
        mine_count: Number {
            n: mine_n,
            href: mine_href.clone(),
            note: w.n("today.mine_today", mine_today),
        },
        due,
        all_due: (all > 0)
            .then(|| Link::new(span(midnight(date), midnight(after)), w.n("today.all_due", all))),
        all_mine: (mine_n > 0).then(|| Link::new(mine_href, w.n("today.all_mine", mine_n))),
        mine: mine_rows.collect(),
        all_waiting: None,
        waiting: waiting_rows.collect(),
    };
    Ok(view.into_response())
}

/// Whether office is open today, and what tomorrow is.
fn day_note(r: &Reader) -> String {
    let (w, calendar, date) = (r.w, &r.county.calendar, r.now.date());
    let weekend =
        matches!(date.weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday);
    let today = if calendar.day(date).working {
        let until = w.a("today.open_until", w.clock(calendar.closing(date)));
        if weekend { format!("{} · {until}", w.t("today.make_up")) } else { until }
    } else {
        w.t("today.rest_day").to_owned()
    };
    let works = calendar.day(date.tomorrow().unwrap_or(date)).working;
    let tomorrow = w.t(if works { "today.tomorrow_works" } else { "today.tomorrow_rests" });
    w.ab("join.two", today, tomorrow)
}
