//! What a cell means by the name of a unit.

use jiff::civil::Date;
use zongheng_core::county::County;
use zongheng_core::ids::UnitId;

use super::listed::Reading;
use crate::importing::Names;

/// The unit by its key, by a division's code, or by its name, with its township's where several have the name.
pub(super) fn unit(
    reading: &mut Reading<'_>,
    field: &str,
    county: &County,
    names: &Names,
    on: Date,
) -> Option<UnitId> {
    let said = reading.needed(field, "name the unit")?;
    let township = reading.words("township");
    match meant(county, names, (township.as_deref(), &said), on) {
        Ok(unit) => Some(unit),
        Err(why) => {
            reading.bad(field, why, "");
            None
        }
    }
}

/// The same of a name that stands among others in one cell.
///
/// # Errors
/// Nobody, or several, are called so; with the names that are near.
pub(super) fn meant(
    county: &County,
    names: &Names,
    (township, said): (Option<&str>, &str),
    on: Date,
) -> Result<UnitId, String> {
    let organisation = &county.organisation;
    let called = organisation.unit_named(&county.code, said, on);
    if let Some(unit) = called.filter(|unit| organisation.unit(*unit, on).is_some()) {
        return Ok(unit);
    }
    let village = names.village_in(township, said);
    if township.is_some()
        && let Some(unit) = village.as_ref().ok().and_then(|code| names.own_unit(code))
    {
        return Ok(unit);
    }
    let same = organisation.units_named(said, on).into_iter().filter(|unit| unit.name == said);
    if same.count() > 1 {
        return Err(format!("several units are called \"{said}\": name the township beside it"));
    }
    names.unit(said).or_else(|why| {
        let own = village.ok().and_then(|code| names.own_unit(&code));
        own.ok_or(why)
    })
}
