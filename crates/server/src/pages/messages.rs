//! `/messages`: what the reader was told of deadlines, one a morning, urgent ones apart.

use axum::Router;
use axum::extract::{Path, RawQuery};
use axum::response::IntoResponse;
use axum::routing::get;
use zongheng_core::ids::UserId;
use zongheng_core::matter::{Lamp as Colour, may_see};
use zongheng_core::time::At;
use zongheng_store::{Message, MessageKind, MessageLine, Row as Listed};

use super::form::{Form, encoded};
use super::reader::{Answer, Member, Reader, href, short_no};
use super::register::titles;
use super::view::{Lamp, LampKind, MessageRow, MessageShow, Messages, Moment, Row, Section};
use crate::api::problem::Problem;
use crate::app::Shared;

const HERE: &str = "/messages";

/// Messages or rows on a page.
const PAGE: u32 = 50;

pub(super) fn router() -> Router<Shared> {
    Router::new().route(HERE, get(list)).route("/messages/{id}", get(show))
}

fn account(r: &Reader) -> Option<UserId> {
    r.caller.as_ref().map(|caller| caller.user)
}

async fn list(Member(r): Member, RawQuery(query): RawQuery) -> Answer {
    let query = Form::of_query(query.as_deref()).map_err(|p| r.problem(&p))?;
    let Some(account) = account(&r) else { return Err(r.problem(&Problem::unknown())) };
    let before = query.trimmed("before").map(str::to_owned);
    let place = match before.as_deref() {
        None => None,
        Some(text) => Some(place_of(text).ok_or_else(|| r.problem(&Problem::malformed("before")))?),
    };
    let found = r.app.store.messages(&r.app.code, account, place, PAGE + 1).await;
    let mut found = r.kept(found)?;
    let more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let next = found
        .last()
        .filter(|_| more)
        .map(|last| format!("{HERE}?before={}", encoded(&format!("{} {}", last.at, last.id))));
    let rows = found.iter().map(|message| row(&r, message)).collect();
    let mut frame = r.work_frame(Section::Messages, r.w.t("messages.title")).await?;
    HERE.clone_into(&mut frame.here);
    let start = before.is_some().then(|| HERE.to_owned());
    Ok(Messages { frame, rows, next, start }.into_response())
}

/// `2026-10-08T09:00:00+08:00 2026-10-08`: when and which the last of the page before was.
fn place_of(text: &str) -> Option<(At, &str)> {
    let (at, id) = text.split_once(' ')?;
    Some((at.parse().ok()?, id))
}

fn row(r: &Reader, message: &Message) -> MessageRow {
    let w = r.w;
    MessageRow {
        href: format!("{HERE}/{}", encoded(&message.id)),
        title: title(r, message),
        when: Moment::of(w, message.at, r.now),
        note: ends(r, message).unwrap_or_else(|| w.n("messages.lines", message.lines)),
        fresh: message.seen.is_none(),
    }
}

fn title(r: &Reader, message: &Message) -> String {
    let key = match &message.kind {
        MessageKind::Day => return r.w.a("messages.day", r.w.day(message.at.date(), r.now.date())),
        MessageKind::Urgent => "messages.urgent",
        MessageKind::Ends(_) => "messages.ends",
    };
    r.w.t(key).to_owned()
}

/// What ends when, of a message about that.
fn ends(r: &Reader, message: &Message) -> Option<String> {
    let MessageKind::Ends(body) = &message.kind else { return None };
    let said = |key: &str| body[key].as_str().unwrap_or_default();
    let until = said("until").parse().ok().map(|date| r.w.day(date, r.now.date()));
    let post = said("post").parse().ok().and_then(|id| r.county.organisation.posts.get(&id));
    let what = match said("what") {
        "appointment" => post.map(|post| r.unit_post(post)).unwrap_or_default(),
        "delegation" => said("row").to_owned(),
        _ => said("number").to_owned(),
    };
    let key = format!("messages.ends_{}", said("what"));
    Some(r.w.ab(&key, what, until.unwrap_or_default()))
}

async fn show(Member(r): Member, Path(id): Path<String>, RawQuery(query): RawQuery) -> Answer {
    let query = Form::of_query(query.as_deref()).map_err(|p| r.problem(&p))?;
    let store = &r.app.store;
    let known = match account(&r) {
        Some(account) => {
            let found = store.open_message(&r.app.code, account, &id, r.now).await;
            r.kept(found)?.map(|message| (account, message))
        }
        None => None,
    };
    let Some((account, message)) = known else { return Err(r.problem(&Problem::unknown())) };
    let after = match query.trimmed("after") {
        None => None,
        Some(text) => Some(line_of(text).ok_or_else(|| r.problem(&Problem::malformed("after")))?),
    };
    let found = store.message_lines(&r.app.code, account, &id, after.as_ref(), PAGE + 1).await;
    let mut lines = r.kept(found)?;
    let more = lines.len() > PAGE as usize;
    lines.truncate(PAGE as usize);
    let here = format!("{HERE}/{}", encoded(&id));
    let next = lines.last().filter(|_| more).map(|last| {
        let place = format!("{} {} {}", last.due, last.matter, last.n);
        format!("{here}?after={}", encoded(&place))
    });
    let rows = rows(&r, &lines).await?;
    let mut frame = r.work_frame(Section::Messages, title(&r, &message)).await?;
    here.clone_into(&mut frame.here);
    let view = MessageShow {
        frame,
        when: Moment::of(r.w, message.at, r.now),
        says: ends(&r, &message),
        gone: lines.len() - rows.len(),
        rows,
        next,
        start: after.is_some().then_some(here),
    };
    Ok(view.into_response())
}

fn line_of(text: &str) -> Option<MessageLine> {
    let mut parts = text.splitn(3, ' ');
    let (due, matter, n) = (parts.next()?, parts.next()?, parts.next()?);
    let (due, matter, n) = (due.parse().ok()?, matter.parse().ok()?, n.parse().ok()?);
    Some(MessageLine { matter, n, rung: String::new(), due })
}

/// The deadlines that still ask for something, as they stand now and as far as the reader sees them.
async fn rows(r: &Reader, lines: &[MessageLine]) -> Result<Vec<Row>, axum::response::Response> {
    let ids = lines.iter().map(|line| line.matter).collect();
    let matters = r.kept(r.app.store.matters(&r.app.code, &ids).await)?;
    let mut shown = Vec::new();
    for line in lines {
        let Some(matter) = matters.get(&line.matter) else { continue };
        let today = r.now.date();
        if !may_see(&r.actor, matter, &r.county.organisation, today) {
            continue;
        }
        if let Some(deadline) = matter.asked(line.n, r.acting_at) {
            shown.push((matter.clone(), deadline.clone(), line.rung.as_str()));
        }
    }
    let listed: Vec<Listed> = shown
        .iter()
        .map(|(matter, ..)| Listed { matter: matter.clone(), lamp: Colour::None })
        .collect();
    let titles = titles(r, &listed).await?;
    let rows = shown.iter().zip(titles).map(|((matter, deadline, rung), title)| {
        let colour = LampKind::named(deadline.lamp(r.as_of).name());
        Row {
            href: href(&matter.no),
            title,
            lamp: Lamp::new(r.w, colour, Some(deadline.due), r.as_of),
            sub: vec![
                short_no(&matter.no),
                r.w.stage(&deadline.stage.to_string()),
                r.unit(deadline.whose),
                r.w.name("rung", rung),
            ],
            act: None,
        }
    });
    Ok(rows.collect())
}
