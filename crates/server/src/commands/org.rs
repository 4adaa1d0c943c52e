//! `zongheng org reorganise|hand-on|roster|appoint|powers|calendar|gaps|hand-over`: changes of the organisation, checked whole and
//! shown before they are recorded.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jiff::civil::Date;
use serde_json::json;
use zongheng_core::allowance::Allowed;
use zongheng_core::ids::PostId;
use zongheng_core::ledger::By;
use zongheng_core::organisation::files::Source;
use zongheng_core::organisation::{Fault, Gap, GapCount, HandedOver, Organisation, Sheet};
use zongheng_core::powers::{Lead, Power};
use zongheng_store::Account;

use super::place::{Hold, Place};
use super::{Failure, say, user};
use crate::changes::{self, Sort, Unchecked, login_of};
use crate::submit::Mint;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Org {
    /// One dated decision: units closed with their successors, posts, rows and grids moved.
    Reorganise(Planned),
    /// From the day of a reorganisation on: what closed units still had goes on with their successors.
    HandOn(HandOn),
    /// Who holds the posts of some units from a day on, as after an election.
    Roster(Planned),
    /// Single holders, deputies and second posts, and their ends.
    Appoint(Planned),
    /// What is new in the list of powers and the lists beside it, and what ends.
    Powers(Planned),
    /// The working days of a year, as its notice has them: what changes, and which open dates follow.
    Calendar(Planned),
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
    /// The file: TOML, of a calendar CSV.
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
            Self::Reorganise(plan) => super::run(change(plan, Sort::Reorganisation)),
            Self::HandOn(place) => super::run(hand_on(place)),
            Self::Roster(plan) => super::run(change(plan, Sort::Roster)),
            Self::Appoint(plan) => super::run(change(plan, Sort::Appointments)),
            Self::Powers(plan) => super::run(change(plan, Sort::Powers)),
            Self::Calendar(plan) => super::run(change(plan, Sort::Calendar)),
            Self::Gaps(gaps) => super::run(list(gaps)),
            Self::HandOver(signed) => super::run(hand_over(signed)),
            Self::Proposals(asked) => super::run(proposals(asked)),
            Self::Exceptions(asked) => super::run(exceptions(asked)),
        }
    }
}

/// Checks a file, shows what it changes and records it, unless it is only to be shown.
async fn change(plan: Planned, sort: Sort) -> Result<(), Failure> {
    let text = read(&plan.file)?;
    let (store, code) = plan.place.open_county(Hold::Beside).await?;
    let name = plan.file.display().to_string();
    let source = Source { name: &name, text: &text };
    let checked = match changes::check(&store, &code, sort, source, super::now()).await {
        Ok(checked) => checked,
        Err(Unchecked::Faults(faults)) => return Err(refused(&faults)),
        Err(Unchecked::Store(error)) => return Err(error.into()),
    };
    for (zh, en) in &checked.lines {
        say!("{zh}\n  {en}");
    }
    if let Some((on, moving)) = checked.moving {
        say!("{moving} 件未办结事项由承接单位接着办：{on}起运行 zongheng org hand-on");
        say!(
            "  {moving} open matters go on with the successors: from {on} on run zongheng org hand-on"
        );
    }
    for warning in &checked.warnings {
        say!("{warning}");
    }
    if plan.dry_run || checked.changes_nothing() {
        return Ok(());
    }
    let key = Mint::by_chance().key();
    let acts = checked.record_by_hand(&store, &key, super::now()).await?;
    say!("{} acts recorded", acts.len());
    Ok(())
}

async fn hand_on(given: HandOn) -> Result<(), Failure> {
    let (store, code) = given.place.open_county(Hold::Beside).await?;
    let n = store.hand_on(&code, super::now()).await?;
    say!("{n} 件事项已交承接单位\n  {n} matters handed on to the successors");
    Ok(())
}

async fn list(gaps: Gaps) -> Result<(), Failure> {
    let (store, code) = gaps.place.open_county(Hold::Beside).await?;
    let county = store.county(&code).await?;
    let accounts = store.accounts(&code).await?;
    let date = gaps.date.unwrap_or_else(|| super::now().date());
    let organisation = &county.organisation;
    let all = organisation.gaps(date, &|_| true);
    if all.is_empty() {
        say!(
            "没有空缺，没有待交接，网格都有网格长\n  no post is vacant, no sheet is open, no grid is without a chief"
        );
    }
    for count in organisation.gap_counts(&all, date) {
        let GapCount { unit, sheets, vacant, chiefless } = count;
        let name = organisation.units.get(&unit).map_or("", |unit| &unit.name);
        say!("== {name}: 待交接 {sheets}, 空缺 {vacant}, 无网格长 {chiefless}");
        let own = all.iter().filter(|gap| organisation.department_of(gap.unit(), date) == unit);
        for gap in own {
            for line in lines_of(gap, organisation, &accounts, date) {
                say!("{line}");
            }
        }
    }
    Ok(())
}

/// A gap by the names of posts; a sheet also by the post's id, by which it is signed.
fn lines_of(
    gap: &Gap,
    organisation: &Organisation,
    accounts: &[Account],
    date: Date,
) -> Vec<String> {
    let post = |id: PostId| {
        let post = organisation.post(id, date).or_else(|| organisation.posts.get(&id));
        let unit = post.and_then(|post| organisation.units.get(&post.unit));
        format!("{}{}", unit.map_or("", |unit| &unit.name), post.map_or("", |post| &post.name))
    };
    match gap {
        Gap::Sheets { post: id, .. } => {
            let line = |sheet: Sheet| {
                let leaver = login_of(accounts, sheet.leaver);
                let (ended, post) = (sheet.ended, post(*id));
                format!("待交接 not handed over since {ended}: {post}, {leaver} (--post {id})")
            };
            organisation.sheets_of(*id, date).map(line).collect()
        }
        Gap::Vacant(vacancy) => {
            let by = vacancy.answered.map_or_else(|| "—".to_owned(), |a| post(a.post));
            vec![format!("空缺 vacant since {}: {}, {by}", vacancy.since, post(vacancy.post))]
        }
        Gap::Chiefless { grid, .. } => {
            let code = organisation.grids.get(grid).map_or("", |grid| &grid.code);
            vec![format!("无网格长 no chief: {code}")]
        }
    }
}

async fn proposals(asked: Proposals) -> Result<(), Failure> {
    let (store, code) = asked.place.open_county(Hold::Beside).await?;
    let county = store.county(&code).await?;
    if county.powers.pending.is_empty() && !asked.json {
        say!("没有拟列清单的\n  no row is proposed");
    }
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
    if organisation.allowed.is_empty() && county.powers.allowed.is_empty() && !asked.json {
        say!("没有例外决定\n  no exception is allowed");
    }
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
    let open = changes::sheet_of(&county, signed.post, leaver, super::now());
    let ended = open.map_or(on, |sheet| sheet.ended);
    let signed = HandedOver { post: signed.post, leaver, taker, ended, on };
    county.organisation.may_hand_over(&signed).map_err(|no| Failure::input(no.to_string()))?;
    let key = Mint::by_chance().key();
    let bodies = changes::bodies(&[signed]);
    let entries = changes::entries(("org", "handed_over"), &bodies, &By::system(), &key);
    let acts = store.append_upon(&county, super::now(), entries, &[]).await?;
    say!("{} acts recorded", acts.len());
    Ok(())
}

fn read(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|e| Failure::Io(file.display().to_string(), e))
}

fn refused(faults: &[Fault]) -> Failure {
    Failure::Input(faults.iter().map(ToString::to_string).collect())
}
