//! `/matters`: the register, filtered and searched, with counts that are what the lists hold.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::RawQuery;
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use zongheng_core::matter::{Key, Lamp as Colour, Matter, Part, State, keys_of};
use zongheng_core::search::{LONGEST, Unsearchable, Wanted, normal};
use zongheng_store::{By, COUNTED, Filter, Order, Page, Row};

use super::form::{Form, encoded};
use super::reader::{Answer, Member, Reader, href, short_no};
use super::view::{
    Chip, Choice, Due, Field, Lamp, LampKind, Link, Marked, Register, RegisterRow, Search, Section,
    Tag, TagKind, Total,
};
use crate::api::exports::download;
use crate::api::lists::ListQuery;
use crate::app::Shared;

/// Matters on a page.
const PAGE: u32 = 50;

/// How often the register is looked through for one page.
const LOOKS: u32 = 6;

/// Words are looked for in the texts: beyond so many of them a page says "more than".
const FOUND: i64 = 1_000;

/// Texts of a matter from which a piece is shown, and characters before what was found there.
const EXCERPTS: usize = 2;
const AROUND: usize = 12;

/// The filters of the address, in the order in which links write them.
const NAMES: [&str; 12] = [
    "q",
    "state",
    "lamp",
    "division",
    "lead",
    "owner",
    "unit",
    "category",
    "source",
    "due_after",
    "due_before",
    "order",
];

pub(super) fn router() -> Router<Shared> {
    Router::new().route("/matters", get(list)).route("/matters/export", get(export))
}

/// The list as a file: exactly what is filtered, in the order in which it is listed.
async fn export(Member(r): Member, RawQuery(query): RawQuery) -> Answer {
    let query = Form::of_query(query.as_deref()).map_err(|p| r.problem(&p))?;
    let text = |name: &str| query.first(name).map(str::to_owned);
    let (format, layout, encoding) = (text("format"), text("layout"), text("encoding"));
    let asked = ListQuery { format, layout, encoding, after: None, ..read(&query) };
    download(&r.app, &r.actor, &asked).await.map_err(|p| r.problem(&p))
}

/// Every file that the list can be had as.
fn exports(r: &Reader, query: &Form) -> Vec<Link> {
    let filters = with(query, "after", None);
    let filters = filters.split_once('?').map_or(String::new(), |(_, query)| format!("&{query}"));
    let link = |(name, parts): (&str, &str)| {
        Link::new(format!("/matters/export?{parts}{filters}"), r.w.name("export", name))
    };
    [
        ("xlsx", "format=xlsx"),
        ("hotline", "format=xlsx&layout=hotline"),
        ("tasks", "format=xlsx&layout=tasks"),
        ("csv", "format=csv"),
        ("gb18030", "format=csv&encoding=gb18030"),
        ("geojson", "format=geojson"),
        ("jsonl", "format=jsonl"),
    ]
    .map(link)
    .into()
}

/// The address of the register with one filter set or taken away.
fn with(query: &Form, name: &str, value: Option<&str>) -> String {
    let mut parts = Vec::new();
    for known in NAMES.into_iter().chain(["after"]) {
        let value =
            if known == name { value } else { query.first(known).filter(|_| known != "after") };
        if let Some(value) = value {
            parts.push(format!("{known}={}", encoded(value)));
        }
    }
    if parts.is_empty() { "/matters".to_owned() } else { format!("/matters?{}", parts.join("&")) }
}

fn read(query: &Form) -> ListQuery {
    let text = |name: &str| query.first(name).map(str::to_owned);
    ListQuery {
        state: text("state"),
        owner: text("owner"),
        lead: text("lead"),
        unit: text("unit"),
        division: text("division"),
        category: text("category"),
        source: text("source"),
        lamp: text("lamp"),
        due_after: text("due_after"),
        due_before: text("due_before"),
        q: text("q"),
        order: text("order"),
        after: text("after"),
        ..ListQuery::default()
    }
}

/// A page for people: where a filter leaves out much, several looks make one, so that nobody goes on by hand for each.
async fn looked(
    r: &Reader,
    keys: &[Key],
    (filter, order): (&Filter, Order),
    after: Option<&str>,
) -> zongheng_store::Result<Page> {
    let (store, code) = (&r.app.store, &r.app.code);
    let mut page = store.list(code, keys, filter, order, after, PAGE).await?;
    // With words a look goes further by itself, and asks the index each time.
    let looks = if filter.q.is_some() { 1 } else { LOOKS };
    for _ in 1..looks {
        let wanted = PAGE.saturating_sub(u32::try_from(page.rows.len()).unwrap_or(PAGE));
        if wanted == 0 {
            break;
        }
        let Some(next) = page.next.take() else { break };
        let more = store.list(code, keys, filter, order, Some(&next), wanted).await?;
        page.rows.extend(more.rows);
        page.next = more.next;
    }
    Ok(page)
}

async fn list(Member(r): Member, RawQuery(query): RawQuery, _uri: Uri) -> Answer {
    let w = r.w;
    let query = Form::of_query(query.as_deref()).map_err(|p| r.problem(&p))?;
    let mut asked = read(&query);
    let fault = query.trimmed("q").and_then(|q| q.parse::<Wanted>().err());
    if fault.is_some() {
        asked.q = None;
    }
    let filter = asked.filter().map_err(|p| r.problem(&p))?;
    let order = asked.order().map_err(|p| r.problem(&p))?;
    // With words that nothing can be searched for by, nothing is found.
    let keys = if fault.is_some() { Vec::new() } else { keys_of(&r.actor) };
    let after = asked.after.as_deref();
    let page = r.kept(looked(&r, &keys, (&filter, order), after).await)?;
    let any_state = Filter { state: None, ..filter.clone() };
    let any_lamp = Filter { lamp: None, ..filter.clone() };
    let (store, code) = (&r.app.store, &r.app.code);
    let most = if filter.q.is_some() { FOUND } else { COUNTED };
    let counted = async |filter| {
        r.kept(store.counts_by(code, &keys, [By::State, By::Lamp], filter, most).await)
    };
    let [by_state, mut by_lamp] = counted(&any_state).await?;
    if any_lamp != any_state {
        [_, by_lamp] = counted(&any_lamp).await?;
    }
    let count = |counts: &[zongheng_store::Count], key: &str| {
        let found = counts.iter().find(|c| c.key.as_deref() == Some(key));
        found.map_or(0, |c| u64::try_from(c.n).unwrap_or(0))
    };
    let sum = |counts: &[zongheng_store::Count]| {
        counts.iter().map(|c| u64::try_from(c.n).unwrap_or(0)).sum::<u64>()
    };
    let chosen = filter.state;
    let mut states = vec![Chip {
        lamp: None,
        words: w.t("state.all").to_owned(),
        count: sum(&by_state),
        href: with(&query, "state", None),
        on: chosen.is_none(),
    }];
    states.extend(State::ALL.iter().filter_map(|state| {
        let n = count(&by_state, state.name());
        (n > 0 || chosen == Some(*state)).then(|| Chip {
            lamp: None,
            words: w.state(state.name()),
            count: n,
            href: with(&query, "state", Some(state.name())),
            on: chosen == Some(*state),
        })
    }));
    let colours = [Colour::Red, Colour::Yellow, Colour::Green, Colour::Paused, Colour::Done];
    let lamps = colours.iter().map(|colour| {
        let on = filter.lamp == Some(*colour);
        Chip {
            lamp: Some(LampKind::named(colour.name())),
            words: w.name("lamp", colour.name()),
            count: count(&by_lamp, colour.name()),
            // Pressed again, it lets go.
            href: with(&query, "lamp", (!on).then_some(colour.name())),
            on,
        }
    });
    let n = chosen.map_or_else(|| sum(&by_state), |state| count(&by_state, state.name()));
    let exact = by_state.iter().all(|c| c.exact);
    let unsearched = match filter.q {
        Some(_) => r.kept(r.app.store.unsearched(&r.app.code).await)?,
        None => 0,
    };
    let search = Search {
        q: query.first("q").unwrap_or_default().to_owned(),
        kept: kept(&query),
        fault: fault.map(|fault| match fault {
            Unsearchable::Nothing => w.t("search.nothing").to_owned(),
            Unsearchable::TooLong => w.n("search.too_long", LONGEST),
        }),
        asked: filter.q.is_some(),
        unsearched: u64::try_from(unsearched).unwrap_or(0),
        clear: with(&query, "q", None),
    };
    let view = Register {
        frame: r.work_frame(Section::Matters, w.t("register.title")).await?,
        lamps: lamps.collect(),
        states,
        filters: filters(&r, &query),
        filtered: NAMES.iter().any(|name| *name != "order" && query.first(name).is_some()),
        rows: rows(&r, &page.rows, filter.q.as_ref()).await?,
        search,
        total: Total { n, exact },
        exports: exports(&r, &query),
        next: page.next.map(|next| with(&query, "after", Some(&next))),
        start: after.is_some().then(|| with(&query, "after", None)),
    };
    Ok(view.into_response())
}

fn filters(r: &Reader, query: &Form) -> Vec<Field> {
    let w = r.w;
    let field = |name: &str, choices: Vec<Choice>| {
        Field::filter(w, name, choices).value(query.first(name).unwrap_or_default())
    };
    let named = |section: &str, names: &[&str]| -> Vec<Choice> {
        names.iter().map(|name| Choice::new(*name, w.name(section, name))).collect()
    };
    let states: Vec<&str> = State::ALL.iter().map(|s| s.name()).collect();
    let leads = r.givable(None).into_iter().flat_map(|g| g.choices).collect();
    let mut sources: Vec<String> = r
        .county
        .catalogue
        .playbooks
        .values()
        .flat_map(|(playbook, _)| playbook.sources.clone())
        .collect();
    sources.sort();
    sources.dedup();
    let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
    vec![
        field("state", named("state", &states)),
        field("lamp", named("lamp", &["red", "yellow", "green", "paused", "done"])),
        field("division", r.townships()).label(w.t("field.township")),
        field("lead", leads),
        field("category", r.categories()),
        field("source", named("source", &sources)),
        field("order", named("order", &["due", "newest", "oldest", "updated"])),
    ]
}

/// The filters that the form of the search takes along.
fn kept(query: &Form) -> Vec<(&'static str, String)> {
    let others = NAMES.into_iter().filter(|name| *name != "q");
    others.filter_map(|name| Some((name, query.first(name)?.to_owned()))).collect()
}

async fn rows(
    r: &Reader,
    rows: &[Row],
    wanted: Option<&Wanted>,
) -> Result<Vec<RegisterRow>, Response> {
    let titles = titles(r, rows).await?;
    let mut shown: Vec<RegisterRow> =
        rows.iter().zip(titles).map(|(row, title)| one(r, &row.matter, row.lamp, title)).collect();
    if let Some(wanted) = wanted {
        mark(r, rows, &mut shown, wanted).await?;
    }
    Ok(shown)
}

/// Marks what was searched for; where it is in none of the columns, with the words around it.
async fn mark(
    r: &Reader,
    rows: &[Row],
    shown: &mut [RegisterRow],
    wanted: &Wanted,
) -> Result<(), Response> {
    let mut missing = BTreeMap::new();
    for (row, shown) in rows.iter().zip(shown.iter_mut()) {
        let no = row.matter.no.clone();
        let columns = [&shown.no, &shown.title, &shown.township, &shown.village].map(Marked::plain);
        let columns: Vec<String> = columns.iter().chain([&no]).map(|text| normal(text)).collect();
        missing.extend(wanted.missing_in(&columns).map(|words| (row.matter.id, words)));
        for column in [&mut shown.no, &mut shown.title, &mut shown.township, &mut shown.village] {
            column.pieces = wanted.mark(&column.plain());
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    // The texts of those alone whose columns do not say it all.
    let ids = missing.keys().copied().collect();
    let texts = r.kept(r.app.store.searched_texts(&r.app.code, &ids).await)?;
    for (row, shown) in rows.iter().zip(shown) {
        let mut missing = missing.remove(&row.matter.id);
        for text in texts.get(&row.matter.id).into_iter().flatten() {
            let Some(words) = &missing else { break };
            if shown.found.len() == EXCERPTS {
                break;
            }
            if let Some(excerpt) = words.excerpt(text, AROUND) {
                shown.found.push(Marked { pieces: excerpt });
                missing = words.missing_in(&[normal(text)]);
            }
        }
    }
    Ok(())
}

/// The titles of matters in a list, in its order.
pub(super) async fn titles(r: &Reader, rows: &[Row]) -> Result<Vec<String>, Response> {
    let ids: Vec<_> = rows.iter().map(|row| row.matter.title).collect();
    let texts = r.kept(r.app.store.texts(&r.app.code, &ids).await)?;
    let title = |id: &zongheng_core::ids::ContentId| {
        let erased = || r.w.t("matter.erased").to_owned();
        texts.get(id).map_or_else(erased, |content| r.words_of(content))
    };
    Ok(ids.iter().map(title).collect())
}

fn one(r: &Reader, m: &Matter, colour: Colour, title: String) -> RegisterRow {
    let w = r.w;
    let township = m.place.township.as_ref();
    let village = (township != Some(&m.place.division)).then(|| r.division(&m.place.division));
    let lead = m.lead().map(|s| r.unit(s.unit));
    let assists: Vec<_> =
        m.round_shares().filter(|s| s.part == Part::Assist && s.stands()).collect();
    let done = assists.iter().filter(|s| s.answered.is_some()).count();
    let next = m.next();
    let mut tags = Vec::new();
    if m.urgent {
        tags.push(Tag::of(TagKind::Late, w.t("tag.urgent")));
    }
    if m.round > 1 {
        tags.push(Tag::new(w.n("matter.round", m.round)));
    }
    RegisterRow {
        no: Marked::of(short_no(&m.no)),
        href: href(&m.no),
        title: Marked::of(title),
        found: Vec::new(),
        tags,
        source: w.source(&m.source),
        category: r.category(m.category.as_ref()),
        township: Marked::of(township.map(|code| r.division(code)).unwrap_or_default()),
        village: Marked::of(village.unwrap_or_default()),
        lead,
        assists: (!assists.is_empty()).then_some((done, assists.len())),
        state: w.state(m.state.name()),
        lamp: Lamp::new(w, LampKind::named(colour.name()), next.map(|d| d.due), r.as_of),
        due: next.map(|d| Due::new(w, d.first_due, d.due, d.provisional, r.now)),
    }
}
