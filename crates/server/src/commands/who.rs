//! `zongheng who`: who gets a matter of a category at a place on a day, and why.

use std::process::ExitCode;

use jiff::civil::Date;
use serde_json::json;
use zongheng_core::ids::{CategoryId, DivisionCode, UnitId};
use zongheng_core::organisation::Organisation;
use zongheng_core::powers::words::Names;
use zongheng_core::powers::{NoPower, PowerReason, Powers, Proposal};

use super::place::{Hold, Place};
use super::{Failure, say};
use crate::{county, who};

/// The list of powers asked; the shipped one where there is no database.
#[derive(Debug, clap::Args)]
pub(crate) struct Who {
    #[command(flatten)]
    at: Place,
    /// What it is about, such as `road_bridge`.
    #[arg(long, value_name = "C")]
    category: String,
    /// Where, by its division's twelve digits.
    #[arg(long, value_name = "CODE")]
    place: String,
    /// On which day; today where left out.
    #[arg(long, value_name = "D")]
    date: Option<Date>,
    /// The answer as one JSON object.
    #[arg(long)]
    json: bool,
}

impl Who {
    pub(crate) fn run(self) -> ExitCode {
        super::run(self.answer())
    }

    async fn answer(self) -> Result<(), Failure> {
        if self.at.db.is_none() && !self.at.database_exists()? {
            let files = county::shangcheng().map_err(|faults| {
                Failure::Input(faults.iter().map(ToString::to_string).collect())
            })?;
            return self.told(&files.organisation(), &files.powers());
        }
        let (store, code) = self.at.open_county(Hold::Beside).await?;
        let county = store.county(&code).await?;
        self.told(&county.organisation, &county.powers)
    }

    fn told(&self, organisation: &Organisation, powers: &Powers) -> Result<(), Failure> {
        let date = self.date.unwrap_or_else(|| super::now().date());
        let (category, place) =
            (CategoryId::from(self.category.as_str()), DivisionCode::from(self.place.as_str()));
        let names = who::names(organisation, powers);
        match powers.proposal(organisation, &category, &place, date) {
            Ok(found) if self.json => say!("{}", who::as_json(&found, names)),
            Ok(found) => super::print(format_args!("{}", in_words(&found, names))),
            Err(none) => return Err(Failure::DoesNotHold(nobody(&none, names))),
        }
        Ok(())
    }
}

fn unit(id: UnitId, names: Names<'_>) -> String {
    let unit = names.organisation.units.get(&id);
    unit.map_or_else(|| id.to_string(), |unit| format!("{} ({})", unit.name, unit.name_en))
}

fn step(reason: &PowerReason, names: Names<'_>) -> String {
    format!("  {}\n  {}\n", names.zh(reason), names.en(reason))
}

fn in_words(found: &Proposal, names: Names<'_>) -> String {
    let assists: Vec<String> = found.assists.iter().map(|id| unit(*id, names)).collect();
    let assists = if assists.is_empty() { "—".to_owned() } else { assists.join("，") };
    let level = json!(found.level);
    let reasons: Vec<String> = found.because.iter().map(|reason| step(reason, names)).collect();
    format!(
        "牵头 lead: {}\n协办 assists: {assists}\n层级 level: {}\n时限 limit: {}\n依据 basis: {} ({})\n\
         理由 because:\n{}",
        unit(found.lead, names),
        level.as_str().unwrap_or_default(),
        found.limit,
        found.basis,
        found.basis_en,
        reasons.concat()
    )
}

fn nobody(none: &NoPower, names: Names<'_>) -> String {
    let steps: Vec<String> = who::passed(none).iter().map(|reason| step(reason, names)).collect();
    format!("{none}\n{}", steps.concat()).trim_end().to_owned()
}
