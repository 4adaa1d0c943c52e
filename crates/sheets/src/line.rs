//! What a line of a table is: a row of it, or something that stands between and below the rows.

use crate::cell::{Cell, Value};
use crate::words::bare;

/// A row of the sheet, numbered as the spreadsheet does.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// From 1.
    pub row: u32,
    /// From column A on; those left out at the end are empty.
    pub cells: Vec<Cell>,
    /// Its first cell is joined over so many columns.
    pub joined: usize,
    /// The columns whose cells are joined with those above them, and say what these say.
    pub above: Vec<usize>,
}

impl Default for Line {
    fn default() -> Self {
        Self { row: 1, cells: Vec::new(), joined: 1, above: Vec::new() }
    }
}

impl Line {
    /// Takes in a row that belongs to this one: what its own cells say joins what stands here, in a line of its own.
    pub fn take_in(&mut self, more: Line) {
        let Line { cells, above, .. } = more;
        for (column, cell) in cells.into_iter().enumerate() {
            if cell.is_empty() || above.contains(&column) {
                continue;
            }
            self.cells.resize(self.cells.len().max(column + 1), Cell::default());
            let own = &mut self.cells[column];
            let both = format!("{}\n{}", own.shown(), cell.shown());
            let differs = own.shown() != cell.shown();
            match (&own.value, &cell.value) {
                // What shows a fault is told of, and not hidden in a text.
                (Value::Error(_), _) => {}
                (Value::Empty, _) | (_, Value::Error(_)) => *own = cell,
                _ if differs => {
                    *own = Cell { value: Value::Text(both), formula: own.formula || cell.formula };
                }
                _ => own.formula |= cell.formula,
            }
        }
    }

    pub fn cell(&self, column: usize) -> &Cell {
        const EMPTY: &Cell = &Cell { value: Value::Empty, formula: false };
        self.cells.get(column).unwrap_or(EMPTY)
    }

    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(Cell::is_empty)
    }

    fn filled(&self) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(|cell| !cell.is_empty())
    }
}

/// The kinds of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// A row of the table.
    Row,
    Blank,
    /// 合计, 小计.
    Total,
    /// Words under the table or between its parts: 注：…, 填表人：….
    Note,
}

const TOTALS: [&str; 8] = ["合计", "小计", "总计", "共计", "累计", "本页合计", "本月合计", "共"];
const NOTES: [&str; 15] = [
    "注:",
    "注1",
    "备注:",
    "说明:",
    "填表说明",
    "填表人",
    "制表人",
    "制表:",
    "审核人",
    "审核:",
    "填报人",
    "填报单位",
    "统计时间",
    "联系电话:",
    "联系人:",
];

/// What a line below the head is.
pub fn sort(line: &Line) -> Sort {
    let mut filled = line.filled();
    let Some(first) = filled.next() else { return Sort::Blank };
    let others = filled.count();
    let words = bare(&first.shown());
    // 合计3件 in a cell alone is one; 合计12处坝塘整修 with a unit beside it is none.
    let counted = |rest: &str| others == 0 && rest.starts_with(|c: char| c.is_ascii_digit());
    let marked = |rest: &str| rest.is_empty() || rest.starts_with([':', '(']) || counted(rest);
    let plain = words.strip_prefix("以上").unwrap_or(&words);
    if TOTALS.iter().any(|total| plain.strip_prefix(total).is_some_and(marked)) {
        return Sort::Total;
    }
    let noted =
        NOTES.iter().any(|note| words.starts_with(note)) || words == "注" || words == "说明";
    // A sentence joined over the width of the table is none of its rows.
    if noted || (line.joined > 2 && others == 0) { Sort::Note } else { Sort::Row }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_notes_and_blanks_are_no_rows() {
        let line = |cells: &[&str], joined| Line {
            row: 1,
            cells: cells.iter().map(|text| Cell::text(*text)).collect(),
            joined,
            above: Vec::new(),
        };
        for (cells, joined, is) in [
            (&["", " ", "　"][..], 1, Sort::Blank),
            (&["合 计", "", "12"], 1, Sort::Total),
            (&["小计：", "3"], 1, Sort::Total),
            (&["", "总计（件）", "9"], 1, Sort::Total),
            (&["合计3件"], 1, Sort::Total),
            (&["", "以上共3件"], 1, Sort::Total),
            (&["共12处坝塘整修", "水利局"], 1, Sort::Row),
            (&["联系电话：县督查室"], 1, Sort::Note),
            (&["注：以上数据截至4月", ""], 1, Sort::Note),
            (&["填表人：", "", "审核人："], 1, Sort::Note),
            (&["以上为第一季度事项", ""], 8, Sort::Note),
            (&["1", "合计拨付资金的事", "住建局"], 1, Sort::Row),
            (&["合计投入不足", "住建局"], 1, Sort::Row),
        ] {
            assert_eq!(sort(&line(cells, joined)), is, "{cells:?}");
        }
    }
}
