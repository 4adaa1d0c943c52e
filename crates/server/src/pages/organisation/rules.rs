//! `/rules`: every rule with its strength, whose decision allows it, and where it comes from.

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use zongheng_core::rules::{Rule, Strength};
use zongheng_core::ruling::may_consult;

use super::super::reader::{Answer, Member, Reader};
use super::super::view::{RuleGroup, RuleRow, Rules};
use super::super::words::Words;
use super::frame;
use crate::api::problem::Problem;
use crate::app::Shared;

pub(super) const HERE: &str = "/rules";

pub(super) fn router() -> Router<Shared> {
    Router::new().route(HERE, get(list))
}

async fn list(Member(r): Member) -> Answer {
    let w = r.w;
    if !may_consult(&r.actor) {
        return Err(r.problem_with(&Problem::not_yours(""), w.t("ask.no_post").to_owned()));
    }
    let groups =
        [(Strength::Stop, "stop"), (Strength::Decision, "decision"), (Strength::Warn, "warn")];
    let groups = groups.map(|(strength, key)| {
        let rules = Rule::ALL.iter().filter(|rule| rule.strength() == strength);
        RuleGroup {
            id: key,
            title: w.name("rule_group", key),
            note: w.name("rule_note", key),
            rows: rules.map(|rule| row(&r, *rule)).collect(),
        }
    });
    let frame = frame(&r, HERE, w.t("rules.title")).await?;
    Ok(Rules { frame, groups: groups.to_vec() }.into_response())
}

fn row(r: &Reader, rule: Rule) -> RuleRow {
    let by: Vec<String> = rule.allowed_by().iter().map(|role| r.w.role(*role)).collect();
    RuleRow {
        words: if r.w.zh() { rule.zh() } else { rule.en() },
        allowed_by: by.join(r.w.t("join.list")),
        source: if r.w.zh() { source(r.w, rule.source()) } else { source(r.w, &rule.source_en()) },
    }
}

/// Where a rule comes from: papers of this register by what they are, laws and notices by their names.
fn source(w: Words, source: &str) -> String {
    let own = [
        ("DESIGN ", "rule_source.design"),
        ("CONTRACT ", "rule_source.contract"),
        ("DOMAIN ", "rule_source.domain"),
        ("PLAYBOOKS ", "rule_source.playbooks"),
    ];
    let part = |part: &str| {
        let found = own.iter().find_map(|(name, key)| Some((part.strip_prefix(name)?, *key)));
        let Some((rest, key)) = found else { return part.to_owned() };
        let said = w.find(key).unwrap_or_default();
        let (section, more) = rest.split_once([' ', ',']).unwrap_or((rest, ""));
        if section.parse::<u8>().is_err() {
            return format!("{} {rest}", said.replace("{n}", ""));
        }
        let more = more.trim();
        let more = if more == "acts × states" { w.t("rule_source.table") } else { more };
        format!("{} {more}", said.replace("{n}", section)).trim().to_owned()
    };
    source.split("; ").map(part).collect::<Vec<_>>().join(w.t("join.semicolon"))
}
