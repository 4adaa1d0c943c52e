//! 网格: a table or a drawing of grids, held against the ground and against the grids that stand.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;
use zongheng_core::county::County;
use zongheng_core::ids::DivisionCode;
use zongheng_core::organisation::files::{Source, drawing, ring_of_words};
use zongheng_core::organisation::survey::{self, Flaw, Sort, likely_datum};
use zongheng_core::organisation::{
    AskedGrid, Datum, DrawnSet, Entry, Fault, Grid, NotADatum, Organisation, Proposed, begun,
};
use zongheng_store::Store;

use super::listed::{Field, Listed, Reading};
use super::picture::{Marked, Picture};
use super::{Count, Given, Taken, Untaken};
use crate::changes::checked;
use crate::importing::Names;

const FIELDS: [Field; 8] = [
    Field {
        name: "code",
        called: &["网格编码", "网格编号", "网格代码", "编码", "编号", "code"],
        needed: true,
    },
    Field { name: "name", called: &["网格名称", "网格名", "名称", "name"], needed: true },
    Field {
        name: "township",
        called: &["乡镇", "所属乡镇", "乡镇街道", "镇办", "township"],
        needed: false,
    },
    Field {
        name: "division",
        called: &[
            "区划代码",
            "行政区划代码",
            "村",
            "村社区",
            "村居",
            "所属村",
            "所属村社区",
            "行政村",
            "division",
            "village",
        ],
        needed: true,
    },
    Field {
        name: "geometry",
        called: &["边界", "边界坐标", "坐标", "范围", "wkt", "geometry"],
        needed: false,
    },
    Field {
        name: "from",
        called: &["起始日", "启用日期", "生效日期", "起", "from"],
        needed: false,
    },
    Field { name: "demo", called: &["demo"], needed: false },
    Field { name: "datum", called: &["坐标系", "datum"], needed: false },
];

/// A drawing of a whole county takes some hundred kilobytes; a polygon of a million corners is told by its corners
/// still, and what is larger by its bytes.
const MOST_BYTES: u64 = 32 << 20;

/// So many places are marked on the picture; the list on paper would be no help either.
const MOST_MARKS: usize = 99;

pub(super) async fn take(
    store: &Store,
    county: Arc<County>,
    given: &Given<'_>,
) -> Result<Taken, Untaken> {
    let (listed, said, mut faults) = listed(given).map_err(Untaken::File)?;
    let asked = asked(&listed, &county, given, &mut faults);
    let organisation = &county.organisation;
    if let Some(why) = misread(&asked, organisation, said, given.datum) {
        return Err(Untaken::File(format!("{}: {why}", listed.name)));
    }
    let set = organisation.drawn(&county.code, &asked);
    let on = asked.iter().map(|entry| entry.value.from).max().unwrap_or(given.on);
    // A row that cannot be read leaves its ground open: no gap is told before all rows are read.
    let whole = faults.is_empty() && set.faults.is_empty();
    let survey = survey::survey(organisation, &set.proposed, on);
    let told = |flaw: &Flaw| whole || flaw.sort != Sort::Gap;
    let flaws: Vec<Flaw> = survey.flaws.into_iter().filter(told).collect();
    let notes: Vec<Flaw> = survey.notes.into_iter().filter(told).collect();
    faults.extend(set.faults.iter().cloned());
    faults.extend(flaws.iter().map(|flaw| flaw.fault.clone()));
    let picture = given.picture.then(|| drawn(&county, &set, on, &listed, (&flaws, &notes)));
    let recorded = store.head(&county.code).await?.last_at().date();
    faults.extend(begun(&set.proposed, organisation, recorded));
    let paper = given.paper.map(str::to_owned);
    let proposed = Proposed { paper, ..set.proposed.clone() };
    let lines = lines(&set, organisation);
    let checked = match checked(county, &proposed, |_| lines) {
        Ok(checked) if faults.is_empty() => checked,
        Ok(_) => return Err(Untaken::Cells { cells: listed.all(faults), picture }),
        Err(more) => {
            faults.extend(more);
            return Err(Untaken::Cells { cells: listed.all(faults), picture });
        }
    };
    Ok(Taken {
        checked,
        notes: notes.iter().map(|note| listed.at(&note.fault)).collect(),
        count: Count {
            rows: listed.rows.len(),
            new: set.new.len(),
            changed: set.changed.len(),
            same: set.same,
        },
        unread: listed.unread,
        picture,
        accounts: Vec::new(),
    })
}

/// The rows of the file, whichever way it is written; of a drawing also the datum of which it says that it is in it,
/// and the features that are no rows.
fn listed(given: &Given<'_>) -> Result<(Listed, Option<Datum>, Vec<Fault>), String> {
    let ending = given.path.extension().unwrap_or_default().to_ascii_lowercase();
    if ending != "geojson" && ending != "json" {
        let listed = Listed::of_table(given.path, given.sheet, &FIELDS)?;
        return Ok((listed, None, Vec::new()));
    }
    let name = given.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let text = text(given.path, &name)?;
    let drawing = drawing(Source { name: &name, text: &text }).map_err(|no| no.to_string())?;
    let listed = Listed::of_drawing(&name, drawing.features, &FIELDS);
    Ok((listed, drawing.datum, drawing.faults))
}

fn text(path: &Path, name: &str) -> Result<String, String> {
    let cannot = |e: std::io::Error| format!("{name} cannot be read: {e}");
    let bytes = std::fs::metadata(path).map_err(cannot)?.len();
    if bytes > MOST_BYTES {
        return Err(format!(
            "{name} has {bytes} bytes, more than the {MOST_BYTES} that are read: simplify its polygons (1,500 \
             corners each at most), or split it by township"
        ));
    }
    let bytes = std::fs::read(path).map_err(cannot)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| format!("{name} is not UTF-8, as GeoJSON is: export it once more"))?;
    // Programs under Windows put a mark before the text, which JSON does not know.
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

fn asked(
    listed: &Listed,
    county: &County,
    given: &Given<'_>,
    faults: &mut Vec<Fault>,
) -> Vec<Entry<AskedGrid>> {
    let names = Names::of(county, given.on);
    let divisions: BTreeSet<&str> =
        county.organisation.divisions.keys().map(DivisionCode::as_str).collect();
    let mut asked = Vec::new();
    for row in &listed.rows {
        let mut reading = Reading { row, faults: &mut *faults };
        let before = reading.faults.len();
        // The code of a village and three figures are as long as an old identity card's number.
        let of_village =
            |code: &str| code.get(..12).is_some_and(|village| divisions.contains(village));
        let code = reading.code("code", of_village, "write the grid's own code");
        let name = reading.name("name", 40, "write what the grid is called");
        let division = division(&mut reading, &names, county);
        let datum = datum(&mut reading, given.datum);
        let ring = ring(&mut reading).map(|ring| turned(ring, datum));
        let demo = reading.words("demo").is_some_and(|said| said.eq_ignore_ascii_case("true"));
        let from = reading.day("from").unwrap_or(given.on);
        let (Some(code), Some(name), Some(division), Some(ring)) = (code, name, division, ring)
        else {
            continue;
        };
        if reading.faults.len() == before {
            let value = AskedGrid { code, name, division, ring, demo, from };
            asked.push(Entry { origin: row.origin.clone(), value });
        }
    }
    asked
}

/// The village by its code of twelve digits, or by its name, with its township's where several have the name.
fn division(reading: &mut Reading<'_>, names: &Names, county: &County) -> Option<DivisionCode> {
    let said = reading.needed("division", "name the village or community it lies in")?;
    if said.len() == 12 && said.bytes().all(|b| b.is_ascii_digit()) {
        let code = DivisionCode(said);
        if county.organisation.divisions.contains_key(&code) {
            return Some(code);
        }
        let what = format!("division {code} is not known");
        reading.bad("division", what, "name the village or community it lies in");
        return None;
    }
    let township = reading.words("township");
    if let Some(why) = township.as_deref().and_then(|name| names.township(name).err()) {
        reading.bad("township", why, "");
        return None;
    }
    match names.village_in(township.as_deref(), &said) {
        Ok(code) => Some(code),
        Err(why) => {
            reading.bad("division", why, "");
            None
        }
    }
}

/// In which datum the ring of a row is given: as the command says, else as the row does.
fn datum(reading: &mut Reading<'_>, said: Option<Datum>) -> Datum {
    let own = reading.words("datum").and_then(|name| match name.to_ascii_lowercase().parse() {
        Ok(datum) => Some(datum),
        Err(NotADatum(no)) => {
            let no = NotADatum(no);
            reading.bad("datum", no.to_string(), "");
            None
        }
    });
    said.or(own).unwrap_or_default()
}

fn turned(ring: Vec<[i64; 2]>, datum: Datum) -> Vec<[i64; 2]> {
    ring.into_iter().map(|corner| datum.to_wgs84(corner)).collect()
}

/// The border as it is given; empty where none is.
fn ring(reading: &mut Reading<'_>) -> Option<Vec<[i64; 2]>> {
    if let Some(ring) = &reading.row.ring {
        return Some(ring.clone());
    }
    let before = reading.faults.len();
    let Some(text) = reading.plain("geometry") else {
        return (reading.faults.len() == before).then(Vec::new);
    };
    match ring_of_words(&text) {
        Ok(ring) => Some(ring),
        Err(what) => {
            let mend = "write 115.41,31.80; 115.42,31.80; …, or POLYGON ((115.41 31.80, …))";
            reading.bad("geometry", what, mend);
            None
        }
    }
}

/// Why the coordinates are not taken as they are: the file says so, or most of it lies elsewhere.
fn misread(
    asked: &[Entry<AskedGrid>],
    organisation: &Organisation,
    said: Option<Datum>,
    given: Option<Datum>,
) -> Option<String> {
    if given.is_some() {
        return None;
    }
    if let Some(datum) = said.filter(|datum| *datum != Datum::Wgs84) {
        return Some(format!(
            "the file says that its coordinates are {datum}, which lie hundreds of metres off: name the datum {datum}, and \
             they are turned to WGS84 (CGCS2000)"
        ));
    }
    let rings = asked.iter().map(|entry| (&entry.value.division, entry.value.ring.as_slice()));
    let misread = likely_datum(organisation, rings)?;
    let meant = misread.meant;
    Some(format!(
        "the coordinates look like {meant}: {misread}. Name the datum {meant} to turn them, or wgs84 if they are right \
         as they are"
    ))
}

fn drawn(
    county: &County,
    set: &DrawnSet,
    on: Date,
    listed: &Listed,
    (flaws, notes): (&[Flaw], &[Flaw]),
) -> String {
    let mut merged = county.organisation.clone();
    merged.apply(&set.proposed.organised());
    let marked = flaws.iter().map(|flaw| (flaw, true)).chain(notes.iter().map(|n| (n, false)));
    let marked = marked.filter(|(flaw, _)| flaw.sort != Sort::Elsewhere);
    let marked = marked.map(|(flaw, refuses)| Marked {
        flaw,
        refuses,
        address: listed.address_zh(&flaw.fault),
    });
    let marks: Vec<Marked<'_>> = marked.collect();
    let more = marks.len().saturating_sub(MOST_MARKS);
    let picture = Picture {
        county: merged.shapes.get(&county.code),
        name: county.organisation.divisions.get(&county.code).map_or("", |d| &d.name),
        sheet: survey::sheet(&merged, &set.proposed, on),
        marks: &marks[..marks.len() - more],
        more,
        on,
    };
    picture.svg()
}

fn lines(set: &DrawnSet, organisation: &Organisation) -> Vec<(String, String)> {
    let grids = set.proposed.grids.iter().map(|entry| &entry.value);
    let line = |grid: &Grid| {
        let (code, name, from) = (&grid.code, &grid.name, grid.from);
        let of = organisation.divisions.get(&grid.division).map_or("", |d| &d.name);
        if set.new.contains(&grid.id) {
            let zh =
                format!("{of}新划网格{code}（{name}），{from}起，设网格长、专职和兼职网格员岗位");
            (
                zh,
                format!("Grid {code} is drawn from {from} on, with the posts of its three members"),
            )
        } else {
            let zh = format!("{of}网格{code}（{name}），{from}起调整边界或名称");
            (zh, format!("Grid {code} has another border or name from {from} on"))
        }
    };
    grids.map(line).collect()
}
