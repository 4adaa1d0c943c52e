//! `zongheng org reorganise|hand-on|roster|gaps|hand-over`: changes of the organisation, checked whole and
//! shown before they are recorded.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jiff::civil::Date;
use serde::Serialize;
use serde_json::json;
use zongheng_core::allowance::Allowed;
use zongheng_core::county::County;
use zongheng_core::ids::{PostId, UserId};
use zongheng_core::ledger::{By, Stream};
use zongheng_core::organisation::files::Source;
use zongheng_core::organisation::{Fault, HandedOver, Roster, check, chunk};
use zongheng_core::powers::{Lead, Power};
use zongheng_core::reorganisation::{self, Before, words};
use zongheng_store::ledger::Entry;
use zongheng_store::{Account, Config, Store};

use super::found::powers_config;
use super::place::{Hold, Place};
use super::{Failure, say, user};
use crate::submit::Mint;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Org {
    /// One dated decision: units closed with their successors, posts, rows and grids moved.
    Reorganise(Planned),
    /// From the day of a reorganisation on: what closed units still had goes on with their successors.
    HandOn(HandOn),
    /// Who holds the posts of some units from a day on, as after an election.
    Roster(Planned),
    /// Posts that nobody holds, sheets not signed, grids without a chief.
    Gaps(Gaps),
    /// The sheet of a holder who went, signed by both.
    HandOver(Signed),
    /// Rows that meetings proposed for the list of powers, with what became of each.
    Proposals(Proposals),
    /// What named posts allowed although a rule that needs a decision stands against it.
    Exceptions(Proposals),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Planned {
    #[command(flatten)]
    place: Place,
    /// The plan, a TOML file.
    file: PathBuf,
    /// Shows what would change and records nothing.
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct HandOn {
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Gaps {
    #[command(flatten)]
    place: Place,
    /// On which day; today where left out.
    #[arg(long, value_name = "D")]
    date: Option<Date>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Proposals {
    #[command(flatten)]
    place: Place,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Signed {
    #[command(flatten)]
    place: Place,
    /// The post's id, as `gaps` prints it.
    #[arg(long)]
    post: PostId,
    /// The login of the one who went.
    #[arg(long)]
    leaver: String,
    /// The login of the one who takes over.
    #[arg(long)]
    taker: String,
}

impl Org {
    pub(crate) fn run(self) -> ExitCode {
        match self {
            Self::Reorganise(plan) => super::run(reorganise(plan)),
            Self::HandOn(place) => super::run(hand_on(place)),
            Self::Roster(plan) => super::run(roster(plan)),
            Self::Gaps(gaps) => super::run(list(gaps)),
            Self::HandOver(signed) => super::run(hand_over(signed)),
            Self::Proposals(asked) => super::run(proposals(asked)),
            Self::Exceptions(asked) => super::run(exceptions(asked)),
        }
    }
}

async fn reorganise(plan: Planned) -> Result<(), Failure> {
    let text = read(&plan.file)?;
    let (store, code) = plan.place.open_county(Hold::Beside).await?;
    let county = store.county(&code).await?;
    let name = plan.file.display().to_string();
    let wanted = reorganisation::read(Source { name: &name, text: &text }, &county);
    let wanted = wanted.map_err(|faults| refused(&faults))?;
    let open = store.open_matters(&code).await?;
    let before = Before {
        organisation: &county.organisation,
        powers: &county.powers,
        open: &open,
        recorded: store.head(&code).await?.last_at().date(),
    };
    let planned = reorganisation::check(&wanted, &before).map_err(|faults| refused(&faults))?;
    let decision = &planned.decision;
    let County { organisation, powers, .. } = &*county;
    let names = words::Names { organisation, powers, decision };
    for (zh, en) in names.zh().iter().zip(names.en()) {
        say!("{zh}\n  {en}");
    }
    let moving: u64 = decision.closed.iter().filter_map(|closed| open.get(&closed.unit)).sum();
    if moving > 0 {
        let on = decision.on;
        say!("{moving} 件未办结事项由承接单位接着办：{on}起运行 zongheng org hand-on");
        say!(
            "  {moving} open matters go on with the successors: from {on} on run zongheng org hand-on"
        );
    }
    for warning in &planned.warnings {
        say!("{warning}");
    }
    if plan.dry_run {
        return Ok(());
    }
    let mut configs = Vec::new();
    if decision.powers.is_some() {
        let mut after = powers.clone();
        after.reorganise(decision);
        configs.push(powers_config(&code, &after.whole()));
    }
    record(&store, &county, "reorganised", &[decision], &configs).await
}

async fn hand_on(given: HandOn) -> Result<(), Failure> {
    let (store, code) = given.place.open_county(Hold::Beside).await?;
    let n = store.hand_on(&code, super::now()).await?;
    say!("{n} 件事项已交承接单位\n  {n} matters handed on to the successors");
    Ok(())
}

async fn roster(plan: Planned) -> Result<(), Failure> {
    let text = read(&plan.file)?;
    let (store, code) = plan.place.open_county(Hold::Beside).await?;
    let county = store.county(&code).await?;
    let organisation = &county.organisation;
    let accounts = store.accounts(&code).await?;
    let by_login = |login: &str| accounts.iter().find(|a| a.login == login).map(|a| a.id);
    let name = plan.file.display().to_string();
    let wanted = Roster::read(Source { name: &name, text: &text }, &code, organisation, &by_login);
    let wanted = wanted.map_err(|faults| refused(&faults))?;
    let differences = organisation.compare(&wanted);
    let login = |id: UserId| login_of(&accounts, id);
    let lines = differences.zh(organisation, &login);
    for (zh, en) in lines.iter().zip(differences.en(organisation, &login)) {
        say!("{zh}\n  {en}");
    }
    let checked = check(organisation, &organisation.brought_about(&wanted));
    let checked = checked.map_err(|faults| refused(&faults))?;
    for warning in &checked.warnings {
        say!("{warning}");
    }
    if plan.dry_run || checked.organised.appointments.is_empty() {
        return Ok(());
    }
    record(&store, &county, "organised", &checked.organised.chunks(chunk::BODY), &[]).await
}

async fn list(gaps: Gaps) -> Result<(), Failure> {
    let (store, code) = gaps.place.open_county(Hold::Beside).await?;
    let county = store.county(&code).await?;
    let organisation = &county.organisation;
    let accounts = store.accounts(&code).await?;
    let date = gaps.date.unwrap_or_else(|| super::now().date());
    let post = |id: PostId| {
        let post = organisation.post(id, date).or_else(|| organisation.posts.get(&id));
        let unit = post.and_then(|post| organisation.units.get(&post.unit));
        let unit = unit.map_or("", |unit| &unit.name);
        format!("{id} {unit}{}", post.map_or("", |post| &post.name))
    };
    for vacancy in organisation.vacancies(date) {
        let by = vacancy.answered.map_or_else(|| "—".to_owned(), |a| login_of(&accounts, a.user));
        say!("空缺 vacant since {}: {}, {by}", vacancy.since, post(vacancy.post));
    }
    for sheet in organisation.open_sheets(date) {
        let leaver = login_of(&accounts, sheet.leaver);
        say!("待交接 not handed over since {}: {}, {leaver}", sheet.ended, post(sheet.post));
    }
    for chiefless in organisation.grids_without_chief(date) {
        let code = organisation.grids.get(&chiefless.grid).map_or("", |grid| &grid.code);
        say!("无网格长 no chief: {code}");
    }
    Ok(())
}

async fn proposals(asked: Proposals) -> Result<(), Failure> {
    let (store, code) = asked.place.open_county(Hold::Beside).await?;
    let county = store.county(&code).await?;
    for pending in county.powers.pending.values() {
        let (proposed, power) = (&pending.proposed, &pending.proposed.power);
        let state = match (&pending.adopted, &pending.refused) {
            (Some(adopted), _) => format!("列入 adopted {} {}", adopted.from, adopted.paper),
            (None, Some(_)) => "不列入 refused".to_owned(),
            (None, None) => "待决定 waiting".to_owned(),
        };
        if asked.json {
            let (adopted, refused) = (&pending.adopted, &pending.refused);
            say!("{}", json!({ "proposed": proposed, "adopted": adopted, "refused": refused }));
            continue;
        }
        let lead = match power.lead {
            Lead::Unit(unit) => county.organisation.units.get(&unit).map_or("", |u| &u.name),
            Lead::Township => "乡镇（街道） township",
            Lead::Village => "村（社区） village",
        };
        let Power { category, place, .. } = power;
        let (id, paper, on) = (&proposed.id, &proposed.paper, proposed.on);
        say!("{id} {category} {place}: {lead}; {paper} {on}; {state}");
    }
    Ok(())
}

async fn exceptions(asked: Proposals) -> Result<(), Failure> {
    let (store, code) = asked.place.open_county(Hold::Beside).await?;
    let county = store.county(&code).await?;
    let organisation = &county.organisation;
    for allowed in organisation.allowed.iter().chain(&county.powers.allowed) {
        if asked.json {
            say!("{}", json!(allowed));
            continue;
        }
        let unit = organisation.units.get(&allowed.unit).map_or("", |unit| &unit.name);
        let post = organisation.posts.get(&allowed.post).map_or("", |post| &post.name);
        let Allowed { rule, number, from, until, .. } = allowed;
        say!("{number} {rule}: {unit}; {from}–{until}; {post}");
    }
    Ok(())
}

async fn hand_over(signed: Signed) -> Result<(), Failure> {
    let (store, code) = signed.place.open_county(Hold::Beside).await?;
    let county = store.county(&code).await?;
    let leaver = user::account(&store, &code, &signed.leaver).await?.id;
    let taker = user::account(&store, &code, &signed.taker).await?.id;
    let on = super::now().date();
    let open = county.organisation.sheets_of(signed.post, on).find(|s| s.leaver == leaver);
    let ended = open.map_or(on, |sheet| sheet.ended);
    let signed = HandedOver { post: signed.post, leaver, taker, ended, on };
    county.organisation.may_hand_over(&signed).map_err(|no| Failure::input(no.to_string()))?;
    record(&store, &county, "handed_over", &[signed], &[]).await
}

/// Appends to the stream of the organisation what was checked against a county as it stands.
async fn record(
    store: &Store,
    checked: &County,
    kind: &str,
    bodies: &[impl Serialize],
    configs: &[Config],
) -> Result<(), Failure> {
    let key = Mint::by_chance().key();
    let entry = |body| Entry {
        stream: Stream::from("org"),
        kind: kind.to_owned(),
        v: 1,
        by: By::system(),
        key: key.clone(),
        body: serde_json::to_value(body).unwrap_or_default(),
        contents: Vec::new(),
    };
    let entries = bodies.iter().map(entry).collect();
    let acts = store.append_upon(checked, super::now(), entries, configs).await?;
    say!("{} acts recorded", acts.len());
    Ok(())
}

fn login_of(accounts: &[Account], id: UserId) -> String {
    let known = accounts.iter().find(|account| account.id == id);
    known.map_or_else(|| id.to_string(), |account| account.login.clone())
}

fn read(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|e| Failure::Io(file.display().to_string(), e))
}

fn refused(faults: &[Fault]) -> Failure {
    Failure::Input(faults.iter().map(ToString::to_string).collect())
}
