//! The answer to 归谁管 as data, for the command and the API alike.

use serde_json::{Value, json};
use zongheng_core::organisation::Organisation;
use zongheng_core::powers::words::Names;
use zongheng_core::powers::{NoPower, PowerReason, Powers, Proposal};

use crate::county::division_en;

/// By which names it is told.
pub const fn names<'a>(organisation: &'a Organisation, powers: &'a Powers) -> Names<'a> {
    Names { organisation, powers, place_en: division_en }
}

/// Who leads, who assists, within which limit and on which basis, and each step in both languages.
pub fn as_json(found: &Proposal, names: Names<'_>) -> Value {
    let name = |id| names.organisation.units.get(id).map(|unit| &unit.name);
    let name_en = |id| names.organisation.units.get(id).map(|unit| &unit.name_en);
    let mut answer = json!(found);
    answer["lead_name"] = json!(name(&found.lead));
    answer["lead_name_en"] = json!(name_en(&found.lead));
    answer["assist_names"] = found.assists.iter().map(|id| json!(name(id))).collect();
    answer["assist_names_en"] = found.assists.iter().map(|id| json!(name_en(id))).collect();
    answer["because_zh"] = found.because.iter().map(|reason| names.zh(reason)).collect();
    answer["because_en"] = found.because.iter().map(|reason| names.en(reason)).collect();
    answer
}

/// The steps that led to nobody.
pub fn passed(none: &NoPower) -> &[PowerReason] {
    match none {
        NoPower::NobodyStands { passed, .. } => passed,
        _ => &[],
    }
}
