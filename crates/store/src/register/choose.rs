//! Which index a question walks: the narrowest that has everything asked for, by what the counters say.

use zongheng_core::ids::DivisionCode;
use zongheng_core::matter::{Key, Lamp};

use super::WALK;
use super::walk::{Filter, Order, Source, each, listed, quoted};
use crate::db::{On, row};
use crate::error::Result;

/// The most selective index that has everything asked for.
pub(super) async fn choose(
    mut on: On<'_>,
    county: &DivisionCode,
    keys: &[Key],
    (filter, village): (&Filter, Option<&DivisionCode>),
    order: Order,
) -> Result<Source> {
    let all = keys.contains(&Key::County);
    if let Some(owner) = filter.owner {
        let part = format!("owner_unit = {} and owner_unit <> ''", quoted(&owner.to_string()));
        let (unit, on) = ([Key::Unit(owner)], &mut on);
        let own = all || keys.contains(&unit[0]);
        let narrow = own
            || seen_by(on.again(), county, &unit).await?
                < seen_by(on.again(), county, keys).await?;
        // Its index is in the order of the due; for another all of it is sorted.
        if narrow && (order == Order::Due || is_small(on.again(), county, &part).await?) {
            return Ok(Source::Part(part));
        }
    }
    let open = filter.state.filter(|state| state.is_open());
    if let Some(state) = open
        && counted(on.again(), county, "state", state.name()).await? <= WALK
    {
        return Ok(Source::Part(format!(
            "state = {} and state not in ('signed_off', 'recorded', 'declined', 'merged')",
            quoted(state.name())
        )));
    }
    let rare = filter.lamp.filter(|l| matches!(l, Lamp::Yellow | Lamp::Red | Lamp::Paused));
    if let Some(lamp) = rare
        && counted(on.again(), county, "lamp", lamp.name()).await? <= WALK
    {
        let lamp = quoted(lamp.name());
        let part = format!("lamp = {lamp} and lamp in ('yellow', 'red', 'paused')");
        return Ok(Source::Part(part));
    }
    if order == Order::Updated {
        return Ok(Source::Part("true".to_owned()));
    }
    if let Some(village) = village.filter(|_| all) {
        let part = format!("division = {}", quoted(village.as_str()));
        if is_small(on.again(), county, &part).await? {
            return Ok(Source::Part(part));
        }
    }
    // What a unit has a share in is in its own scope, whoever else sees it; but for what stands in no scope and reaches
    // posts alone.
    if let Some(unit) = filter.unit.or(filter.lead).or(filter.owner) {
        let posts = keys.iter().filter(|key| matches!(key, Key::Post(_))).copied();
        let narrow: Vec<Key> = std::iter::once(Key::Unit(unit)).chain(posts).collect();
        if all || seen_by(on.again(), county, &narrow).await? < seen_by(on, county, keys).await? {
            return Ok(Source::Audience(each(&narrow)));
        }
    }
    Ok(Source::Audience(each(keys)))
}

/// No more matters than so many can be found, by the counters; none where these say nothing.
pub(super) async fn most(
    mut on: On<'_>,
    county: &DivisionCode,
    keys: &[Key],
    filter: &Filter,
) -> Result<Option<i64>> {
    let known = [
        ("state", filter.state.map(|state| state.name().to_owned())),
        ("lamp", filter.lamp.map(|lamp| lamp.name().to_owned())),
        ("category", filter.category.as_ref().map(ToString::to_string)),
    ];
    let mut most = None;
    for (dim, value) in known {
        let Some(value) = value else { continue };
        // Who has several keys may see a matter by two of them: the sum is never too small.
        let n = summed(on.again(), county, keys, dim, Some(&value)).await?;
        most = Some(most.map_or(n, |most: i64| most.min(n)));
    }
    Ok(most)
}

/// How many matters these keys see; counted twice what two of them see.
async fn seen_by(on: On<'_>, county: &DivisionCode, keys: &[Key]) -> Result<i64> {
    summed(on, county, keys, "state", None).await
}

async fn summed(
    on: On<'_>,
    county: &DivisionCode,
    keys: &[Key],
    dim: &str,
    value: Option<&str>,
) -> Result<i64> {
    let value = value.map(|value| format!("and value = {}", quoted(value))).unwrap_or_default();
    let sql = format!(
        "select cast(coalesce(sum(n), 0) as bigint) from counter \
         where county = $1 and key in ({}) and dim = $2 {value}",
        listed(keys)
    );
    Ok(row!(on, (i64,), &sql, county.as_str(), dim)?.map_or(0, |(n,)| n))
}

/// Whether a part of the register that has an index of its own is no larger than a walk.
async fn is_small(on: On<'_>, county: &DivisionCode, part: &str) -> Result<bool> {
    let sql = format!(
        "select count(*) from (select 1 from matter where county = $1 and {part} limit {}) x",
        WALK + 1
    );
    Ok(row!(on, (i64,), &sql, county.as_str())?.is_none_or(|(n,)| n <= WALK))
}

/// How many of the county's matters have this value, by its counter.
async fn counted(on: On<'_>, county: &DivisionCode, dim: &str, value: &str) -> Result<i64> {
    let n = row!(
        on,
        (i64,),
        "select n from counter where county = $1 and key = 'county' and dim = $2 and value = $3",
        county.as_str(),
        dim,
        value,
    )?;
    Ok(n.map_or(0, |(n,)| n))
}
