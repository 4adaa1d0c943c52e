//! Names as tables write them, and what they mean in this county.

use std::collections::BTreeMap;

use jiff::civil::Date;
use zongheng_core::county::County;
use zongheng_core::ids::{CategoryId, DivisionCode, UnitId};
use zongheng_core::organisation::Level;
use zongheng_sheets::words;

/// The names of a county on a day.
pub struct Names {
    units: Vec<(String, UnitId)>,
    townships: Vec<(String, DivisionCode)>,
    villages: BTreeMap<DivisionCode, Vec<(String, DivisionCode)>>,
    categories: Vec<(String, CategoryId)>,
    own: BTreeMap<DivisionCode, UnitId>,
    pub county: DivisionCode,
    county_name: String,
}

impl Names {
    pub fn of(county: &County, today: Date) -> Self {
        let organisation = &county.organisation;
        // Of two units of one name the one that stands is meant.
        let mut units: Vec<(bool, String, UnitId)> = organisation
            .units
            .values()
            .map(|unit| {
                let stands = organisation.unit(unit.id, today).is_some();
                (!stands, words::bare(&unit.name), unit.id)
            })
            .collect();
        units.sort();
        let mut townships = Vec::new();
        let mut villages: BTreeMap<DivisionCode, Vec<(String, DivisionCode)>> = BTreeMap::new();
        for division in organisation.divisions.values() {
            let own = (words::bare(&division.name), division.code.clone());
            match (division.level, &division.parent) {
                (Level::Township, _) => townships.push(own),
                (level, Some(parent)) if level > Level::Township => {
                    villages.entry(parent.clone()).or_default().push(own);
                }
                _ => {}
            }
        }
        let categories = county.powers.categories.values();
        let categories = categories.map(|c| (words::bare(&c.name), c.id.clone())).collect();
        let coded = organisation.divisions.keys();
        let own = coded.filter_map(|code| {
            Some((code.clone(), organisation.unit_of_division(code, today)?.id))
        });
        let own = own.collect();
        let division = organisation.divisions.get(&county.code);
        Self {
            units: units.into_iter().map(|(_, name, id)| (name, id)).collect(),
            townships,
            villages,
            categories,
            county: county.code.clone(),
            own,
            county_name: division.map(|d| words::bare(&d.name)).unwrap_or_default(),
        }
    }

    /// The unit of a name, also of a short one.
    ///
    /// # Errors
    /// Nobody, or several, are called so; with the names that are near.
    pub fn unit(&self, name: &str) -> Result<UnitId, String> {
        let name = words::bare(name);
        let plain = name.strip_prefix(&self.county_name).unwrap_or(&name);
        find(&self.units, &name, plain, "unit")
    }

    /// The township of a name.
    ///
    /// # Errors
    /// As [`Names::unit`].
    pub fn township(&self, name: &str) -> Result<DivisionCode, String> {
        let name = words::bare(name);
        let plain = name.strip_prefix(&self.county_name).unwrap_or(&name);
        find(&self.townships, &name, plain, "township")
    }

    /// The village of a name in a township.
    ///
    /// # Errors
    /// As [`Names::unit`].
    pub fn village(&self, township: &DivisionCode, name: &str) -> Result<DivisionCode, String> {
        let name = words::bare(name);
        let known = self.villages.get(township).map_or(&[][..], Vec::as_slice);
        if let Some((_, code)) = known.iter().find(|(known, _)| *known == name) {
            return Ok(code.clone());
        }
        let same: Vec<&(String, DivisionCode)> =
            known.iter().filter(|(known, _)| place_of(known) == place_of(&name)).collect();
        if let [(_, one)] = same.as_slice() {
            return Ok(one.clone());
        }
        let near = near_place(&name, known);
        Err(format!("no village of that township is called \"{name}\"{near}"))
    }

    /// The village of a name in the township of a name; where no township is named, in any of them.
    ///
    /// # Errors
    /// As [`Names::unit`].
    pub fn village_in(&self, township: Option<&str>, name: &str) -> Result<DivisionCode, String> {
        if let Some(township) = township {
            return self.village(&self.township(township)?, name);
        }
        let found: Vec<DivisionCode> =
            self.villages.keys().filter_map(|code| self.village(code, name).ok()).collect();
        match found.as_slice() {
            [one] => Ok(one.clone()),
            [] => {
                let all = self.villages.values().flatten();
                Err(format!(
                    "no village is called \"{name}\"{}",
                    near_place(&words::bare(name), all)
                ))
            }
            several => {
                let of =
                    |code: &DivisionCode| self.townships.iter().find(|(_, known)| known == code);
                let within = |code: &DivisionCode| {
                    let within =
                        self.villages.iter().find(|(_, all)| all.iter().any(|(_, c)| c == code));
                    within.and_then(|(township, _)| of(township)).map(|(name, _)| name.as_str())
                };
                let names: Vec<&str> = several.iter().filter_map(within).collect();
                Err(format!("{} have a village \"{name}\": name the township", names.join(", ")))
            }
        }
    }

    /// The township in which a village lies; what is no village is given back.
    pub fn township_of<'a>(&'a self, division: &'a DivisionCode) -> &'a DivisionCode {
        let within = |(_, all): &(&DivisionCode, &Vec<(String, DivisionCode)>)| {
            all.iter().any(|(_, code)| code == division)
        };
        self.villages.iter().find(within).map_or(division, |(township, _)| township)
    }

    /// The unit whose own a division is.
    pub fn own_unit(&self, division: &DivisionCode) -> Option<UnitId> {
        self.own.get(division).copied()
    }

    /// The category of a name, or of the last part of a name in levels: 城乡建设/市政/路灯.
    ///
    /// # Errors
    /// None is called so; with the names that are near.
    pub fn category(&self, name: &str) -> Result<CategoryId, String> {
        let parts: Vec<String> =
            name.split(['/', '>', '-', '—', '\\', '|']).map(words::bare).collect();
        let parts = parts.iter().rev().filter(|part| !part.is_empty());
        for part in parts {
            let known = |(name, id): &&(String, CategoryId)| name == part || id.as_str() == part;
            if let Some((_, id)) = self.categories.iter().find(known) {
                return Ok(id.clone());
            }
        }
        let near = near(name, &self.categories);
        if near.is_empty() {
            let known: Vec<&str> = self.categories.iter().map(|(name, _)| name.as_str()).collect();
            return Err(format!(
                "no category is called \"{name}\": known are {}",
                known.join(", ")
            ));
        }
        Err(format!("no category is called \"{name}\"{near}"))
    }
}

fn find<T: Clone + PartialEq>(
    known: &[(String, T)],
    name: &str,
    plain: &str,
    what: &str,
) -> Result<T, String> {
    let exact = |(known, _): &&(String, T)| known == name || known == plain;
    if let Some((_, found)) = known.iter().find(exact) {
        return Ok(found.clone());
    }
    let short = |(known, _): &&(String, T)| {
        words::is_short_of(plain, known)
            || words::is_short_of(known.trim_start_matches('县'), plain)
    };
    let found: Vec<&(String, T)> = known.iter().filter(short).collect();
    match found.as_slice() {
        [(_, one)] => Ok(one.clone()),
        [] => {
            let near = near(plain, known);
            let near = if near.is_empty() { near_short(plain, known) } else { near };
            Err(format!("no {what} is called \"{name}\"{near}"))
        }
        [(_, first), rest @ ..] if rest.iter().all(|(_, other)| other == first) => {
            Ok(first.clone())
        }
        several => {
            let names: Vec<&str> = several.iter().map(|(known, _)| known.as_str()).collect();
            Err(format!("\"{name}\" may be {}: write the whole name", names.join(" or ")))
        }
    }
}

/// A village without the word for what it is: 曹寨 of 曹寨村委会.
fn place_of(name: &str) -> &str {
    const ENDS: [&str; 8] = [
        "社区居民委员会",
        "村民委员会",
        "社区居委会",
        "居民委员会",
        "村委会",
        "居委会",
        "社区",
        "村",
    ];
    ENDS.into_iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name)
}

/// Names of which this is a short one but for one character: 城关局 for 城市管理局.
fn near_short<T>(name: &str, known: &[(String, T)]) -> String {
    let letters: Vec<char> = name.chars().collect();
    let fits = |known: &str| {
        (0..letters.len()).any(|left_out| {
            let rest = letters.iter().enumerate().filter(|(i, _)| *i != left_out);
            let rest: String = rest.map(|(_, letter)| letter).collect();
            words::is_short_of(&rest, known)
        })
    };
    let found = known.iter().map(|(known, _)| known.as_str());
    let mut found: Vec<&str> = found.filter(|known| fits(known.trim_start_matches('县'))).collect();
    found.dedup();
    // More than a few are no help.
    match found.as_slice() {
        [] | [_, _, _, _, ..] => String::new(),
        near => format!("; did you mean {}?", near.join(" or ")),
    }
}

/// Villages whose names are near without the word for what they are.
fn near_place<'n>(
    name: &str,
    known: impl IntoIterator<Item = &'n (String, DivisionCode)>,
) -> String {
    let all: Vec<&str> = known.into_iter().map(|(known, _)| known.as_str()).collect();
    let places = words::nearest(place_of(name), all.iter().map(|known| place_of(known)));
    let near = all.into_iter().filter(|known| places.contains(&place_of(known)));
    let near: Vec<&str> = near.take(3).collect();
    if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) }
}

fn near<T>(name: &str, known: &[(String, T)]) -> String {
    let near = words::nearest(name, known.iter().map(|(known, _)| known.as_str()));
    if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) }
}
