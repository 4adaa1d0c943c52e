//! The head of a table: which column is what, in one row or in two.

use std::collections::HashSet;
use std::ops::Range;

use crate::cell::{Cell, Value};
use crate::line::Line;
use crate::words::bare;

/// Where a head may begin at the latest: above it stand a title and a date at most.
pub const DEEPEST: usize = 20;

/// The names of the columns, and where the table begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The first row of it, from 1.
    pub row: u32,
    /// How many rows it has: one or two.
    pub rows: u32,
    /// By column, as names are compared; a head of two rows gives `办理情况/是否解决`.
    pub names: Vec<Vec<String>>,
}

/// Why there is no head.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoHead {
    #[error("none of the first {DEEPEST} rows names the columns {}; the nearest is row {row} with: {}", .missing.join(", "), .found.join(", "))]
    Missing { row: u32, missing: Vec<String>, found: Vec<String> },
    #[error("two columns are called \"{name}\" ({columns}): rename one of them")]
    Twice { name: String, columns: String },
}

impl Head {
    /// The column of a name.
    pub fn column(&self, name: &str) -> Option<usize> {
        let name = bare_name(name);
        self.names.iter().position(|names| names.contains(&name))
    }

    /// Whether a line is the head once more, as every printed page has it.
    pub fn is_again(&self, line: &Line) -> bool {
        let mut cells = words_of(line).peekable();
        let Some((first, _)) = cells.peek() else { return false };
        let alone = line.cells[first + 1..].iter().all(Cell::is_empty);
        let mut at_its_place = |(column, name): (usize, String)| {
            self.names.get(column).is_some_and(|names| names.contains(&name))
        };
        !alone && cells.all(&mut at_its_place)
    }

    /// Every name of a column, here and in what is asked for: what [`Head::is_another`] knows one by.
    pub fn known(&self, asked: &[&str]) -> HashSet<String> {
        self.names
            .iter()
            .flatten()
            .cloned()
            .chain(asked.iter().map(|name| bare_name(name)))
            .collect()
    }

    /// Whether a line looks like the head of another table: most of what stands in it are names of columns.
    pub fn is_another(line: &Line, known: &HashSet<String>) -> bool {
        let (mut all, mut named) = (0, 0);
        for (_, name) in words_of(line) {
            all += 1;
            named += usize::from(known.contains(&name));
        }
        all > 2 && named * 2 > all
    }
}

/// What stands in the filled cells of a line, by their columns.
fn words_of(line: &Line) -> impl Iterator<Item = (usize, String)> {
    let cells = line.cells.iter().map(|cell| bare_name(&cell.shown())).enumerate();
    cells.filter(|(_, words)| !words.is_empty())
}

/// Without spaces, in half width, without the star or the bracket that says how to fill it.
fn bare_name(text: &str) -> String {
    let text = bare(text);
    let text = text.trim_matches('*');
    let end = text.find('(').filter(|at| *at > 0 && text.ends_with(')')).unwrap_or(text.len());
    text[..end].to_owned()
}

/// Finds the head: the row, or the two rows, of the first [`DEEPEST`] that name most of what is asked for.
/// `joined` gives the columns over which the cell at a row and column is joined.
///
/// # Errors
/// No row names anything of it, or a name stands twice.
pub fn find(
    lines: &[Line],
    asked: &[&str],
    joined: impl Fn(u32, usize) -> Range<usize>,
) -> Result<Head, NoHead> {
    let mut best: Option<(usize, Head)> = None;
    for (i, line) in lines.iter().enumerate().take(DEEPEST) {
        let one = Head { row: line.row, rows: 1, names: single(line) };
        let two = lines.get(i + 1).map(|below| Head {
            row: line.row,
            rows: 2,
            names: double(line, below, &joined),
        });
        for head in [Some(one), two].into_iter().flatten() {
            let known = asked.iter().filter(|name| head.column(name).is_some()).count();
            if known > best.as_ref().map_or(0, |(n, _)| *n) {
                best = Some((known, head));
            }
        }
    }
    let Some((_, head)) = best else {
        let first = lines.first().map(single).unwrap_or_default();
        let found = first.into_iter().flatten().filter(|n| !n.is_empty()).collect();
        let row = lines.first().map_or(1, |l| l.row);
        return Err(NoHead::Missing { row, missing: Vec::new(), found });
    };
    for name in asked {
        let name = bare_name(name);
        let columns: Vec<String> = (0..head.names.len())
            .filter(|at| head.names[*at].contains(&name))
            .map(crate::cell::column_name)
            .collect();
        if columns.len() > 1 {
            return Err(NoHead::Twice { name, columns: columns.join(", ") });
        }
    }
    Ok(head)
}

/// The row that most looks like a head where nobody knows what its columns are called: of the first [`DEEPEST`]
/// the first with the most cells of words. None where no row has two of them.
pub fn guess(lines: &[Line]) -> Option<Head> {
    let words = |line: &Line| {
        let cells = line.cells.iter().filter(|cell| matches!(cell.value, Value::Text(_)));
        cells.count()
    };
    let mut best: Option<(usize, &Line)> = None;
    for line in lines.iter().take(DEEPEST) {
        let n = words(line);
        if n > best.map_or(1, |(most, _)| most) {
            best = Some((n, line));
        }
    }
    best.map(|(_, line)| Head { row: line.row, rows: 1, names: single(line) })
}

fn single(line: &Line) -> Vec<Vec<String>> {
    let name = |text: String| if text.is_empty() { Vec::new() } else { vec![text] };
    line.cells.iter().map(|cell| name(bare_name(&cell.shown()))).collect()
}

/// A cell of the upper row that is joined over several columns is over each of them; one that is joined
/// downwards leaves the cell below it empty.
fn double(
    upper: &Line,
    lower: &Line,
    joined: &impl Fn(u32, usize) -> Range<usize>,
) -> Vec<Vec<String>> {
    let width = upper.cells.len().max(lower.cells.len());
    let mut names = vec![Vec::new(); width];
    let mut over: Option<(Range<usize>, String)> = None;
    for (column, names) in names.iter_mut().enumerate() {
        let own = bare_name(&upper.cell(column).shown());
        let below = bare_name(&lower.cell(column).shown());
        if !own.is_empty() {
            over = Some((joined(upper.row, column), own.clone()));
        }
        let top = over.as_ref().filter(|(range, _)| range.contains(&column));
        match top {
            _ if below.is_empty() || own == below => names.extend((!own.is_empty()).then_some(own)),
            None => names.push(below),
            Some((_, top)) => names.extend([below.clone(), format!("{top}/{below}")]),
        }
    }
    names
}
