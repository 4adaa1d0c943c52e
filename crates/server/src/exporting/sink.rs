//! Where rows go: a table, lines of JSON, points on a map.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use serde_json::json;
use zongheng_core::county::County;
use zongheng_core::matter::Kin;
use zongheng_core::time::At;
use zongheng_sheets::write::{Unwritten, Writer};
use zongheng_store::Row;

use super::layout::{Layout, Teller};
use super::{Asked, Format, Unexported, said};
use crate::api::shape::{Frame, MatterRow, Texts};

/// What a file says of itself.
pub(super) struct About {
    pub(super) as_of: At,
    pub(super) now: At,
    /// The filter in words.
    pub(super) filter: String,
    /// The number and hash of the last seal.
    pub(super) seal: Option<(i64, String)>,
}

/// A file while it is written.
pub(super) struct Sink<'a> {
    county: &'a County,
    layout: Layout,
    about: &'a About,
    teller: Teller<'a>,
    to: To,
    rows: u64,
    without_place: u64,
}

enum To {
    Table(Box<Writer>),
    Lines(BufWriter<File>),
    Features(BufWriter<File>),
}

impl<'a> Sink<'a> {
    pub(super) fn new(
        file: File,
        county: &'a County,
        asked: &Asked,
        about: &'a About,
        path: &Path,
    ) -> Result<Self, Unexported> {
        let shape = asked.layout.shape(county);
        let buffered = |file| BufWriter::with_capacity(64 << 10, file);
        let to = match asked.format {
            Format::Xlsx => {
                let scratch = path.parent().filter(|p| !p.as_os_str().is_empty());
                let scratch = scratch.unwrap_or_else(|| Path::new("."));
                To::Table(Box::new(Writer::xlsx(file, shape, scratch)?))
            }
            Format::Csv => To::Table(Box::new(Writer::csv(file, &shape, asked.encoding)?)),
            Format::Jsonl => To::Lines(buffered(file)),
            Format::Geojson => {
                let mut out = buffered(file);
                // A member of our own (RFC 7946, section 6.1) says what the standard presumes.
                let as_of = about.as_of;
                write!(
                    out,
                    "{{\"type\":\"FeatureCollection\",\"datum\":\"WGS84\",\"as_of\":\"{as_of}\",\"features\":["
                )
                .map_err(Unwritten::Io)?;
                To::Features(out)
            }
        };
        let teller = Teller::new(county, about.now);
        let layout = asked.layout;
        Ok(Self { county, layout, about, teller, to, rows: 0, without_place: 0 })
    }

    pub(super) const fn rows(&self) -> u64 {
        self.rows
    }

    pub(super) const fn without_place(&self) -> u64 {
        self.without_place
    }

    pub(super) fn page(&mut self, rows: &[Row], texts: &Texts) -> Result<(), Unwritten> {
        let frame = Frame { county: self.county, texts, now: self.about.as_of, kin: Kin::NONE };
        for row in rows {
            match &mut self.to {
                To::Table(table) => {
                    table.row(&self.teller.cells(self.layout, self.rows + 1, row, texts))?;
                }
                To::Lines(out) => {
                    serde_json::to_writer(&mut *out, &frame.row(&row.matter, row.lamp))
                        .map_err(std::io::Error::from)?;
                    out.write_all(b"\n")?;
                }
                To::Features(out) => {
                    let told = frame.row(&row.matter, row.lamp);
                    let Some(feature) = feature(&told) else {
                        self.without_place += 1;
                        continue;
                    };
                    out.write_all(if self.rows == 0 { b"\n" } else { b",\n" })?;
                    serde_json::to_writer(&mut *out, &feature).map_err(std::io::Error::from)?;
                }
            }
            self.rows += 1;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<File, Unwritten> {
        let note = note(self.about, self.rows);
        match self.to {
            To::Table(table) => table.finish(&[note]),
            To::Lines(out) => whole(out),
            To::Features(mut out) => {
                out.write_all(b"\n]}\n")?;
                whole(out)
            }
        }
    }
}

fn whole(out: BufWriter<File>) -> Result<File, Unwritten> {
    Ok(out.into_inner().map_err(std::io::IntoInnerError::into_error)?)
}

/// A matter as a point; none where nobody said where it is.
fn feature(row: &MatterRow) -> Option<serde_json::Value> {
    let (lon, lat) = (row.place.lon?, row.place.lat?);
    let point = json!({"type": "Point", "coordinates": [lon, lat]});
    Some(json!({"type": "Feature", "id": row.id, "geometry": point, "properties": row}))
}

/// What the sheet says below its rows: as of when, by which filter, how many, up to which seal.
fn note(about: &About, rows: u64) -> String {
    let seal = match &about.seal {
        Some((n, hash)) => format!("存证第 {n} 号 {}", &hash[..16.min(hash.len())]),
        None => "尚未存证".to_owned(),
    };
    format!(
        "注：数据截至 {}；筛选条件：{}；共 {rows} 件；{seal}；{} 导出。",
        said::moment(about.as_of),
        about.filter,
        said::moment(about.now)
    )
}
