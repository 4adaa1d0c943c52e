//! The picture of a set of grids (网格示意图): the outlines of its townships, the grids, and every faulty place marked
//! with the number under which the legend tells it. Plain SVG, which every browser shows and prints; no colour says
//! anything alone.

use std::fmt::Write as _;

use jiff::civil::Date;
use zongheng_core::organisation::Shape;
use zongheng_core::organisation::survey::{Flaw, Sheet, Sort};

/// A place on the picture, in the order of its number.
pub struct Marked<'a> {
    pub flaw: &'a Flaw,
    /// Whether it refuses the set, or is only told.
    pub refuses: bool,
    /// Where it stands in the file.
    pub address: String,
}

/// What is drawn.
pub struct Picture<'a> {
    pub county: Option<&'a Shape>,
    pub name: &'a str,
    pub sheet: Sheet<'a>,
    pub marks: &'a [Marked<'a>],
    /// Faulty places that are not marked any more.
    pub more: usize,
    pub on: Date,
}

/// The width of the map, and what is left around it, in points.
const WIDTH: f64 = 1000.0;
const TALLEST: f64 = 1400.0;
const MARGIN: f64 = 40.0;
/// Above the map stands the title, beside it the county at large.
const HEAD: f64 = 90.0;
const INSET: f64 = 150.0;
const LINE: f64 = 40.0;

/// More corners of one ring are not drawn.
const MOST_CORNERS: usize = 3_000;

const STYLE: &str = "text{font:14px sans-serif;fill:#222}.h{font-size:22px;font-weight:bold}.s{font-size:12px;\
fill:#555}.c{fill:#f4f1e8;stroke:#777;stroke-width:1.5}.o{fill:none;stroke:#444;stroke-width:2}\
.a{stroke-dasharray:8 5}.g{fill:#fff;fill-opacity:.6;stroke:#999}.n{fill:#dbe9f5;fill-opacity:.8;stroke:#1f5d94;\
stroke-width:1.5}.f{fill-opacity:.75;stroke:#a4161a;stroke-width:1.5}.w{stroke-dasharray:4 3}\
.b{fill:#fff;stroke:#a4161a;stroke-width:2}.m{text-anchor:middle;font-weight:bold;fill:#a4161a}";

/// A pattern for each sort, so that they are told apart in black and white.
const PATTERNS: &str = "<defs><pattern id='crossing' width='8' height='8' patternUnits='userSpaceOnUse'>\
<path d='M0 0L8 8M8 0L0 8' stroke='#a4161a' fill='none'/></pattern><pattern id='overlap' width='7' height='7' \
patternUnits='userSpaceOnUse'><path d='M0 7L7 0' stroke='#a4161a' stroke-width='2' fill='none'/></pattern>\
<pattern id='gap' width='7' height='7' patternUnits='userSpaceOnUse'><circle cx='3' cy='3' r='1.5' \
fill='#a4161a'/></pattern><pattern id='outside' width='7' height='7' patternUnits='userSpaceOnUse'>\
<path d='M0 3H7' stroke='#a4161a' fill='none'/></pattern></defs>";

impl Picture<'_> {
    /// The picture as the text of an SVG file.
    pub fn svg(&self) -> String {
        let frame = Frame::around(&self.ground());
        let legend = HEAD + frame.height + 2.0 * MARGIN;
        let lines =
            self.marks.len() + usize::from(self.more > 0) + usize::from(self.marks.is_empty());
        let height = legend + LINE * (f64::from(u32::try_from(lines).unwrap_or(0)) + 2.0);
        let width = WIDTH + INSET + 3.0 * MARGIN;
        let mut svg = String::new();
        // Writing to a text does not fail.
        let _ = write!(
            svg,
            "<svg xmlns='http://www.w3.org/2000/svg' width='{width:.0}' height='{height:.0}' viewBox='0 0 \
             {width:.0} {height:.0}' role='img' aria-labelledby='t d'><title id='t'>{title}</title><desc \
             id='d'>{said}</desc><style>{STYLE}</style>{PATTERNS}<rect width='100%' height='100%' fill='#fff'/>",
            title = escaped(&self.title()),
            said = escaped(&self.said()),
        );
        self.head(&mut svg);
        self.map(&mut svg, &frame);
        self.inset(&mut svg, &frame);
        self.legend(&mut svg, legend);
        svg.push_str("</svg>\n");
        svg
    }

    fn approximate(&self) -> bool {
        self.sheet.outlines.iter().any(|shape| shape.approximate)
            || self.sheet.grids.iter().any(|(grid, _)| grid.demo)
    }

    fn title(&self) -> String {
        let sketch = if self.approximate() { "（示意图）" } else { "" };
        format!("{}网格{sketch}", self.name)
    }

    fn said(&self) -> String {
        let sketch = if self.approximate() {
            " · schematic: outlines are approximate, no legal boundary"
        } else {
            ""
        };
        format!("Grids on {}{sketch}", self.on)
    }

    fn head(&self, svg: &mut String) {
        let (title, said) = (escaped(&self.title()), escaped(&self.said()));
        let sketch =
            if self.approximate() { "界线为近似范围，非法定界线 · " } else { "" };
        let _ = write!(
            svg,
            "<text class='h' x='{MARGIN}' y='42'>{title}</text><text class='s' x='{MARGIN}' y='66'>{sketch}{on} · \
             {said}</text>",
            on = self.on,
        );
    }

    /// All that has to find room on the map. What lies beyond the county is cut off, or it would shrink to a dot.
    fn ground(&self) -> Vec<[i64; 2]> {
        let outlines = self.sheet.outlines.iter().flat_map(|shape| &shape.polygons).flatten();
        let grids = self.sheet.grids.iter().map(|(grid, _)| &grid.ring);
        let marks = self.marks.iter().flat_map(|mark| &mark.flaw.ground).flatten();
        let county = self.county.filter(|_| self.sheet.outlines.is_empty());
        let county = county.into_iter().flat_map(|shape| &shape.polygons).flatten();
        let all = outlines.chain(grids).chain(marks).chain(county).flatten().copied();
        let whole: Vec<[i64; 2]> = match self.county {
            Some(shape) => shape.polygons.iter().flatten().flatten().copied().collect(),
            None => return all.collect(),
        };
        let Frame { west, south, east, north, .. } = Frame::around(&whole);
        let near =
            |[lon, lat]: &[i64; 2]| (west..=east).contains(lon) && (south..=north).contains(lat);
        all.filter(near).collect()
    }

    fn map(&self, svg: &mut String, frame: &Frame) {
        let _ = write!(
            svg,
            "<svg x='0' y='{HEAD}' width='{:.0}' height='{:.0}'><g transform='translate({MARGIN} {MARGIN})'>",
            WIDTH + 2.0 * MARGIN,
            frame.height + 2.0 * MARGIN,
        );
        for (class, new) in [("g", false), ("n", true)] {
            for (grid, _) in self.sheet.grids.iter().filter(|(_, drawn)| *drawn == new) {
                let path = frame.path([&grid.ring]);
                let title = escaped(&format!("{} {}", grid.code, grid.name));
                let _ =
                    write!(svg, "<path class='{class}' d='{path}'><title>{title}</title></path>");
            }
        }
        for shape in &self.sheet.outlines {
            let class = if shape.approximate { "o a" } else { "o" };
            let path = frame.path(shape.polygons.iter().flatten());
            let _ = write!(svg, "<path class='{class}' d='{path}'/>");
        }
        for mark in self.marks {
            let class = if mark.refuses { "f" } else { "f w" };
            let path = frame.path(mark.flaw.ground.iter().flatten());
            let fill = pattern(mark.flaw.sort);
            let _ = write!(
                svg,
                "<path class='{class}' fill='url(#{fill})' fill-rule='evenodd' d='{path}'/>"
            );
        }
        // The numbers last, so that nothing lies over them.
        for (n, mark) in (1..).zip(self.marks) {
            let Some([x, y]) = mark.flaw.at.map(|at| frame.point(at)) else { continue };
            let _ = write!(
                svg,
                "<circle class='b' cx='{x:.1}' cy='{y:.1}' r='12'/><text class='m' x='{x:.1}' y='{:.1}'>{n}</text>",
                y + 5.0
            );
        }
        svg.push_str("</g></svg>");
    }

    /// Where in the county it is.
    fn inset(&self, svg: &mut String, frame: &Frame) {
        let Some(county) = self.county else { return };
        let rings: Vec<&Vec<[i64; 2]>> = county.polygons.iter().flatten().collect();
        let all: Vec<[i64; 2]> = rings.iter().copied().flatten().copied().collect();
        let small = Frame::within(&all, INSET, INSET);
        let (x, y) = (WIDTH + 2.0 * MARGIN, HEAD + MARGIN);
        let [west, north] = small.point([frame.west, frame.north]);
        let [east, south] = small.point([frame.east, frame.south]);
        let _ = write!(
            svg,
            "<g transform='translate({x} {y})'><path class='c' d='{}'/><rect x='{west:.1}' y='{north:.1}' \
             width='{:.1}' height='{:.1}' fill='none' stroke='#a4161a' stroke-width='2'/><text class='s' x='0' \
             y='{:.1}'>{}</text></g>",
            small.path(rings),
            (east - west).max(2.0),
            (south - north).max(2.0),
            small.height + 20.0,
            escaped(self.name)
        );
    }

    fn legend(&self, svg: &mut String, top: f64) {
        let mut y = top;
        let mut line = |zh: &str, en: &str| {
            let _ = write!(
                svg,
                "<text x='{MARGIN}' y='{y:.0}'>{}</text><text class='s' x='{MARGIN}' y='{:.0}'>{}</text>",
                escaped(zh),
                y + 17.0,
                escaped(en)
            );
            y += LINE;
        };
        line(
            "图例：蓝色网格为本次所划，白色网格为已有；实线为界线，虚线为近似界线",
            "Blue grids are drawn by this file, white ones stand already; a dashed outline is approximate",
        );
        if self.marks.is_empty() {
            line(
                "没有发现交叉、重叠、空白、越界",
                "No crossing, no overlap, no gap, nothing outside",
            );
        }
        for (n, mark) in (1..).zip(self.marks) {
            let (zh, en) = names(mark.flaw.sort);
            let note = if mark.refuses { "" } else { "（提示，不影响导入）" };
            let only = if mark.refuses { "" } else { " (told only)" };
            let address = &mark.address;
            line(
                &format!("{n}　{zh}{note}　{address}"),
                &format!("{n} {en}{only}: {}", mark.flaw.fault.what),
            );
        }
        if self.more > 0 {
            let more = self.more;
            line(&format!("还有 {more} 处没有标出"), &format!("{more} more are not marked"));
        }
    }
}

const fn pattern(sort: Sort) -> &'static str {
    match sort {
        Sort::Crossing => "crossing",
        Sort::Overlap => "overlap",
        Sort::Gap => "gap",
        Sort::Outside | Sort::Elsewhere => "outside",
    }
}

const fn names(sort: Sort) -> (&'static str, &'static str) {
    match sort {
        Sort::Crossing => ("边界自相交", "crossing"),
        Sort::Overlap => ("重叠", "overlap"),
        Sort::Gap => ("空白", "gap"),
        Sort::Outside => ("越界", "outside"),
        Sort::Elsewhere => ("其他", "other"),
    }
}

/// From degrees to points of the picture, north above.
struct Frame {
    west: i64,
    south: i64,
    east: i64,
    north: i64,
    /// Points in a unit of latitude, and how much narrower one of longitude is here.
    scale: f64,
    narrow: f64,
    height: f64,
}

impl Frame {
    fn around(points: &[[i64; 2]]) -> Self {
        Self::within(points, WIDTH, TALLEST)
    }

    fn within(points: &[[i64; 2]], width: f64, tallest: f64) -> Self {
        let of = |i: usize| points.iter().map(move |point| point[i]);
        let (west, east) = (of(0).min().unwrap_or(0), of(0).max().unwrap_or(1));
        let (south, north) = (of(1).min().unwrap_or(0), of(1).max().unwrap_or(1));
        let middle = wide(south.midpoint(north)) / 1e7;
        let narrow = middle.to_radians().cos().abs().max(0.01);
        let across = (wide(east - west) * narrow).max(1.0);
        let up = wide(north - south).max(1.0);
        let scale = (width / across).min(tallest / up);
        Self { west, south, east, north, scale, narrow, height: up * scale }
    }

    fn point(&self, [lon, lat]: [i64; 2]) -> [f64; 2] {
        let x = wide(lon - self.west) * self.narrow * self.scale;
        [x, wide(self.north - lat) * self.scale]
    }

    fn path<'a>(&self, rings: impl IntoIterator<Item = &'a Vec<[i64; 2]>>) -> String {
        let mut path = String::new();
        for ring in rings {
            // Of a ring that is refused for its corners enough to see where it lies.
            let step = ring.len() / MOST_CORNERS + 1;
            for (i, corner) in ring.iter().step_by(step).enumerate() {
                let [x, y] = self.point(*corner);
                let _ = write!(path, "{}{x:.1} {y:.1}", if i == 0 { "M" } else { "L" });
            }
            if !ring.is_empty() {
                path.push('Z');
            }
        }
        path
    }
}

#[expect(clippy::cast_precision_loss, reason = "angles in 1e-7 degrees are far below 2^53")]
fn wide(e7: i64) -> f64 {
    e7 as f64
}

/// What comes from a file stands in the picture as words, never as a part of it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\'' => out.push_str("&#39;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_file_stay_words() {
        assert_eq!(escaped("<script>'&\"\u{7}"), "&lt;script&gt;&#39;&amp;&quot; ");
    }

    #[test]
    fn north_is_above_and_a_degree_of_longitude_is_narrower() {
        let frame = Frame::within(
            &[[1_154_000_000, 316_000_000], [1_155_000_000, 317_000_000]],
            100.0,
            1e9,
        );
        let [x, y] = frame.point([1_155_000_000, 317_000_000]);
        assert!((x - 100.0).abs() < 1e-6 && y.abs() < 1e-6, "{x} {y}");
        assert!(frame.height > 115.0, "{}", frame.height);
    }
}
