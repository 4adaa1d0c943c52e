//! What stands in the note below a table: which filter left these rows.

use zongheng_core::county::County;
use zongheng_core::ids::{DivisionCode, UnitId};
use zongheng_store::Filter;

use crate::pages::words::{Locale, Words};

/// The words of office sheets, whoever asks for them.
pub(super) const ZH: Words = Words::new(Locale::Zh);

/// A filter as an office says it: 环节 办理中；牵头单位 城管局.
pub(super) fn filter(filter: &Filter, county: &County) -> String {
    let unit =
        |id: UnitId| county.organisation.units.get(&id).map(|u| u.name.clone()).unwrap_or_default();
    let division = |code: &DivisionCode| {
        county.organisation.divisions.get(code).map(|d| d.name.clone()).unwrap_or_default()
    };
    let category =
        |id| county.powers.categories.get(id).map(|c| c.name.clone()).unwrap_or_default();
    let named = [
        ("环节", filter.state.map(|state| ZH.state(state.name()))),
        ("时限", filter.lamp.map(|lamp| ZH.name("lamp", lamp.name()))),
        ("地点", filter.division.as_ref().map(division)),
        ("牵头单位", filter.lead.map(unit)),
        ("现由", filter.owner.map(unit)),
        ("涉及单位", filter.unit.map(unit)),
        ("类别", filter.category.as_ref().map(category)),
        ("来源", filter.source.as_deref().map(|source| ZH.source(source))),
        ("期限不早于", filter.due_after.map(moment)),
        ("期限早于", filter.due_before.map(moment)),
        ("含", filter.q.as_ref().map(|wanted| wanted.words().collect::<Vec<_>>().join(" "))),
    ];
    let said = named.into_iter().filter_map(|(what, value)| Some(format!("{what} {}", value?)));
    let said: Vec<String> = said.collect();
    if said.is_empty() { "无，全部事项".to_owned() } else { said.join("；") }
}

/// A moment as it stands in a sheet.
pub(super) fn moment(at: zongheng_core::time::At) -> String {
    at.civil().strftime("%Y-%m-%d %H:%M").to_string()
}
