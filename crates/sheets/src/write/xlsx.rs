//! XLSX as an office keeps it: title, head, widths, days as days, wrapped texts, a head that stays and is printed
//! on every page, notes below. A row is written out as soon as the next begins.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use jiff::civil::DateTime;
use rust_xlsxwriter::{
    Color, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::{Column, Out, Shape, Unwritten};

/// Rows above the table: its title and its head.
const ABOVE: u32 = 2;
/// A4.
const PAPER: u8 = 9;

/// A workbook while it is written.
pub(super) struct Xlsx {
    out: File,
    book: Workbook,
    sheet: Worksheet,
    shape: Shape,
    looks: Looks,
    /// The next row of the sheet, from 0.
    row: u32,
    sheets: u32,
}

/// How the parts of a table look.
struct Looks {
    title: Format,
    head: Format,
    text: Format,
    day: Format,
    moment: Format,
    note: Format,
}

impl Looks {
    fn new() -> Self {
        let cell = Format::new()
            .set_font_size(10)
            .set_border(FormatBorder::Thin)
            .set_align(FormatAlign::VerticalCenter);
        Self {
            title: Format::new()
                .set_bold()
                .set_font_size(16)
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter),
            head: cell
                .clone()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Center)
                .set_background_color(Color::RGB(0x00F2_F2F2)),
            text: cell.clone().set_text_wrap(),
            day: cell.clone().set_num_format("yyyy-mm-dd"),
            moment: cell.clone().set_num_format("yyyy-mm-dd hh:mm"),
            note: Format::new().set_font_size(10).set_text_wrap().set_align(FormatAlign::Left),
        }
    }
}

impl Xlsx {
    pub(super) fn new(out: File, shape: Shape, scratch: &Path) -> Result<Self, Unwritten> {
        let mut book = Workbook::new();
        book.set_tempdir(scratch)?;
        // Whoever opens it waits longer for the disk than for what a higher level saves.
        book.set_zip_compression_level(2);
        let looks = Looks::new();
        let sheet = begun(&mut book, &shape, &looks, 1)?;
        Ok(Self { out, book, sheet, shape, looks, row: ABOVE, sheets: 1 })
    }

    pub(super) fn row(&mut self, cells: &[Out]) -> Result<(), Unwritten> {
        if self.row - ABOVE >= self.shape.most {
            self.sheets += 1;
            let next = begun(&mut self.book, &self.shape, &self.looks, self.sheets)?;
            self.book.push_worksheet(std::mem::replace(&mut self.sheet, next));
            self.row = ABOVE;
        }
        let looks = &self.looks;
        for (column, cell) in (0..).zip(cells.iter().take(self.shape.columns.len())) {
            let (sheet, row) = (&mut self.sheet, self.row);
            match cell {
                Out::Empty => sheet.write_blank(row, column, &looks.text)?,
                Out::Text(text) => {
                    sheet.write_string_with_format(row, column, text, &looks.text)?
                }
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "a spreadsheet keeps every number so"
                )]
                Out::Number(n) => {
                    sheet.write_number_with_format(row, column, *n as f64, &looks.text)?
                }
                Out::Day(day) => {
                    let at = day.at(0, 0, 0, 0);
                    sheet.write_datetime_with_format(row, column, serial(at)?, &looks.day)?
                }
                Out::Moment(at) => {
                    sheet.write_datetime_with_format(row, column, serial(*at)?, &looks.moment)?
                }
            };
        }
        self.row += 1;
        Ok(())
    }

    pub(super) fn finish(mut self, notes: &[String]) -> Result<File, Unwritten> {
        let last = last_column(&self.shape);
        for note in notes {
            // One over the width of the table, so that it is none of its rows.
            self.sheet.merge_range(self.row, 0, self.row, last, note, &self.looks.note)?;
            self.row += 1;
        }
        self.book.push_worksheet(self.sheet);
        let mut out = BufWriter::with_capacity(256 << 10, self.out);
        self.book.save_to_writer(&mut out)?;
        Ok(out.into_inner().map_err(std::io::IntoInnerError::into_error)?)
    }
}

fn last_column(shape: &Shape) -> u16 {
    u16::try_from(shape.columns.len().saturating_sub(1)).unwrap_or(u16::MAX)
}

/// The n-th sheet with title and head.
fn begun(
    book: &mut Workbook,
    shape: &Shape,
    looks: &Looks,
    n: u32,
) -> Result<Worksheet, XlsxError> {
    let mut sheet = book.new_worksheet_with_constant_memory()?;
    let name: String = shape.title.chars().take(24).collect();
    sheet.set_name(if n == 1 { name } else { format!("{name} {n}") })?;
    for (column, Column { width, .. }) in (0..).zip(&shape.columns) {
        sheet.set_column_width(column, *width)?;
    }
    sheet.set_landscape().set_paper_size(PAPER).set_print_fit_to_pages(1, 0);
    sheet.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    sheet.set_footer("&C第 &P 页，共 &N 页");
    sheet.set_repeat_rows(1, 1)?;
    sheet.set_freeze_panes(ABOVE, 0)?;
    sheet.set_row_height(0, 30)?;
    let last = last_column(shape);
    if last == 0 {
        sheet.write_string_with_format(0, 0, &shape.title, &looks.title)?;
    } else {
        sheet.merge_range(0, 0, 0, last, &shape.title, &looks.title)?;
    }
    for (column, Column { head, .. }) in (0..).zip(&shape.columns) {
        sheet.write_string_with_format(1, column, *head, &looks.head)?;
    }
    Ok(sheet)
}

/// A moment as a spreadsheet counts it, from the turn of 1900.
fn serial(at: DateTime) -> Result<ExcelDateTime, XlsxError> {
    let part = |n: i8| u8::try_from(n).unwrap_or_default();
    let year = u16::try_from(at.year()).unwrap_or_default();
    ExcelDateTime::from_ymd(year, part(at.month()), part(at.day()))?.and_hms(
        u16::from(part(at.hour())),
        part(at.minute()),
        f64::from(part(at.second())),
    )
}
